"""Addresses of what readers wrote and reported."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.readers import views

urlpatterns: list[URLPattern] = [
    path("readers/", views.moderation, name="moderation"),
    path("readers/history/", views.history, name="moderation_history"),
    path("readers/reviews/<int:opinion_id>/decide", views.decide_review, name="decide_review"),
    path("readers/tags/<int:tag_id>/decide", views.decide_tag, name="decide_tag"),
    path("readers/lists/<int:list_id>/decide", views.decide_list, name="decide_list"),
    path("problems/", views.problems, name="problems"),
    path("problems/<int:problem_id>/", views.problem, name="problem"),
    path("problems/<int:problem_id>/answer", views.answer, name="answer_problem"),
]
