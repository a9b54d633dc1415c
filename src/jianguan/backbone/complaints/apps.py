"""Django app of this room."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Complaints (投诉举报)."""

    name = "jianguan.backbone.complaints"
    label = "complaints"
    verbose_name = "投诉举报"
