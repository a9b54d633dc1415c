"""Closed cases drawn for another look (办结回查): frozen, drawn by the seeds of the house, looked at by others.

The list of a unit's month is frozen before the seed of a day is known; what is drawn follows from list, seed and share
alone (``engines.draw``), so anybody repeats it from the stored list. A recheck that fails reopens the case.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.cases.actions import CaseRefused, acted, take
from jianguan.backbone.cases.deadlines import dues, set_dues, under_parent
from jianguan.backbone.cases.followups import RecheckDraw, RecheckList, RecheckResult
from jianguan.backbone.cases.models import Case, Recheck
from jianguan.backbone.cases.rules import DONE_BY_HANDLER, REVIEWS, State, Term, Verb
from jianguan.backbone.documents.rules import clean
from jianguan.backbone.draws import shares
from jianguan.backbone.draws.rules import PERCENT, seed_day
from jianguan.backbone.draws.terms import Terms, terms, timetable
from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.evidence.store import store
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules import queries as rulebook
from jianguan.backbone.rules.rules import value_in_force
from jianguan.backbone.scope import scope as scopes
from jianguan.engines.calendar.workdays import Calendar
from jianguan.engines.draw import Header, Manifest, Pick, Record, draw, freeze, read
from jianguan.kit import clock
from jianguan.kit.clock import CHINA

SHARE = "recheck.percent"
MANIFEST = "text/vnd.jianguan.manifest"


@dataclass(frozen=True, slots=True)
class _Now:
    """What one freeze goes by: the moment, the day whose sources make the seed, its terms and commitments."""

    at: dt.datetime
    day: dt.date
    terms: Terms
    given: shares.Given


class RecheckRefused(CaseRefused):
    """The recheck cannot be concluded so. The message is Chinese and shown to the user."""


def month_before(day: dt.date) -> dt.date:
    """The first day of the month before a day's."""
    return (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def run(now: dt.datetime) -> tuple[int, int]:
    """Freeze the lists of last month that are due, then draw from those whose seed is known. Safe to run again.

    Runs as the system; returns how many lists were frozen and how many cases drawn.
    """
    with scopes.within(scopes.everything()):
        return freeze_lists(month_before(now.astimezone(CHINA).date()), now), draw_lists(now)


def freeze_lists(month: dt.date, now: dt.datetime) -> int:
    """Freeze what units closed in a month, from the hour of the day's freeze on; returns how many lists are new.

    A list whose seed never came is frozen again for the sources of a later day; what is closed stays listed, so that
    nobody gains by withholding his share.
    """
    today = now.astimezone(CHINA).date()
    table = timetable(today)
    if now < table.freeze:
        return 0
    day = seed_day(now, table.reveal_from)
    by = _Now(now, day, terms(day), shares.commitments(day))
    values = rulebook.values().get(SHARE, [])
    drawn = RecheckDraw.objects.filter(month=month).values("capacity_id")
    waiting = RecheckList.objects.filter(month=month, day__gte=today).values("capacity_id")
    closed = _closed(month)
    units = Capacity.objects.filter(pk__in=closed.values("issuer_id")).exclude(pk__in=drawn).exclude(pk__in=waiting)
    made = 0
    for unit in units.order_by("key"):
        value = value_in_force(values, by.terms.chains.get(unit.pk, ()), today, None)
        if value is None or value.value is None:
            continue
        header = _header(unit, month, int(value.value), by)
        manifest = freeze(header, _records(closed.filter(issuer=unit)))
        if isinstance(manifest.content, Path):
            raise TypeError("a manifest without a file is text")
        with transaction.atomic():
            row = RecheckList.objects.create(
                capacity=unit,
                month=month,
                day=day,
                size=manifest.count,
                root=manifest.root.hex(),
                manifest=keep(manifest.content, MANIFEST),
                pinned={SHARE: {"id": value.id, "value": value.value, "reference": value.reference}},
                frozen_at=now,
            )
            audit.record(
                kind=EventKind.RECHECK_FROZEN,
                by=None,
                object_type="recheck-list",
                object_id=row.pk,
                details={"unit": unit.key, "month": str(month), "day": str(day), "size": row.size, "root": row.root},
            )
        made += 1
    return made


def _closed(month: dt.date) -> QuerySet[Case]:
    first = dt.datetime.combine(month, dt.time(), CHINA)
    last = dt.datetime.combine((month + dt.timedelta(days=31)).replace(day=1), dt.time(), CHINA)
    return Case.objects.filter(state=State.CLOSED.value, closed_at__gte=first, closed_at__lt=last)


def _header(unit: Capacity, month: dt.date, percent: int, by: _Now) -> Header:
    return Header(
        population=f"closed-cases/{month:%Y-%m}",
        capacity=unit.key,
        day=by.day,
        frozen_at=by.at,
        source="register",
        floor=percent * PERCENT,
        commitments=shares.committed(by.terms, unit.pk, by.given, by.at),
        publics=shares.publics(by.day),
        beacons=shares.beacons(by.terms, timetable(by.day).reveal_until),
    )


def _records(cases: QuerySet[Case]) -> Iterable[Record]:
    for case in cases.select_related("handler", "issuer").order_by("pk").iterator():
        if case.closed_at is not None:
            yield Record(case.number, case.kind, case.handler.key, case.issuer.key, case.closed_at)


def draw_lists(now: dt.datetime) -> int:
    """Draw from every frozen list whose seed is known at a moment and that has no draw yet; returns cases drawn."""
    sources, drawn = shares.Sources(), 0
    open_lists = RecheckList.objects.filter(draw=None).select_related("manifest").order_by("pk")
    for one in open_lists:
        if RecheckDraw.objects.filter(capacity_id=one.capacity_id, month=one.month).exists():
            continue
        manifest = manifest_of(one)
        known = sources.of(manifest, now)
        found = known.seeds(manifest)
        if not found:
            continue
        picks: dict[str, Pick] = {}
        for seed in found:
            for pick in draw(manifest, seed).picks:
                picks.setdefault(pick.id, pick)
        told: list[dict[str, Any]] = [
            {"seed": seed.value.hex(), "label": seed.label.value, "sources": known.told(seed)} for seed in found
        ]
        drawn += _write(one, picks, told, now)
    return drawn


def manifest_of(listed: RecheckList) -> Manifest:
    """The frozen list as it was stored, every line checked."""
    return read(b"".join(store().open(listed.manifest.sha256)))


def _write(listed: RecheckList, picks: dict[str, Pick], seeds: list[dict[str, Any]], now: dt.datetime) -> int:
    cases = {case.number: case for case in Case.objects.filter(number__in=list(picks))}
    with transaction.atomic():
        row = RecheckDraw.objects.create(
            listed=listed,
            capacity_id=listed.capacity_id,
            month=listed.month,
            seeds=seeds,
            drawn=len(picks),
            drawn_at=now,
        )
        Recheck.objects.bulk_create(
            Recheck(case=cases[number], month=listed.month, ticket=pick.ticket.hex(), drawn_at=now)
            for number, pick in picks.items()
        )
        audit.record(
            kind=EventKind.RECHECK_DRAWN,
            by=None,
            object_type="recheck-draw",
            object_id=row.pk,
            details={"month": str(listed.month), "root": listed.root, "seeds": seeds, "drawn": sorted(picks)},
        )
    return len(picks)


def waiting(by: Actor, *, limit: int = 200) -> list[Recheck]:
    """Rechecks of the unit's cases without a result, oldest first, that this person may do."""
    open_ones = Recheck.objects.filter(case__issuer_id=by.capacity_id, result=None)
    found = open_ones.select_related("case__handler__agency").order_by("drawn_at", "pk")[:limit]
    return [one for one in found if not took_part(one.case, by.person_id)]


def took_part(case: Case, person_id: int) -> bool:
    """Whether somebody worked on the case or a part of it, reviewed or closed it."""
    verbs = DONE_BY_HANDLER | REVIEWS
    return any(one.person_id == person_id and one.verb in verbs for one in acted(case))


def conclude(*, by: Actor, recheck: Recheck, passed: bool, text: str, calendar: Calendar) -> RecheckResult:
    """Say what a recheck came to; a failed one reopens the case with a new day to finish, not after the whole's.

    Raises NotAllowed without ``case.review`` or for another unit, RecheckRefused without words, for whoever took part
    in the case, or a second time; CaseChanged and CaseRefused as ``take``.
    """
    by.require(Permission.CASE_REVIEW)
    words = clean(text, lines=True)
    if not words:
        raise RecheckRefused("请写明回查的情况")
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=recheck.case_id)
        by.require_capacity(case.issuer_id)
        if took_part(case, by.person_id):
            raise RecheckRefused("回查须由没有办理、复核过该事项的人员进行，换一个履职身份也不可以")
        if RecheckResult.objects.filter(recheck=recheck).exists():
            raise RecheckRefused("该回查已有结论")
        step = None
        if not passed:
            step = take(by=by, case=case, verb=Verb.FAIL_RECHECK, version=case.version, text=words)
            finish = [one for one in dues(case, step.at, last_day=None, calendar=calendar) if one.term is Term.FINISH]
            set_dues(case, step, [under_parent(case, one) for one in finish])
        result = RecheckResult.objects.create(
            recheck=recheck, passed=passed, text=words, step=step, by_id=by.appointment_id, at=clock.now()
        )
        audit.record(
            kind=EventKind.RECHECK_CONCLUDED,
            by=by,
            object_type="case",
            object_id=case.pk,
            norm=case.provision,
            details={"number": case.number, "recheck": recheck.pk, "passed": passed},
        )
    return result
