from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "pustaka.reporting"
    label = "reporting"
