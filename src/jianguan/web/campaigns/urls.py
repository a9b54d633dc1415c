"""Addresses of campaigns (专项检查) and their published results."""

from django.urls import path, reverse

from jianguan.backbone.alerts.models import AlertKind
from jianguan.backbone.people.permissions import Permission
from jianguan.web import next_action
from jianguan.web.alerts import leads
from jianguan.web.campaigns import views
from jianguan.web.navigation import NavItem, register

register(NavItem("履职", 38, "专项检查", "users", "campaigns", Permission.CHECK_READ))
for _kind in ("covert", "guidance", "open-visit"):
    next_action.register(f"check:{_kind}", "组织检查", "campaigns", Permission.CHECK_RECORD)
leads.register(
    AlertKind.CAMPAIGN_UNDRAWN,
    "看专项检查",
    lambda alert: reverse("campaign", args=[alert.key.rpartition(":")[2]]),
    Permission.CHECK_READ,
)

urlpatterns = [
    path("campaigns/", views.listed, name="campaigns"),
    path("campaigns/new/", views.new, name="campaign-new"),
    path("campaigns/published/<int:publication_id>/", views.published, name="campaign-published"),
    path("campaigns/<int:campaign_id>/", views.show, name="campaign"),
    path("campaigns/<int:campaign_id>/freeze/", views.freeze, name="campaign-freeze"),
    path("campaigns/<int:campaign_id>/draw.txt", views.export, name="campaign-export"),
    path("campaigns/<int:campaign_id>/publish/", views.publish, name="campaign-publish"),
]
