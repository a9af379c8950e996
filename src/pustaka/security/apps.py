from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "pustaka.security"
    label = "security"
