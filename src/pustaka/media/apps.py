from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "pustaka.media"
    label = "media"
