"""What the report's form says, and which units it offers."""

import itertools
from typing import Any

from django.http import HttpRequest

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import Capacity, CapacityLevel, CapacityMode
from jianguan.backbone.complaints.actions import ComplaintRefused, Report
from jianguan.backbone.complaints.rules import LARGEST_PHOTO, MATTERS, MOST_PHOTOS, Channel
from jianguan.kit import clock

OFFERED = {CapacityLevel.PROVINCE, CapacityLevel.CITY, CapacityLevel.COUNTY, CapacityLevel.VEHICLE_OFFICE}
FIELDS = ("matter", "text", "unit", "place", "happened", "name", "contact", "public")


def units(chosen: str = "") -> list[dict[str, Any]]:
    """The units one can complain of, in groups of a city: {title, options: [{key, title, selected}]}."""
    offered: list[tuple[str, Capacity]] = []
    group = ""
    cities = {
        one.capacity.agency_id for one in agencies.tree(clock.today()) if one.capacity.level == CapacityLevel.CITY
    }
    for branch in agencies.tree(clock.today()):
        one = branch.capacity
        if one.level not in OFFERED or one.mode != CapacityMode.OWN:
            continue
        if one.level in {CapacityLevel.CITY, CapacityLevel.PROVINCE}:
            group = one.agency.short
        elif one.level == CapacityLevel.COUNTY and one.agency_id in cities:
            continue
        offered.append((group, one))
    return [
        {
            "title": title,
            "options": [{"key": one.key, "title": _title(one), "selected": one.key == chosen} for _, one in members],
        }
        for title, members in itertools.groupby(offered, key=lambda pair: pair[0])
    ]


def _title(one: Capacity) -> str:
    return f"{one.agency.short}（不清楚具体单位选这里）" if one.level == CapacityLevel.CITY else one.agency.name


def matters(chosen: str = "") -> list[dict[str, Any]]:
    """What one can complain about."""
    return [
        {"key": key, "word": one.word, "example": one.example, "selected": key == chosen}
        for key, one in MATTERS.items()
    ]


def filled(request: HttpRequest) -> dict[str, str]:
    """What was typed, to show it again."""
    return {name: request.POST.get(name, "") for name in FIELDS}


def photos(request: HttpRequest) -> list[bytes]:
    """The files sent as photos. Raises ComplaintRefused for too many or too large ones, before they are read."""
    sent = request.FILES.getlist("photos")
    if len(sent) > MOST_PHOTOS:
        raise ComplaintRefused(f"照片最多 {MOST_PHOTOS} 张")
    if any((one.size or 0) > LARGEST_PHOTO for one in sent):
        raise ComplaintRefused(f"单张照片不超过 {LARGEST_PHOTO >> 20} MB")
    return [one.read() for one in sent]


def report_of(request: HttpRequest) -> Report:
    """The report that a form makes. Raises ComplaintRefused without a unit that exists."""
    given = filled(request)
    try:
        unit = agencies.capacity(given["unit"])
    except Capacity.DoesNotExist:
        raise ComplaintRefused("请选择涉及哪个单位") from None
    if unit.level not in OFFERED or unit.mode != CapacityMode.OWN:
        raise ComplaintRefused("请选择涉及哪个单位")
    return Report(
        channel=Channel.ONLINE,
        matter=given["matter"],
        unit=unit,
        text=given["text"],
        place=given["place"],
        happened=given["happened"],
        name=given["name"],
        contact=given["contact"],
        public=given["public"] == "1",
        photos=photos(request),
    )
