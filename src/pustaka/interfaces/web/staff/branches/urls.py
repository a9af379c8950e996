from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.branches import calendar, campus, views

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
    path("campus/", campus.overview, name="campus"),
    path("campus/categories", campus.put_category, name="category_put"),
    path("campus/units", campus.put_unit, name="unit_put"),
    path("campus/terms", campus.set_term, name="term_set"),
    path("campus/terms/<slug:code>/drop", campus.drop_term, name="term_drop"),
    path("calendar/", calendar.calendar_page, name="calendar"),
    path("calendar/<int:branch_id>/", calendar.calendar_page, name="calendar_of"),
    path("calendar/<int:branch_id>/close", calendar.close, name="calendar_close"),
    path("calendar/<int:branch_id>/drop/<int:closure_id>", calendar.drop, name="calendar_drop"),
    path("calendar/<int:branch_id>/pack", calendar.load_pack, name="calendar_pack"),
    path("calendar/<int:branch_id>/hours", calendar.set_hours, name="calendar_hours"),
]
