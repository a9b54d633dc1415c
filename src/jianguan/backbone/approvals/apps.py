"""Django app of this room."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Approvals (审批)."""

    name = "jianguan.backbone.approvals"
    label = "approvals"
    verbose_name = "审批"
