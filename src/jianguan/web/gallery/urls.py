"""Addresses of the gallery; there are none outside demo mode."""

from django.conf import settings
from django.urls import path

from jianguan.web.gallery import views

urlpatterns = (
    [
        path("gallery/", views.show, name="gallery"),
        path("gallery/proof/", views.proof, name="gallery-proof"),
        path("gallery/print/", views.paper, name="gallery-print"),
    ]
    if settings.DEMO
    else []
)
