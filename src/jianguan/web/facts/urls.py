"""Addresses of the pages about data that other systems report (数据接入)."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web.facts import arrivals, batches, data_sources, mapping, quarantine
from jianguan.web.navigation import NavItem, register

register(NavItem("登记", 40, "数据接入", "inbox", "facts", Permission.FACTS_READ))

urlpatterns = [
    path("facts/", arrivals.board, name="facts"),
    path("facts/batches/", batches.listing, name="facts-batches"),
    path("facts/batches/<int:number>/", batches.show, name="facts-batch"),
    path("facts/batches/<int:number>/marked/", batches.marked, name="facts-marked"),
    path("facts/batches/<int:number>/rerun/", batches.rerun, name="facts-rerun"),
    path("facts/mapping/", mapping.write, name="facts-mapping"),
    path("facts/quarantine/", quarantine.listing, name="facts-quarantine"),
    path("facts/quarantine/<int:number>/", quarantine.show, name="facts-refusal"),
    path("facts/quarantine/<int:number>/repair/", quarantine.repair_row, name="facts-repair"),
    path("facts/sources/", data_sources.listing, name="facts-sources"),
    path("facts/sources/new/", data_sources.add, name="facts-source-add"),
    path("facts/sources/<int:number>/", data_sources.show, name="facts-source"),
    path("facts/sources/<int:number>/close/", data_sources.close, name="facts-source-close"),
]
