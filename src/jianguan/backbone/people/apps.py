"""Django app of this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People (人员与岗位)."""

    name = "jianguan.backbone.people"
    label = "people"
    verbose_name = "人员与岗位"
