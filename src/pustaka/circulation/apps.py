from django.apps import AppConfig


class CirculationConfig(AppConfig):
    name = "pustaka.circulation"
    label = "circulation"
