"""Django app of this room."""

from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    """Subjects (监管对象)."""

    name = "jianguan.backbone.subjects"
    label = "subjects"
    verbose_name = "监管对象"
