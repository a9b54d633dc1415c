"""Addresses of agencies and capacities (机构与履职身份)."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web.agencies import views
from jianguan.web.navigation import NavItem, register

register(NavItem("登记", 10, "机构", "sitemap", "agencies", Permission.AGENCY_READ))

urlpatterns = [
    path("agencies/", views.index, name="agencies"),
    path("agencies/export.csv", views.export, name="agencies-export"),
    path("agencies/<slug:slug>/", views.agency, name="agency"),
    path("capacities/<str:key>/", views.capacity, name="capacity"),
]
