from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.security import views

urlpatterns: list[URLPattern] = [
    path("door/", views.door, name="door"),
    path("door/enter", views.enter, name="door_enter"),
    path("door/guest", views.enter_guest, name="door_guest"),
]
