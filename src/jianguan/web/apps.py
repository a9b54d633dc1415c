"""The staff pages' app: templates, components, static files and template filters."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Staff web UI (工作人员页面)."""

    name = "jianguan.web"
    label = "web"
    verbose_name = "工作人员页面"
