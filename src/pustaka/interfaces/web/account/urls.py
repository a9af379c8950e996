"""Our own pages of the account; allauth's stand beside them."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.account import views

urlpatterns: list[URLPattern] = [
    path("account/", views.home, name="account"),
    path("language/", views.choose_language, name="language"),
]
