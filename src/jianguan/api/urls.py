"""Addresses of the HTTP door."""

from django.urls import path

from jianguan.api.facts import api

urlpatterns = [path("api/v1/", api.urls)]
