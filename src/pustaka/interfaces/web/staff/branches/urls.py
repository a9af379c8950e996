from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.branches import views

FLOOR = "branches/floors/<int:floor_id>/"
urlpatterns: list[URLPattern] = [
    path("branches/", views.overview, name="places"),
    path("branches/floors/new", views.new_floor, name="floor_new"),
    path("branches/floors/add", views.add_floor, name="floor_add"),
    path(FLOOR, views.draw, name="floor"),
    path(f"{FLOOR}save", views.save, name="floor_save"),
    path(f"{FLOOR}about", views.about, name="floor_about"),
    path(f"{FLOOR}about/save", views.save_about, name="floor_about_save"),
    path(f"{FLOOR}show", views.show, name="floor_show"),
    path(f"{FLOOR}remove", views.remove, name="floor_remove"),
    path(f"{FLOOR}back", views.go_back, name="floor_back"),
    path(f"{FLOOR}table/", views.table, name="floor_table"),
    path(f"{FLOOR}table/new", views.new_shape, name="shape_new"),
    path(f"{FLOOR}table/<int:number>/", views.shape, name="shape"),
    path(f"{FLOOR}table/add", views.save_shape, name="shape_add"),
    path(f"{FLOOR}table/<int:number>/save", views.save_shape, name="shape_save"),
    path(f"{FLOOR}table/<int:number>/remove", views.remove_shape, name="shape_remove"),
]
