"""Django app of this room."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Work (履职任务与检查)."""

    name = "jianguan.backbone.work"
    label = "work"
    verbose_name = "履职任务与检查"
