from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "pustaka.interfaces.web.kit"
    label = "kit"
