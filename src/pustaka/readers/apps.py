from django.apps import AppConfig


class ReadersConfig(AppConfig):
    name = "pustaka.readers"
    label = "readers"
