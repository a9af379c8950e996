"""Addresses of the catalogue. The export formats are endings, as in a file name."""

from django.urls import URLPattern, path, re_path

from pustaka.interfaces.web.opac import views

app_name = "opac"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("search/filters", views.filters, name="filters"),
    path("search/facet/<str:name>", views.facet, name="facet"),
    re_path(r"^search/export\.(?P<ending>mrc|xml|csv)$", views.export, name="export"),
    path("suggest", views.suggest, name="suggest"),
    path("advanced", views.advanced, name="advanced"),
    path("record/<int:bib_id>", views.record, name="record"),
    path("record/<int:bib_id>/marc", views.marc, name="marc"),
    re_path(r"^record/(?P<bib_id>\d{1,18})\.(?P<ending>mrc|xml|csv|json)$", views.export_one, name="export_one"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.health, name="health"),
]
