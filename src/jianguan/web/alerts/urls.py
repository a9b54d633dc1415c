"""Addresses of the alerts (预警)."""

from django.urls import path

from jianguan.backbone.alerts.models import AlertKind
from jianguan.backbone.people.permissions import Permission
from jianguan.web.alerts import leads, views
from jianguan.web.navigation import NavItem, register

register(NavItem("履职", 25, "预警", "bell", "alerts", Permission.ALERT_READ))
for _kind in (AlertKind.FEED_GAP, AlertKind.FEED_LATE):
    leads.register(_kind, "看到达情况", leads.arrivals_of, Permission.FACTS_READ)

urlpatterns = [
    path("alerts/", views.listing, name="alerts"),
    path("alerts/export.csv", views.export, name="alerts-export"),
    path("alerts/<int:number>/", views.show, name="alert"),
    path("alerts/<int:number>/receive/", views.receive, name="alert-receive"),
]
