from django.apps import AppConfig


class PatronsConfig(AppConfig):
    name = "pustaka.patrons"
    label = "patrons"
