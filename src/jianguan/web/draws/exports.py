"""What leaves the pages of draws as a file: lists, manifest, verifiable export and its verifier."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.draws import queries
from jianguan.backbone.draws.frames import title_of
from jianguan.backbone.draws.models import Draw
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.work.models import Population, PopulationState
from jianguan.engines.draw import verify_draw
from jianguan.kit import clock
from jianguan.web.asked import day_of, number_of
from jianguan.web.draws.populations import PARTS, variant_word
from jianguan.web.objects import content_of, saved
from jianguan.web.page import StaffRequest, page
from jianguan.web.spreadsheet import csv_response

Table = Callable[[str, Sequence[str], Iterable[Iterable[object]]], HttpResponse]
PLAIN = "text/plain; charset=utf-8"


def _moment(value: dt.datetime | None) -> str:
    return value.astimezone(clock.CHINA).isoformat(timespec="seconds") if value else ""


@require_safe
@page(Permission.DRAW_READ)
def listing(request: StaffRequest, write: Table = csv_response) -> HttpResponse:
    """The populations of a day as CSV or Excel."""
    day = day_of(request.GET.get("date")) or clock.today()
    found = queries.of_day(
        request.actor.scope,
        day,
        kind=request.GET.get("kind", ""),
        capacity_id=number_of(request.GET.get("capacity")),
    )
    rows = (
        (
            one.frame.title,
            one.capacity.title,
            PopulationState(one.state).label,
            one.size,
            one.owed,
            one.drawn,
            _moment(one.last.frozen_at),
            one.last.why,
            one.last.digest,
        )
        for one in found
    )
    head = ("总体", "单位", "状态", "总体件数", "应抽", "已抽中", "封存时间", "说明", "根摘要")
    return write(f"抽查总体{day}", head, rows)


@require_safe
@page(Permission.DRAW_READ)
def items(request: StaffRequest, number: int, write: Table = csv_response) -> HttpResponse:
    """The records of a draw as CSV or Excel."""
    found = _draw(request, number)
    rows = (
        (
            one.position,
            one.member,
            one.subject.name if one.subject else one.stratum,
            _moment(one.happened_at),
            PARTS[one.part],
            one.probability,
            one.ticket,
        )
        for one in queries.items(request.actor.scope, found)
    )
    head = ("次序", "业务记录", "场所", "业务时间", "类别", "入样概率", "抽签值")
    return write(f"抽中项{found.pk}", head, rows)


def _draw(request: StaffRequest, number: int) -> Draw:
    try:
        return queries.draw(request.actor.scope, number)
    except Draw.DoesNotExist:
        raise Http404("没有这次抽取") from None


@require_safe
@page(Permission.DRAW_READ)
def draw(request: StaffRequest, number: int) -> HttpResponse:
    """The verifiable export of a draw, byte for byte as stored when it was made."""
    found = _draw(request, number)
    answer = saved(content_of(found.export), f"抽取-{found.pk}.txt", PLAIN)
    audit.record(
        kind=EventKind.DRAW_EXPORTED,
        by=request.actor,
        object_type="draw",
        object_id=found.pk,
        details={"sha256": found.export.sha256, "variant": variant_word(found.variant)},
    )
    return answer


@require_safe
@page(Permission.DRAW_READ)
def manifest(request: StaffRequest, number: int) -> HttpResponse:
    """The manifest of a population as frozen."""
    try:
        found = queries.population(request.actor.scope, number)
    except Population.DoesNotExist:
        raise Http404("没有这个抽查总体") from None
    if found.manifest is None:
        raise Http404("该总体没有清单")
    name = f"{title_of(found.kind)}-{found.day}-{found.part}.txt"
    answer = saved(content_of(found.manifest), name, PLAIN)
    audit.record(
        kind=EventKind.DRAW_EXPORTED,
        by=request.actor,
        object_type="population",
        object_id=found.pk,
        details={"sha256": found.manifest.sha256},
    )
    return answer


@require_safe
@page(Permission.DRAW_READ)
def verifier(request: StaffRequest) -> HttpResponse:
    """The program that verifies an export: one file, the standard library alone."""
    response = HttpResponse(Path(verify_draw.__file__).read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = "attachment; filename=verify_draw.py"
    return response
