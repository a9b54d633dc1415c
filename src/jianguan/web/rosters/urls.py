"""Addresses of duty rosters (值班排班)."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web import next_action
from jianguan.web.navigation import NavItem, register
from jianguan.web.rosters import views

register(NavItem("履职", 40, "值班排班", "calendar-user", "rosters", Permission.REGISTRATION_READ))
next_action.register("roster:", "排班", "rosters")

urlpatterns = [
    path("rosters/", views.month, name="rosters"),
    path("rosters/print/", views.printed, name="roster-print"),
    path("rosters/<int:entry_id>/", views.entry, name="roster"),
    path("rosters/<int:entry_id>/withdraw/", views.withdraw, name="roster-withdraw"),
]
