"""Addresses of the catalogue. The export formats are endings, as in a file name."""

from django.urls import URLPattern, path, re_path

from pustaka.interfaces.web.opac import browsing, citing, machines, reading_room, views

app_name = "opac"
ENDING = r"(?P<ending>mrc|xml|csv|json|ris|bib|enw|csl\.json|dc\.xml|mods\.xml)"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("search/filters", views.filters, name="filters"),
    path("search/facet/<str:name>", views.facet, name="facet"),
    re_path(rf"^search/export\.{ENDING}$", citing.export, name="export"),
    re_path(r"^search/feed\.(?P<ending>atom|rss)$", machines.feed, name="feed"),
    path("bibliography", citing.cite_list, name="bibliography"),
    re_path(rf"^bibliography\.{ENDING}$", citing.export_list, name="export_list"),
    path("suggest", views.suggest, name="suggest"),
    path("suggest.json", machines.suggest_json, name="suggest_json"),
    path("opensearch.xml", machines.describe_search, name="opensearch"),
    path("unapi", machines.serve_unapi, name="unapi"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", machines.sitemap_page, name="sitemap_page"),
    path("advanced", views.advanced, name="advanced"),
    path("record/<int:bib_id>", views.record, name="record"),
    path("record/<int:bib_id>/marc", views.marc, name="marc"),
    path("record/<int:bib_id>/copies", views.copies, name="copies"),
    path("record/<int:bib_id>/digitized/<int:copy_id>", reading_room.digitized, name="digitized"),
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
    path("record/<int:bib_id>/cite", citing.cite, name="cite"),
    re_path(rf"^record/(?P<bib_id>\d{{1,18}})\.{ENDING}$", citing.export_one, name="export_one"),
    path("robots.txt", machines.robots, name="robots"),
    path("healthz", views.health, name="health"),
]
