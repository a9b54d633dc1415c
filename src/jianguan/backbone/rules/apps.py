"""Django app of this room."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """Rules (规则)."""

    name = "jianguan.backbone.rules"
    label = "rules"
    verbose_name = "规则"
