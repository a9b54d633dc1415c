"""Django app of this room."""

from django.apps import AppConfig


class EducationConfig(AppConfig):
    """Supervision of drivers' education (chapter 5, 驾驶人教育监管)."""

    name = "jianguan.domains.education"
    label = "education"
    verbose_name = "驾驶人教育监管"
