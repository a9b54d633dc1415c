"""Django app of this room."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Campaigns (专项检查) and on-site inspections (现场检查)."""

    name = "jianguan.backbone.campaigns"
    label = "campaigns"
    verbose_name = "专项检查"
