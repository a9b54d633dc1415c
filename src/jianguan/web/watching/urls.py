"""Addresses of the player and of recordings as evidence (录像)."""

from django.urls import path

from jianguan.web.watching import machine, views

urlpatterns = [
    path("watching/open/", machine.open_screen, name="watching-open"),
    path("watching/release/", machine.release, name="watching-release"),
    path("watching/segment/", machine.segment, name="watching-segment"),
    path("watching/beats/", machine.take_beats, name="watching-beats"),
    path("watching/answer/", machine.take_answer, name="watching-answer"),
    path("watching/clip/", machine.clip, name="watching-clip"),
    path("watching/<int:recording_id>/", views.show, name="watching"),
    path("watching/<int:recording_id>/copying/", views.work, name="watching-work"),
    path("watching/<int:recording_id>/photo/", views.photo, name="watching-photo"),
    path("watching/clips/<int:clip_id>/", views.clip, name="clip"),
    path("watching/clips/<int:clip_id>/still/", views.still, name="clip-still"),
    path("watching/clips/<int:clip_id>/export/", views.export, name="clip-export"),
]
