from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.lending import campus, views

urlpatterns: list[URLPattern] = [
    path("rules/", views.overview, name="rules"),
    path("rules/set", views.set_rule, name="rule_set"),
    path("rules/<int:rule_id>/clear", views.clear_rule, name="rule_clear"),
    path("rules/what-if/", views.what_if, name="what_if"),
    path("campus/", campus.overview, name="campus"),
    path("campus/categories", campus.put_category, name="category_put"),
    path("campus/units", campus.put_unit, name="unit_put"),
    path("campus/terms", campus.set_term, name="term_set"),
    path("campus/terms/<slug:code>/drop", campus.drop_term, name="term_drop"),
    path("calendar/", views.calendar_page, name="calendar"),
    path("calendar/<int:branch_id>/", views.calendar_page, name="calendar_of"),
    path("calendar/<int:branch_id>/close", views.close, name="calendar_close"),
    path("calendar/<int:branch_id>/drop/<int:closure_id>", views.drop, name="calendar_drop"),
    path("calendar/<int:branch_id>/pack", views.load_pack, name="calendar_pack"),
    path("calendar/<int:branch_id>/hours", views.set_hours, name="calendar_hours"),
]
