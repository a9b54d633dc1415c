"""Addresses of the patrol pages (电子巡察)."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web import next_action
from jianguan.web.navigation import NavItem, register
from jianguan.web.patrol import views, wall

register(NavItem("履职", 34, "电子巡察", "eye", "patrol", Permission.CHECK_READ))
next_action.register("check:patrol-video", "去巡察", "patrol", Permission.CHECK_RECORD)
next_action.register("coverage:venue-patrol", "去巡察", "patrol", Permission.CHECK_RECORD)

urlpatterns = [
    path("patrol/", views.overview, name="patrol"),
    path("patrol/begin/", views.begin, name="patrol-begin"),
    path("patrol/rounds/<int:round_id>/", views.show_round, name="patrol-round"),
    path("patrol/stops/<int:stop_id>/visit/", wall.visit, name="patrol-visit"),
    path("patrol/stops/<int:stop_id>/", views.result, name="patrol-result"),
    path("patrol/visits/<int:visit_id>/", wall.show, name="patrol-wall"),
    path("patrol/visits/<int:visit_id>/beat/", wall.beat, name="patrol-beat"),
    path("patrol/visits/<int:visit_id>/pictures/<int:number>/", wall.picture, name="patrol-picture"),
    path("patrol/visits/<int:visit_id>/snapshots/", wall.snapshot, name="patrol-snapshot-keep"),
    path("patrol/snapshots/<int:snapshot_id>/", wall.snapshot_picture, name="patrol-snapshot"),
]
