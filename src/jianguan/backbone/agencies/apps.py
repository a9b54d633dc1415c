"""Django app of this room."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Agencies (机构与履职身份)."""

    name = "jianguan.backbone.agencies"
    label = "agencies"
    verbose_name = "机构与履职身份"
