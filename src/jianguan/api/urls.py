"""Addresses of the HTTP door."""

from django.urls import include, path

from jianguan.api import (
    open311,
    restrictions,  # noqa: F401 - adds its address to the door
)
from jianguan.api.facts import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include((open311.urlpatterns, "open311"))),
]
