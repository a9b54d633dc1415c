"""Django app of this room."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Review (复核)."""

    name = "jianguan.backbone.review"
    label = "review"
    verbose_name = "复核"
