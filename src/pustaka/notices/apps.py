from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "pustaka.notices"
    label = "notices"
