"""The app's own addresses: the worker must stand at the root, because it may keep only what lies below it."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.offline import views

urlpatterns: list[URLPattern] = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.worker, name="worker"),
    path("offline/", views.overview, name="offline"),
    path("offline/away/<str:language>", views.away, name="offline_away"),
    path("offline/device", views.choose_device, name="offline_device"),
    path("offline/station", views.choose_station, name="offline_station"),
]
