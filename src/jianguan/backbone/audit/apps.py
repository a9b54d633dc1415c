"""Django app of this room."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Audit (审计)."""

    name = "jianguan.backbone.audit"
    label = "audit"
    verbose_name = "审计"
