"""The gallery (组件总览): every component on one page with synthetic content, for whoever builds or judges pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jianguan.web.gallery import content
from jianguan.web.page import page


@require_safe
@page()
def show(request: HttpRequest) -> HttpResponse:
    """All components."""
    return render(request, "web/gallery/show.html", context(request))


@require_safe
@page()
def proof(request: HttpRequest) -> HttpResponse:
    """A proof: the drawer's content for htmx, a full page for everybody else."""
    whole = "HX-Request" not in request.headers
    return render(request, f"web/gallery/{'proof_page' if whole else 'proof'}.html", content.frame() | content.PROOF)


@require_safe
@page()
def paper(request: HttpRequest) -> HttpResponse:
    """A page to print."""
    return render(request, "web/gallery/paper.html", content.frame() | {"checks": content.CHECKS})


def context(request: HttpRequest) -> dict[str, Any]:
    """What show.html needs; `?wall` shows it in the dark mode of the centre."""
    form = content.SampleForm({"reason": "短", "level": "city"})
    form.is_valid()
    return content.frame() | content.SHOW | {"form": form, "wall": "wall" in request.GET}
