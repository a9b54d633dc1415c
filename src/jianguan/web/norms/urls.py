"""Addresses of the library of norms (规范库)."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web.navigation import NavItem, register
from jianguan.web.norms import views

register(NavItem("登记", 30, "规范库", "books", "documents", Permission.DOCUMENT_READ))

urlpatterns = [
    path("norms/", views.library, name="documents"),
    path("norms/unsigned/", views.unsigned, name="documents-unsigned"),
    path("norms/chase/", views.chase, name="documents-chase"),
    path("norms/new/", views.publish, name="document-publish"),
    path("norms/<int:number>/", views.show, name="document"),
    path("norms/<int:number>/print/", views.paper, name="document-print"),
    path("norms/services/<int:service_id>/acknowledge/", views.acknowledge, name="document-acknowledge"),
]
