from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.catalog.covers import views

RECORD = "catalog/records/<int:bib_id>/cover"
urlpatterns: list[URLPattern] = [
    path(f"{RECORD}/", views.cover, name="cover"),
    path(f"{RECORD}/original.jpg", views.original, name="cover_original"),
    path(f"{RECORD}/put", views.put, name="cover_put"),
    path(f"{RECORD}/adjust", views.adjust, name="cover_adjust"),
    path(f"{RECORD}/show", views.show, name="cover_show"),
    path(f"{RECORD}/hide", views.hide, name="cover_hide"),
    path(f"{RECORD}/remove", views.remove, name="cover_remove"),
]
