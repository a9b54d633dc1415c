"""Django app of this room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases (事项)."""

    name = "jianguan.backbone.cases"
    label = "cases"
    verbose_name = "事项"
