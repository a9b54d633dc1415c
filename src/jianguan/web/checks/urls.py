"""Addresses of the pre-exam check pages (考前检查)."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web.checks import views
from jianguan.web.navigation import NavItem, register

register(NavItem("履职", 30, "考前检查", "checklist", "checks", Permission.CHECK_READ))

urlpatterns = [
    path("checks/", views.today, name="checks"),
    path("checks/history/", views.history, name="checks-history"),
    path("checks/sites/<int:site_id>/", views.sign, name="check-sign"),
    path("checks/<int:check_id>/", views.show, name="check"),
    path("checks/<int:check_id>/correct/", views.correct, name="check-correct"),
    path("checks/<int:check_id>/log.pdf", views.log, name="check-log"),
    path("checks/<int:check_id>/print/", views.paper, name="check-print"),
]
