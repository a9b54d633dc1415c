"""Addresses of the registration pages (履职登记)."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web.navigation import NavItem, register
from jianguan.web.registrations import views

register(NavItem("登记", 20, "履职登记", "clipboard-text", "registrations", Permission.REGISTRATION_READ))

urlpatterns = [
    path("registrations/", views.listing, name="registrations"),
    path("registrations/gaps/", views.gaps, name="registration-gaps"),
    path("registrations/filings/", views.filings, name="registration-filings"),
    path("registrations/new/", views.add, name="registration-add"),
    path("registrations/<int:number>/", views.show, name="registration"),
    path("registrations/<int:number>/print/", views.paper, name="registration-print"),
    path("registrations/<int:number>/end/", views.end, name="registration-end"),
    path("registrations/<int:number>/file/", views.file, name="registration-file"),
    path("registrations/<int:number>/receive/", views.receive, name="registration-receive"),
]
