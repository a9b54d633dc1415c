"""Addresses of the ledger by provision (条款履职), of the provisions and of the proofs."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web.navigation import NavItem, register
from jianguan.web.provisions import heat, proofs, texts

register(NavItem("履职", 20, "条款履职", "layout-grid", "provisions", Permission.LEDGER_READ))

urlpatterns = [
    path("provisions/", heat.show, name="provisions"),
    path("provisions/rows/", heat.rows, name="provisions-rows"),
    path("provisions/export.csv", heat.export, name="provisions-export"),
    path("provisions/text/", texts.index, name="provisions-text"),
    path("provisions/<str:item>/", texts.show, name="provision"),
    path("proof/<str:norm>/<str:capacity>/<str:first>/", proofs.one, name="proof"),
    path("proof/<str:item>/<str:capacity>/", proofs.cell, name="proof-cell"),
]
