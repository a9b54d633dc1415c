"""Addresses of the on-site inspections (现场检查): the page for the phone and what it exchanges with the server."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web import next_action
from jianguan.web.navigation import NavItem, register
from jianguan.web.onsite import shell, views

register(NavItem("履职", 36, "现场检查", "clipboard-text", "onsite-list", Permission.CHECK_READ))
for _kind in ("patrol-on-site", "vehicle-office"):
    next_action.register(f"check:{_kind}", "去检查", "onsite-list", Permission.CHECK_RECORD)
next_action.register("coverage:venue-check", "去检查", "onsite-list", Permission.CHECK_RECORD)

urlpatterns = [
    path("inspections/", views.listed, name="onsite-list"),
    path("inspections/new/", views.take_up, name="onsite-take-up"),
    path("inspections/<int:inspection_id>/", views.show, name="inspection"),
    path("inspections/pictures/<int:photo_id>/", views.picture, name="inspection-picture"),
    path("onsite/", shell.page_of_phone, name="onsite"),
    path("onsite/worker.js", shell.worker, name="onsite-worker"),
    path("onsite/app.webmanifest", shell.manifest, name="onsite-manifest"),
    path("onsite/assigned.json", shell.assigned, name="onsite-assigned"),
    path("onsite/pictures/", shell.take_picture, name="onsite-picture"),
    path("onsite/forms/", shell.take_form, name="onsite-form"),
]
