"""The public's pages' app: templates and static files."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Public portal (群众门户)."""

    name = "jianguan.portal"
    label = "portal"
    verbose_name = "群众门户"
