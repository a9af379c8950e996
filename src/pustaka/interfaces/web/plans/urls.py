"""Addresses of the floor plans."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.plans import views

app_name = "plans"
urlpatterns: list[URLPattern] = [
    path("floors/", views.floors, name="floors"),
    path("floors/<int:floor_id>", views.floor, name="floor"),
    path("where/<path:barcode>", views.where, name="where"),
]
