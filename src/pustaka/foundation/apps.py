from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "pustaka.foundation"
    label = "foundation"
