"""Django app of this room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs (后台作业)."""

    name = "jianguan.backbone.jobs"
    label = "jobs"
    verbose_name = "后台作业"
