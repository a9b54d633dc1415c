"""Reads of reviews. The first argument is the scope; row security limits as well."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.draws.models import Draw, DrawItem
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.review import rules
from jianguan.backbone.review.models import Assignment, NoReviewer, Review
from jianguan.backbone.rules.models import Checklist
from jianguan.backbone.rules.queries import parameter_value
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.work.models import Finding
from jianguan.kit import clock

WATCH, SECOND, LEAST = "review.watch-percent", "review.second-percent", "review.agreement-least"
DEFAULTS = {WATCH: 80, SECOND: 5, LEAST: 20}
MONTH = dt.timedelta(days=31)
STANDING = Q(replaced_by=None)
LAST = Q(corrected_by=None)
WITH_DESK = Q(item__population__kind__in=rules.DESKS)


def number(key: str, capacity_id: int, on: dt.date) -> int:
    """The adopted number of a parameter of reviews for a capacity on a day."""
    value = parameter_value(key, capacity_id, on)
    return int(value.value) if value is not None and value.value is not None else DEFAULTS[key]


def checklist(key: str, on: dt.date) -> Checklist:
    """The version of a checklist that is in force on a day; raises Checklist.DoesNotExist."""
    found = Checklist.objects.filter(key=key, valid_from__lte=on).order_by("-version").first()
    if found is None:
        raise Checklist.DoesNotExist(f"{on} 没有检查表 {key}")
    return found


def assignments(scope: Scope) -> QuerySet[Assignment]:
    """Assignments of the scope that were not handed on, with what a page needs of each.

    Targets of a campaign have no desk: who was once given one looks at it in the campaign.
    """
    return Assignment.objects.filter(STANDING, WITH_DESK, capacity_id__in=scope.capacity_ids).select_related(
        "item__population__capacity__agency", "item__subject", "item__draw", "appointment__person", "appointment__post"
    )


def assignment(scope: Scope, number: int) -> Assignment:
    """One assignment; raises Assignment.DoesNotExist out of scope or when it was handed on."""
    return assignments(scope).get(pk=number)


def open_ones(found: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Those without a review."""
    return found.filter(~Exists(Review.objects.filter(assignment=OuterRef("pk"))))


def queue(scope: Scope, appointment_id: int, limit: int = 200) -> list[Assignment]:
    """What a person still has to look at, the oldest day first, in the drawn order."""
    mine = open_ones(assignments(scope)).filter(appointment_id=appointment_id)
    return list(mine.order_by("item__population__day", "item__population__kind", "item__position", "pk")[:limit])


def neighbours(scope: Scope, one: Assignment) -> tuple[int | None, int | None]:
    """The assignments before and after this one in the queue of its person; None at the ends."""
    keys = list(
        open_ones(Assignment.objects.filter(STANDING, WITH_DESK, capacity_id__in=scope.capacity_ids))
        .filter(appointment_id=one.appointment_id)
        .order_by("item__population__day", "item__population__kind", "item__position", "pk")
        .values_list("pk", flat=True)
    )
    if one.pk not in keys:
        return None, keys[0] if keys else None
    place = keys.index(one.pk)
    return keys[place - 1] if place else None, keys[place + 1] if place + 1 < len(keys) else None


def unassignable(scope: Scope) -> QuerySet[NoReviewer]:
    """Drawn records that nobody of their unit may look at and nobody above has taken yet."""
    taken = Assignment.objects.filter(item=OuterRef("item"), kind=Assignment.Kind.FIRST)
    return (
        NoReviewer.objects.filter(~Exists(taken), WITH_DESK, capacity_id__in=scope.capacity_ids)
        .select_related("item__population__capacity__agency", "item__subject", "superior__agency")
        .order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What to look for; empty fields do not narrow."""

    kind: str = ""
    verdict: str = ""
    look: str = ""
    counted: str = ""
    day: dt.date | None = None
    person_id: int | None = None
    capacity_id: int | None = None


def reviews(scope: Scope, person_id: int, wanted: ReviewFilter = ReviewFilter()) -> QuerySet[Review]:
    """Reviews of the scope, corrections in place of what they correct; page them by ``pk``.

    What ``person_id`` is still to look at himself is left out: a second look is blind.
    """
    found = Review.objects.filter(LAST, capacity_id__in=scope.capacity_ids).select_related(
        "assignment__appointment__person",
        "item__population__capacity__agency",
        "item__subject",
        "check_record",
    )
    found = found.filter(~Exists(_blind_to(person_id)))
    if wanted.kind:
        found = found.filter(item__population__kind=wanted.kind)
    if wanted.verdict:
        found = found.filter(verdict=wanted.verdict)
    if wanted.look:
        found = found.filter(assignment__kind=wanted.look)
    if wanted.counted:
        found = found.filter(counted=wanted.counted == "yes")
    if wanted.day:
        found = found.filter(item__population__day=wanted.day)
    if wanted.person_id is not None:
        found = found.filter(assignment__appointment__person_id=wanted.person_id)
    if wanted.capacity_id is not None:
        found = found.filter(item__capacity_id=wanted.capacity_id)
    return found.order_by("-pk")


def verdicts(scope: Scope, person_id: int, items: Sequence[DrawItem]) -> dict[int, str]:
    """What the first look said of drawn records, in words, where it counts; nothing to whom must still be blind."""
    found = reviews(scope, person_id, ReviewFilter(look=Assignment.Kind.FIRST, counted="yes")).filter(item__in=items)
    return {one.item_id: one.get_verdict_display() for one in found}


def _blind_to(person_id: int) -> QuerySet[Assignment]:
    """Open assignments of a person to the record of an outer review."""
    return Assignment.objects.filter(
        STANDING,
        item__population=OuterRef("item__population"),
        item__member=OuterRef("item__member"),
        appointment__person_id=person_id,
        reviews=None,
    )


def review(scope: Scope, person_id: int, number: int) -> Review:
    """One review, with what was found; raises Review.DoesNotExist out of scope or while its reader must be blind."""
    return (
        Review.objects.filter(~Exists(_blind_to(person_id)), capacity_id__in=scope.capacity_ids)
        .select_related(
            "assignment__appointment__person",
            "assignment__appointment__post",
            "item__population__capacity__agency",
            "item__subject",
            "item__draw",
            "check_record__checklist",
            "corrects",
        )
        .prefetch_related(Prefetch("check_record__findings"))
        .get(pk=number)
    )


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings to look for; empty fields do not narrow."""

    severity: str = ""
    method: str = ""
    provision: str = ""
    words: str = ""
    day: dt.date | None = None


def findings(scope: Scope, person_id: int, wanted: FindingFilter = FindingFilter()) -> QuerySet[Finding]:
    """What checks of every kind found, by units of the scope or at them; page them by ``pk``.

    Of a check that was corrected the last version alone, of an undercover one nothing for the checked side before its
    embargo ends, and nothing of a record that ``person_id`` is still to look at himself.
    """
    ids = scope.capacity_ids
    shown = Q(check_record__embargo_until=None) | Q(check_record__embargo_until__lte=clock.now())
    blind = Review.objects.filter(Exists(_blind_to(person_id)), check_record=OuterRef("check_record"))
    found = Finding.objects.filter(
        ~Exists(blind),
        Q(capacity_id__in=ids) | Q(check_record__checked_id__in=ids) & shown,
        check_record__corrected_by=None,
    ).select_related("subject__capacity__agency", "check_record__checked__agency", "check_record__capacity__agency")
    narrow = {
        "severity": wanted.severity,
        "check_record__method": wanted.method,
        "provision": wanted.provision,
        "found_at__date": wanted.day,
    }
    found = found.filter(**{column: value for column, value in narrow.items() if value})
    if wanted.words:
        found = found.filter(Q(text__icontains=wanted.words) | Q(subject__name__icontains=wanted.words))
    return found.order_by("-pk")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the quota of one population is: records of the random part, and milliseconds of what they hold.

    ``done`` are the records reviewed so that they count; ``owed`` is None where nothing was drawn.
    ``must`` are mandatory records (必查) still without a review that counts.
    """

    capacity_id: int
    capacity: str
    population_id: int
    kind: str
    day: dt.date
    size: int | None
    owed: int | None
    done: int
    extra: int
    must: int
    owed_ms: int
    done_ms: int

    @property
    def title(self) -> str:
        """What the population consists of."""
        desk = rules.DESKS.get(self.kind)
        return desk.title if desk else self.kind

    @property
    def missing(self) -> int:
        """Records still to be looked at."""
        return max((self.owed or 0) - self.done, 0)


PROGRESS = """
WITH frame AS MATERIALIZED (
    SELECT p.id, p.capacity_id, p.kind, p.day, p.size FROM work_population p
    WHERE p.capacity_id = ANY(%(capacities)s) AND p.kind = ANY(%(kinds)s)
      AND p.day BETWEEN %(first)s AND %(last)s AND p.state <> 'empty'
      AND NOT (p.state = 'unknown' AND EXISTS (
          SELECT 1 FROM work_population n
          WHERE n.capacity_id = p.capacity_id AND n.kind = p.kind AND n.day = p.day AND n.part > p.part))
      AND (%(ids)s::bigint[] IS NULL OR p.id = ANY(%(ids)s::bigint[]))
), drawn AS MATERIALIZED (
    SELECT DISTINCT ON (i.population_id, i.member) i.population_id, i.member, i.id, i.part
    FROM draws_drawitem i JOIN frame f ON f.id = i.population_id
    ORDER BY i.population_id, i.member, i.part, i.id
), looked AS (
    SELECT i.population_id, i.member, max(r.credited_ms) AS credited, bool_or(r.counted) AS counted
    FROM frame f JOIN draws_drawitem i ON i.population_id = f.id
    JOIN review_assignment a ON a.item_id = i.id AND a.kind = 'first'
    JOIN review_review r ON r.assignment_id = a.id
    WHERE NOT EXISTS (SELECT 1 FROM review_review n WHERE n.corrects_id = r.id)
    GROUP BY 1, 2
), holds AS (
    SELECT d.id, sum(c.duration_ms) AS total FROM drawn d JOIN draws_itemrecording l ON l.item_id = d.id
    JOIN evidence_reviewcopy c ON c.recording_id = l.recording_id GROUP BY 1
), draws AS (
    SELECT DISTINCT population_id FROM draws_draw d JOIN frame f ON f.id = d.population_id
)
SELECT f.id, f.capacity_id, f.kind, f.day, f.size, w.population_id IS NOT NULL AS drawn,
    count(d.id) FILTER (WHERE d.part = 'A') AS owed,
    count(l.member) FILTER (WHERE d.part = 'A' AND l.counted) AS done,
    count(d.id) FILTER (WHERE d.part <> 'A') AS extra,
    count(d.id) FILTER (WHERE d.part = 'C' AND l.counted IS NOT TRUE) AS must,
    COALESCE(sum(h.total) FILTER (WHERE d.part = 'A'), 0)::bigint AS owed_ms,
    COALESCE(sum(LEAST(COALESCE(l.credited, 0), h.total)) FILTER (WHERE d.part = 'A'), 0)::bigint AS done_ms
FROM frame f LEFT JOIN draws w ON w.population_id = f.id LEFT JOIN drawn d ON d.population_id = f.id
LEFT JOIN looked l ON l.population_id = d.population_id AND l.member = d.member LEFT JOIN holds h ON h.id = d.id
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY f.day, f.capacity_id, f.kind
"""


def progress(scope: Scope, first: dt.date, last: dt.date, capacity_id: int | None = None) -> list[Progress]:
    """How far the quotas of the scope are, from ``first`` to ``last`` (both included), by one statement."""
    units = scope.capacity_ids if capacity_id is None else scope.capacity_ids & {capacity_id}
    return _progress({"capacities": sorted(units), "first": first, "last": last, "ids": None})


def progress_of(scope: Scope, population_ids: Iterable[int]) -> list[Progress]:
    """How far the quotas of some populations of the scope are."""
    ids = sorted(population_ids)
    if not ids:
        return []
    return _progress({"capacities": sorted(scope.capacity_ids), "first": dt.date.min, "last": dt.date.max, "ids": ids})


def _progress(asked: dict[str, Any]) -> list[Progress]:
    with connection.cursor() as cursor:
        cursor.execute(PROGRESS, asked | {"kinds": list(rules.DESKS)})
        rows = cursor.fetchall()
    names = titles({row[1] for row in rows})
    return [
        Progress(
            unit, names[unit], population, kind, day, size, owed if drawn else None, done, extra, must, total, seen
        )
        for population, unit, kind, day, size, drawn, owed, done, extra, must, total, seen in rows
    ]


def titles(ids: Iterable[int]) -> dict[int, str]:
    """What capacities are called."""
    return {one.pk: one.title for one in Capacity.objects.filter(pk__in=ids).select_related("agency")}


@dataclass(frozen=True, slots=True)
class Reviewer:
    """How a person's first looks compare with the second looks of others at the same records."""

    person_id: int
    name: str
    reviews: int
    counted: int
    second: rules.Agreement
    superior: rules.Agreement


def reviewers(scope: Scope, first: dt.date, last: dt.date, least: int) -> list[Reviewer]:
    """Everybody who made first looks on populations of a span of days, the least agreeing first.

    Compared is what each said before he could know the other's verdict: what he corrected after that changes no pair.
    """
    held = Appointment.objects.filter(capacity_id__in=scope.capacity_ids)
    firsts = Review.objects.filter(
        capacity_id__in=scope.capacity_ids,
        assignment__kind=Assignment.Kind.FIRST,
        assignment__appointment__in=held,
        item__population__day__range=(first, last),
    )
    counts = (
        firsts.filter(LAST)
        .values(person=F("assignment__appointment__person_id"), name=F("assignment__appointment__person__name"))
        .annotate(reviews=Count("pk"), counted=Count("pk", filter=Q(counted=True)))
    )
    own: dict[tuple[int, str], list[tuple[dt.datetime, int, str]]] = {}
    for population, member, at, person, said in firsts.order_by("submitted_at", "pk").values_list(
        "item__population_id", "item__member", "submitted_at", "assignment__appointment__person_id", "verdict"
    ):
        own.setdefault((population, member), []).append((at, person, said))
    others = Review.objects.filter(
        corrects=None,
        capacity_id__in=scope.capacity_ids,
        assignment__kind__in=[Assignment.Kind.SECOND, Assignment.Kind.SUPERIOR],
        item__population__day__range=(first, last),
    ).values_list("item__population_id", "item__member", "submitted_at", "assignment__kind", "verdict")
    pairs: dict[tuple[int, str], list[tuple[str, str]]] = {}
    for population, member, at, kind, verdict in others:
        for _, person, before in [one for one in own.get((population, member), ()) if one[0] <= at][-1:]:
            pairs.setdefault((person, kind), []).append((before, verdict))
    found = [
        Reviewer(
            one["person"],
            one["name"],
            one["reviews"],
            one["counted"],
            rules.agreement(pairs.get((one["person"], Assignment.Kind.SECOND), []), least),
            rules.agreement(pairs.get((one["person"], Assignment.Kind.SUPERIOR), []), least),
        )
        for one in counts
    ]
    return sorted(found, key=lambda one: (one.second.percent is None, one.second.percent or 0, one.name))


def drawn_without_assignment(on: dt.date, limit: int = 5000) -> list[DrawItem]:
    """Drawn records of the last month, to which nobody is assigned and of which nobody said that nobody may.

    A record drawn twice (both samples owed, or an enlarged share) is looked at once. What has no desk – targets of a
    campaign, places for patrol – is looked at elsewhere.
    """
    twin = Assignment.objects.filter(
        item__population=OuterRef("population"), item__member=OuterRef("member"), kind=Assignment.Kind.FIRST
    )
    return list(
        DrawItem.objects.filter(
            ~Exists(twin), no_reviewer=None, population__day__gt=on - MONTH, population__kind__in=rules.DESKS
        )
        .select_related("population", "draw")
        .prefetch_related("reviewers__appointment__post")
        .order_by("draw_id", "position")[:limit]
    )


def recent_draws(on: dt.date) -> QuerySet[Draw]:
    """Draws of populations of the last two days: of these a second look may wait for somebody to be in post."""
    return Draw.objects.filter(population__day__gt=on - dt.timedelta(days=2)).select_related("population")


def today_progress(scope: Scope, capacity_id: int) -> list[Progress]:
    """The quotas of a capacity of yesterday and today."""
    today = clock.today()
    return progress(scope, today - dt.timedelta(days=1), today, capacity_id)
