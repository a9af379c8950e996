"""Addresses of what readers say: ratings, reviews, tags, and reports about records."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.voice import views

app_name = "voice"
urlpatterns: list[URLPattern] = [
    path("record/<int:bib_id>/opinion", views.give, name="give"),
    path("record/<int:bib_id>/opinion/withdraw", views.withdraw, name="withdraw"),
    path("record/<int:bib_id>/tag", views.tag, name="tag"),
    path("record/<int:bib_id>/untag", views.untag, name="untag"),
    path("record/<int:bib_id>/problem", views.problem, name="problem"),
    path("record/<int:bib_id>/problem/send", views.send_problem, name="send_problem"),
    path("review/<int:opinion_id>/report", views.report, name="report"),
    path("tags/<int:tag_id>/", views.tagged, name="tagged"),
    path("account/voice/", views.mine, name="mine"),
    path("account/voice/forget", views.ask_forget, name="ask_forget"),
    path("account/voice/forget/yes", views.forget, name="forget"),
]
