"""Addresses of the catalogue. The export formats are endings, as in a file name."""

from django.urls import URLPattern, path, re_path

from pustaka.interfaces.web.opac import browsing, views

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
    path("record/<int:bib_id>/copies", views.copies, name="copies"),
    path("record/<int:bib_id>/shelf", browsing.shelf, name="shelf"),
    path("record/<int:bib_id>/similar", browsing.similar, name="similar"),
    path("record/<int:bib_id>/editions", browsing.editions, name="editions"),
    path("browse/", browsing.ways, name="browse"),
    path("browse/authors", browsing.authors, name="browse_authors"),
    path("browse/subjects", browsing.subjects, name="browse_subjects"),
    path("browse/subject", browsing.subject, name="browse_subject"),
    path("browse/titles", browsing.titles, name="browse_titles"),
    path("browse/call-numbers", browsing.call_numbers, name="browse_call_numbers"),
    path("browse/classes", browsing.by_class, name="browse_classes"),
    path("browse/classes/<str:code>", browsing.by_class, name="browse_class"),
    path("new", browsing.arrivals, name="new"),
    re_path(r"^record/(?P<bib_id>\d{1,18})\.(?P<ending>mrc|xml|csv|json)$", views.export_one, name="export_one"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.health, name="health"),
]
