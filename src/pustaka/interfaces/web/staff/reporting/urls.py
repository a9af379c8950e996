from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.reporting import views

urlpatterns: list[URLPattern] = [
    path("figures/", views.overview, name="figures"),
    path("figures/<slug:code>/", views.report, name="report"),
    path("figures/<slug:code>/file.<slug:kind>", views.export, name="report_file"),
]
