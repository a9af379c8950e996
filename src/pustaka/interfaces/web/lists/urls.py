"""Addresses of lists: one's own, those shared by link, and the public ones."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.lists import views

app_name = "lists"
urlpatterns: list[URLPattern] = [
    path("", views.mine, name="mine"),
    path("public/", views.public, name="public"),
    path("add", views.add, name="add"),
    path("put", views.put, name="put"),
    path("basket/clear", views.clear_basket, name="clear_basket"),
    path("create", views.create, name="create"),
    path("link/<str:token>/", views.shared, name="shared"),
    path("link/<str:token>/print", views.print_shared, name="print_shared"),
    path("link/<str:token>/cite", views.cite_shared, name="cite_shared"),
    path("link/<str:token>/copy", views.copy_shared, name="copy_shared"),
    path("link/<str:token>/export.<str:ending>", views.export_shared, name="export_shared"),
    path("<int:list_id>/", views.one, name="one"),
    path("<int:list_id>/describe", views.describe, name="describe"),
    path("<int:list_id>/share", views.share, name="share"),
    path("<int:list_id>/renew", views.renew, name="renew"),
    path("<int:list_id>/copy", views.copy, name="copy"),
    path("<int:list_id>/delete", views.ask_delete, name="ask_delete"),
    path("<int:list_id>/delete/yes", views.delete, name="delete"),
    path("<int:list_id>/move", views.move, name="move"),
    path("<int:list_id>/note", views.note, name="note"),
    path("<int:list_id>/remove", views.remove, name="remove"),
    path("<int:list_id>/restore", views.restore, name="restore"),
    path("<int:list_id>/print", views.print_one, name="print"),
    path("<int:list_id>/cite", views.cite, name="cite"),
    path("<int:list_id>/report", views.report, name="report"),
    path("<int:list_id>/export.<str:ending>", views.export, name="export"),
]
