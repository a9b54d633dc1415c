"""Django app of this room."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DrawsConfig(AppConfig):
    """Draws (抽查抽取)."""

    name = "jianguan.backbone.draws"
    label = "draws"
    verbose_name = "抽查抽取"

    def ready(self) -> None:
        """Let every domain register what is drawn from."""
        autodiscover_modules("populations")
