"""Addresses of the cataloguer's desk."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.catalog.history import views as history

urlpatterns: list[URLPattern] = [
    path("titles/<int:bib_id>/history/", history.title, name="title_history"),
    path("titles/<int:bib_id>/history/<int:version>/", history.state, name="title_state"),
    path("titles/<int:bib_id>/go-back", history.title_back, name="title_back"),
    path("titles/<int:bib_id>/bring-back", history.bring_back, name="title_bring_back"),
    path("copies/<int:item_id>/history/", history.copy, name="copy_history"),
    path("copies/<int:item_id>/go-back", history.copy_back, name="copy_back"),
]
