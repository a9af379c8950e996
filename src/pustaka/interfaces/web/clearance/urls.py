from django.urls import URLPattern, path

from pustaka.interfaces.web.clearance import views

app_name = "clearance"
urlpatterns: list[URLPattern] = [
    path("", views.mine, name="mine"),
    path("issue", views.issue_mine, name="issue_mine"),
    path("of/<int:patron_id>/", views.of_person, name="person"),
    path("of/<int:patron_id>/issue", views.issue, name="issue"),
    path("of/<int:patron_id>/<int:clearance_id>/revoke", views.revoke, name="revoke"),
    path("letter/<str:token>.pdf", views.letter, name="letter"),
    path("verify/<str:token>/", views.verify, name="verify"),
]
