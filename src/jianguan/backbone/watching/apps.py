"""Django app of this room."""

from django.apps import AppConfig


class WatchingConfig(AppConfig):
    """Watching (观看证明)."""

    name = "jianguan.backbone.watching"
    label = "watching"
    verbose_name = "观看证明"
