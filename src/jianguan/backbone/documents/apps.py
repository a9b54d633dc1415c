"""Django app of this room."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents (文书)."""

    name = "jianguan.backbone.documents"
    label = "documents"
    verbose_name = "文书"
