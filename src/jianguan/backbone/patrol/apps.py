"""Django app of this room."""

from django.apps import AppConfig


class PatrolConfig(AppConfig):
    """Patrol (电子巡察)."""

    name = "jianguan.backbone.patrol"
    label = "patrol"
    verbose_name = "电子巡察"
