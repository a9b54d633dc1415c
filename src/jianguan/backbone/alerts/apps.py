"""Django app of this room."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Alerts (预警)."""

    name = "jianguan.backbone.alerts"
    label = "alerts"
    verbose_name = "预警"
