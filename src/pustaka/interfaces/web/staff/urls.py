"""Addresses behind the desk."""

from django.urls import URLPattern, URLResolver, include, path

from pustaka.interfaces.web.staff import views
from pustaka.interfaces.web.staff.branches.urls import urlpatterns as places
from pustaka.interfaces.web.staff.catalog import views as imports
from pustaka.interfaces.web.staff.catalog.care.urls import urlpatterns as care
from pustaka.interfaces.web.staff.catalog.covers.urls import urlpatterns as covers
from pustaka.interfaces.web.staff.catalog.labels.urls import urlpatterns as labels
from pustaka.interfaces.web.staff.catalog.stocktake.urls import urlpatterns as stock_takes
from pustaka.interfaces.web.staff.circulation.urls import urlpatterns as circulation
from pustaka.interfaces.web.staff.notices.urls import urlpatterns as notices
from pustaka.interfaces.web.staff.patrons.urls import urlpatterns as people
from pustaka.interfaces.web.staff.readers.urls import urlpatterns as readers
from pustaka.interfaces.web.staff.reporting.urls import urlpatterns as figures
from pustaka.interfaces.web.staff.security.urls import urlpatterns as door
from pustaka.interfaces.web.staff.system import views as system

app_name = "staff"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.start, name="start"),
    path("catalog/", include("pustaka.interfaces.web.staff.catalog.urls")),
    path("catalog/", include("pustaka.interfaces.web.staff.catalog.tables.urls")),
    path("catalog/", include("pustaka.interfaces.web.staff.catalog.copying.urls")),
    path("catalog/imports/", imports.overview, name="imports"),
    path("catalog/imports/upload", imports.upload, name="upload"),
    path("catalog/imports/<int:job_id>/", imports.job, name="import"),
    path("catalog/imports/<int:job_id>/decide", imports.decide, name="import_decide"),
    path("catalog/imports/<int:job_id>/commit", imports.commit, name="import_commit"),
    path("catalog/imports/<int:job_id>/cancel", imports.cancel, name="import_cancel"),
    path("catalog/imports/<int:job_id>/resume", imports.resume, name="import_resume"),
    path("catalog/imports/<int:job_id>/undo", imports.undo, name="import_undo"),
    path("catalog/imports/<int:job_id>/report.csv", imports.report, name="import_report"),
    *care,
    *circulation,
    *covers,
    *door,
    *figures,
    *labels,
    *notices,
    *people,
    *places,
    *readers,
    *stock_takes,
    path("system/", system.overview, name="system"),
    path("system/tasks/<uuid:task_id>/again", system.task_again, name="task_again"),
    path("system/events/<int:event_id>/again", system.event_again, name="event_again"),
]
