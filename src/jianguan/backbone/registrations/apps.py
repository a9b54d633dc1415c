"""Django app of this room."""

from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    """Registrations (登记)."""

    name = "jianguan.backbone.registrations"
    label = "registrations"
    verbose_name = "登记"
