"""Django app of this room."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Agencies (机构与履职身份)."""

    name = "jianguan.backbone.agencies"
    label = "agencies"
    verbose_name = "机构与履职身份"

    def ready(self) -> None:
        """Tell the facts below which capacities there are and who supervises whom."""
        from jianguan.backbone.agencies.queries import every_key, subordinates  # noqa: PLC0415 - when all models are there
        from jianguan.facts import authority  # noqa: PLC0415

        authority.register(subordinates, every_key)
