"""Addresses of letters and their words."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.notices import views

urlpatterns: list[URLPattern] = [
    path("letters/", views.deliveries, name="letters"),
    path("letters/<int:delivery_id>/again", views.try_again, name="letter_again"),
    path("letter-words/", views.all_words, name="letter_words"),
    path("letter-words/<str:kind>/<str:language>/", views.words, name="letter_words_of"),
    path("letter-words/<str:kind>/<str:language>/save", views.save_words, name="save_letter_words"),
    path("letter-words/<str:kind>/<str:language>/default", views.default_words, name="default_letter_words"),
]
