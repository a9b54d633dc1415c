"""Django app of this room."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RulesConfig(AppConfig):
    """Rules (规则)."""

    name = "jianguan.backbone.rules"
    label = "rules"
    verbose_name = "规则"

    def ready(self) -> None:
        """Let every room register the records that prove norms."""
        autodiscover_modules("sources")
