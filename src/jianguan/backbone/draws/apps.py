"""Django app of this room."""

from django.apps import AppConfig


class DrawsConfig(AppConfig):
    """Draws (抽查抽取)."""

    name = "jianguan.backbone.draws"
    label = "draws"
    verbose_name = "抽查抽取"
