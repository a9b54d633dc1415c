"""The facts floor as a Django application: its few tables and nothing else."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """Tables ``facts_…``."""

    name = "jianguan.facts"
    label = "facts"
    verbose_name = "事实数据"
    default_auto_field = "django.db.models.BigAutoField"
