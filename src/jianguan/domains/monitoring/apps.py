"""Django app of this room."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Audio and video supervision (chapter 4, 音视频监管)."""

    name = "jianguan.domains.monitoring"
    label = "monitoring"
    verbose_name = "音视频监管"
