"""Reads of exam sites and their pre-exam checks. The first argument is the scope."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from jianguan.backbone.documents.models import Document, DocumentKind
from jianguan.backbone.rules import queries as rulebook
from jianguan.backbone.rules.models import Checklist
from jianguan.backbone.rules.rules import value_in_force
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.subjects.models import Subject, SubjectKind
from jianguan.backbone.work.models import Check, Population, PopulationState
from jianguan.domains.licensing.rules import Approved, SiteState, site_state
from jianguan.kit import clock

KIND = "pre-exam"
EXAMS = "exam-av"
"""The population whose proven emptiness excuses the day, in the rule book as in the ledger."""

DUE_PARAMETER = "deadline.pre-exam"
CLOCK_PARAMETER = "limit.clock"
ONE_DAY = dt.timedelta(days=1)
URGENCY = [
    SiteState.MISSED,
    SiteState.DUE,
    SiteState.FAILED,
    SiteState.LATE,
    SiteState.PASSED,
    SiteState.NO_EXAM,
]


class NoChecklist(LookupError):
    """The rule book has no pre-exam checklist in force; it must be loaded first."""


@dataclass(frozen=True, slots=True)
class SiteToday:
    """An exam site on a day: its state, until when it must be checked, and the check when there is one."""

    site: Subject
    state: SiteState
    due: dt.datetime
    check: Check | None


def checklist(on: dt.date) -> Checklist:
    """The pre-exam checklist in use on a day; raises NoChecklist when there is none."""
    found = Checklist.objects.filter(key=KIND, valid_from__lte=on).order_by("-version").first()
    if found is None:
        raise NoChecklist("规则库中没有考前检查表，请先载入规则库")
    return found


def sites(scope: Scope, on: dt.date) -> QuerySet[Subject]:
    """The exam sites of the scope on a day."""
    return Subject.objects.filter(
        kind=SubjectKind.EXAM_SITE, capacity_id__in=scope.capacity_ids, valid__contains=on
    ).select_related("capacity__agency")


def without_exams(scope: Scope, on: dt.date) -> set[int]:
    """The capacities of the scope for which it is proven that nobody sat an exam on a day; a plan proves nothing."""
    known = Population.objects.filter(kind=EXAMS, day=on, capacity_id__in=scope.capacity_ids)
    held = known.filter(state=PopulationState.COUNTED).values("capacity_id")  # came after the day was thought empty
    empty = known.filter(state=PopulationState.EMPTY).exclude(capacity_id__in=held)
    return set(empty.values_list("capacity_id", flat=True))


def due_of(site: Subject, on: dt.date, default: str | None = None) -> dt.datetime:
    """When the first exam of the day begins: the site's own plan, or else ``default`` or the parameter's value."""
    text = site.attributes.get("first_exam") or default or _parameter(DUE_PARAMETER, site.capacity_id, on) or "24:00"
    hours, minutes = (int(part) for part in str(text).split(":"))
    return dt.datetime.combine(on, dt.time(), clock.CHINA) + dt.timedelta(hours=hours, minutes=minutes)


def _parameter(key: str, capacity_id: int, on: dt.date) -> str | None:
    found = rulebook.parameter_value(key, capacity_id, on)
    return found.value if found else None


def approved(site: Subject, on: dt.date) -> Approved:
    """What is approved and on file for a site."""
    known: dict[str, Any] = site.attributes
    seconds = _parameter(CLOCK_PARAMETER, site.capacity_id, on)
    return Approved(
        subjects=frozenset(known.get("subjects") or Approved().subjects),
        desks=known.get("desks"),
        digests=known.get("parameter_digests", {}),
        clock_seconds=int(seconds) if seconds is not None else None,
    )


def effective(scope: Scope) -> QuerySet[Check]:
    """Pre-exam checks that no correction has replaced, newest first."""
    return (
        Check.objects.filter(kind=KIND, capacity_id__in=scope.capacity_ids, corrected_by__isnull=True)
        .select_related("subject__capacity__agency", "signed_by__person", "corrects")
        .order_by("-happened_at", "-id")
    )


def day(scope: Scope, on: dt.date, now: dt.datetime) -> list[SiteToday]:
    """Every site of the scope on a day with its state, what is still to do first."""
    begin = dt.datetime.combine(on, dt.time(), clock.CHINA)
    checks = {
        one.subject_id: one for one in effective(scope).filter(happened_at__gte=begin, happened_at__lt=begin + ONE_DAY)
    }
    idle = without_exams(scope, on)
    chains, values = rulebook.chains(on), rulebook.values().get(DUE_PARAMETER, [])
    found = []
    for site in sites(scope, on):
        default = value_in_force(values, chains.get(site.capacity_id, ()), on, None)
        check, due = checks.get(site.pk), due_of(site, on, default.value if default else None)
        state = site_state(
            holds_exam=site.capacity_id not in idle,
            signed_at=original(check).signed_at if check else None,
            passed=check.passed if check else None,
            due=due,
            now=now,
        )
        found.append(SiteToday(site, state, due, check))
    return sorted(found, key=lambda one: (URGENCY.index(one.state), one.due, one.site.code))


def original(check: Check) -> Check:
    """The first signed version of a check that may have been corrected."""
    while check.corrects is not None:
        check = check.corrects
    return check


def log_of(scope: Scope, check: Check) -> Document | None:
    """The log (考前检查日志) of a check, with its PDF."""
    return (
        Document.objects.filter(
            kind=DocumentKind.PRE_EXAM_LOG, capacity_id__in=scope.capacity_ids, data__check=check.pk
        )
        .order_by("-id")
        .first()
    )
