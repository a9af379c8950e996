"""Addresses of the tables whose columns a person explains."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.catalog.tables import views

urlpatterns: list[URLPattern] = [
    path("imports/<int:job_id>/columns/", views.choose_page, name="columns"),
    path("imports/<int:job_id>/columns/choose", views.choose, name="choose_columns"),
    path("imports/<int:job_id>/columns/again", views.ask_again, name="columns_again"),
    path("columns/", views.maps, name="column_maps"),
    path("columns/<int:map_id>/", views.map_page, name="column_map"),
    path("columns/<int:map_id>/change", views.change_map, name="change_column_map"),
    path("columns/<int:map_id>/forget", views.forget_map, name="forget_column_map"),
]
