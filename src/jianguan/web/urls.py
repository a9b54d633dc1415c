"""Addresses of the staff pages. Every package of this door with a ``urls.py`` is a page room; none is listed."""

import importlib
from pathlib import Path

from django.urls import URLPattern, URLResolver, include, path

_rooms = sorted(folder.parent.name for folder in Path(__file__).parent.glob("*/urls.py"))

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(importlib.import_module(f"jianguan.web.{room}.urls"))) for room in _rooms
]
