"""Addresses of the audit pages (审计)."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web.audit import views
from jianguan.web.navigation import NavItem, register

register(NavItem("系统", 10, "审计", "fingerprint", "audit", permission=Permission.AUDIT_READ))

urlpatterns = [
    path("audit/", views.events, name="audit"),
    path("audit/export.csv", views.export, name="audit-export"),
    path("audit/verify/", views.verify, name="audit-verify"),
    path("audit/<uuid:event_id>/", views.event, name="audit-event"),
]
