"""Patrols and visits of the synthetic province (合成数据): a round a working day of its centres, a visit to a place.

The stops follow from seed and rotation as in a real round. Nobody looked at a wall: there are no beats, and the digest
of the beats says so.
"""

import datetime as dt
import hashlib
from typing import NamedTuple

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.patrol import queries, rules
from jianguan.backbone.patrol.models import PatrolResult, PatrolRound, PatrolStop, PatrolVisit
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.review.rules import SYNTHETIC_PROOF
from jianguan.backbone.rules.models import Checklist
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.checklists import FAIL, PASS
from jianguan.backbone.work.checks import items_of
from jianguan.backbone.work.models import Check, Finding
from jianguan.backbone.work.sources import PATROLS
from jianguan.demo.marks import mark
from jianguan.demo.people import officers
from jianguan.kit.clock import CHINA
from jianguan.kit.digests import digest_of

STOPS = {"PROVINCE": 12, "CITY": 4, "VEHICLE_OFFICE": 2}
STARTS = dt.time(14, 10)
MINUTES = 9
LEFT_OUT = 12
"""Of a hundred days so many have no round."""
ABNORMAL = 8
SATURDAY = 6
REMARK = "合成数据"
PROVISIONS = {"PROVINCE": "4.5", "CITY": "5.2", "VEHICLE_OFFICE": "6.10"}
ON_SITE = PATROLS["venue-check"]


class Unit(NamedTuple):
    """A centre that patrols, its officer, the places below it with the day of their last patrol."""

    capacity: Capacity
    signer: Appointment
    places: dict[str, Subject]
    last: dict[str, dt.date]


def add_patrols(day: dt.date, moment: dt.datetime) -> int:
    """A round of every centre on a working day that is over, and one visit on site; returns the checks added."""
    if day >= moment.date() or day.isoweekday() >= SATURDAY or PatrolRound.objects.filter(day=day).exists():
        return 0
    lists, made = queries.checklists(day), 0
    on_site = {one.object_kind: one for one in _on_site(day)}
    for unit in _units(day):
        if mark("patrol", unit.capacity.key, day) >= LEFT_OUT and unit.places:
            made += _round(unit, day, lists)
        made += _visit(unit, day, on_site)
    return made


def _on_site(day: dt.date) -> list[Checklist]:
    return list(Checklist.objects.filter(key__startswith="on-site-", valid_from__lte=day).order_by("version"))


def _units(day: dt.date) -> list[Unit]:
    """The province, the cities and the offices of cities, where somebody works."""
    people, found = officers(), []
    lists = queries.checklists(day)
    for capacity in Capacity.objects.filter(level__in=PROVISIONS, mode="own").select_related("agency"):
        if capacity.pk not in people or (capacity.level == "VEHICLE_OFFICE" and capacity.agency.slug.count("-") > 1):
            continue
        below = scopes.of(agencies.subtree(capacity.pk, day))
        turns = [one for one in queries.rotation(below, capacity.pk, day) if one.subject.kind in lists]
        last = {one.subject.code: one.last.astimezone(CHINA).date() for one in turns if one.last}
        found.append(Unit(capacity, people[capacity.pk], {one.subject.code: one.subject for one in turns}, last))
    return found


def _round(unit: Unit, day: dt.date, lists: dict[str, Checklist]) -> int:
    seed = hashlib.sha256(f"合成数据|{unit.capacity.key}|{day}".encode()).hexdigest()
    listed = sorted([code, unit.last[code].isoformat() if code in unit.last else None] for code in unit.places)
    opened = dt.datetime.combine(day, STARTS, CHINA) + dt.timedelta(minutes=mark(unit.capacity.key, day) % 90)
    dwell = queries.limit(queries.DWELL_PARAMETER, unit.capacity.pk, day) or 60
    one_round = PatrolRound.objects.create(
        capacity=unit.capacity,
        day=day,
        number=1,
        seed=seed,
        places=listed,
        places_digest=digest_of(listed),
        dwell_seconds=dwell,
        picture_hours=queries.limit(queries.PICTURE_PARAMETER, unit.capacity.pk, day) or 24,
        opened_by=unit.signer,
        opened_at=opened,
    )
    waiting = [rules.Place(code, unit.last.get(code)) for code in unit.places]
    stops = PatrolStop.objects.bulk_create(
        PatrolStop(
            round=one_round,
            capacity=unit.capacity,
            position=position,
            subject=unit.places[code],
            last_day=unit.last.get(code),
            checklist=lists[unit.places[code].kind],
        )
        for position, code in enumerate(rules.rotation(seed, waiting, STOPS[unit.capacity.level]), 1)
    )
    looked = [(one, opened + dt.timedelta(minutes=MINUTES * one.position)) for one in stops]
    visits = PatrolVisit.objects.bulk_create(
        PatrolVisit(stop=one, capacity=unit.capacity, appointment=unit.signer, tiles=[], opened_at=at)
        for one, at in looked
    )
    checks = _checks(unit, [(one.subject, one.checklist, at) for one, at in looked], rules.KIND, Check.Method.VIDEO)
    PatrolResult.objects.bulk_create(
        PatrolResult(
            stop=stop,
            visit=visit,
            capacity=unit.capacity,
            check_record=check,
            watched_ms=(dwell + mark(stop.subject.code, day)) * 1000,
            seen=True,
            beats_digest=SYNTHETIC_PROOF,
            signed_at=check.signed_at,
        )
        for (stop, _), visit, check in zip(looked, visits, checks, strict=True)
    )
    return len(checks)


def _visit(unit: Unit, day: dt.date, lists: dict[str, Checklist]) -> int:
    """A place of the unit inspected on site, two days in five."""
    codes = sorted(code for code, one in unit.places.items() if one.kind in lists)
    if not codes or mark("on-site", unit.capacity.key, day) >= 40:
        return 0
    subject = unit.places[codes[mark("place", unit.capacity.key, day) * 7919 % len(codes)]]
    at = dt.datetime.combine(day, dt.time(10, 5), CHINA)
    return len(_checks(unit, [(subject, lists[subject.kind], at)], ON_SITE, Check.Method.ON_SITE))


def _checks(
    unit: Unit, looked: list[tuple[Subject, Checklist, dt.datetime]], kind: str, method: Check.Method
) -> list[Check]:
    """Signed checks of places, and what they found."""
    made, findings = [], []
    for subject, checklist, at in looked:
        held = [one for one in items_of(checklist) if one.answer == "pass_fail"]
        fate = mark(kind, subject.code, at.date())
        failed = held[fate % len(held)] if fate < ABNORMAL else None
        check = Check(
            kind=kind,
            method=method,
            capacity=unit.capacity,
            checked=subject.capacity if subject.capacity_id != unit.capacity.pk else None,
            subject=subject,
            checklist=checklist,
            happened_at=at,
            signed_at=at + dt.timedelta(minutes=6),
            signed_by=unit.signer,
            passed=failed is None,
            answers={
                one.id: {"value": FAIL if one is failed else PASS, "note": REMARK if one is failed else ""}
                for one in held
            },
            remark=REMARK,
        )
        made.append(check)
        if failed is not None:
            findings.append(
                Finding(
                    check_record=check,
                    capacity=unit.capacity,
                    subject=subject,
                    provision=PROVISIONS[unit.capacity.level],
                    item=failed.id,
                    text=f"不符合“{failed.text}”（{REMARK}）",
                    found_at=at,
                )
            )
    Check.objects.bulk_create(made)
    for one in findings:
        one.check_record_id = one.check_record.pk
    Finding.objects.bulk_create(findings)
    return made
