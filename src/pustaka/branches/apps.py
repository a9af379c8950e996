from django.apps import AppConfig


class BranchesConfig(AppConfig):
    name = "pustaka.branches"
    label = "branches"
