from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "pustaka.catalog"
    label = "catalog"
