"""The addresses of every door."""

from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe


@require_safe
def ping(request: HttpRequest) -> HttpResponse:
    """Answer through the whole middleware and touch nothing: the reference of every page's cost."""
    return HttpResponse("ok", content_type="text/plain")


DOORS = ("api", "portal", "web")

urlpatterns: list[URLPattern | URLResolver] = [
    path("ping", ping, name="ping"),
    *(
        path("", include(f"jianguan.{door}.urls"))
        for door in DOORS
        if find_spec(f"jianguan.{door}") and find_spec(f"jianguan.{door}.urls")
    ),
]

handler400 = "jianguan.web.errors.bad_request"
handler403 = "jianguan.web.errors.forbidden"
handler404 = "jianguan.web.errors.not_found"
handler500 = "jianguan.web.errors.server_error"
