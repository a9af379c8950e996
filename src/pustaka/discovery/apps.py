from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "pustaka.discovery"
    label = "discovery"
