"""Django app of this room."""

from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    """Registrations (登记)."""

    name = "jianguan.backbone.registrations"
    label = "registrations"
    verbose_name = "登记"

    def ready(self) -> None:
        """Tell the facts below who keeps the log of days declared empty."""
        from jianguan.backbone.registrations.data_sources import record_empty_day  # noqa: PLC0415 - when all models are
        from jianguan.facts import empty_days  # noqa: PLC0415

        empty_days.register(record_empty_day)
