"""Django app of this room."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """Decisions (决定)."""

    name = "jianguan.backbone.decisions"
    label = "decisions"
    verbose_name = "决定"
