"""Our own pages of the account; allauth's stand beside them."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.account import views

urlpatterns: list[URLPattern] = [
    path("account/", views.home, name="account"),
    path("account/searches/", views.saved_searches, name="saved_searches"),
    path("account/searches/save", views.save_search, name="save_search"),
    path("account/searches/<int:search_id>/change", views.change_search, name="change_search"),
    path("account/searches/<int:search_id>/delete", views.delete_search, name="delete_search"),
    path("account/letters/", views.letters, name="letters"),
    path("account/letters/choose", views.choose_letters, name="choose_letters"),
    path("letters/end/<str:token>", views.unsubscribe, name="unsubscribe"),
    path("language/", views.choose_language, name="language"),
]
