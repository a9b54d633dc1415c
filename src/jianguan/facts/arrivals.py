"""Arrivals (到达情况): per source and day what was expected and what came; nothing is 'unknown', never 'none'."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from django.db.models import F, Max, Min, Q, Sum
from django.db.models.functions import Coalesce

from jianguan.facts.authority import reports_for
from jianguan.facts.contract import contract
from jianguan.facts.models import BatchDay, BatchState, Source
from jianguan.facts.sources import expected
from jianguan.kit.clock import CHINA, now

SPAN = {"daily": 1, "weekly": 7, "monthly": 31, "yearly": 366, "event": 1}
USUAL_WEEKS = 4


class Feed(StrEnum):
    """What is known of a fact on a day."""

    ARRIVED = "arrived"  # 已到
    PARTIAL = "partial"  # 部分到达：有行被退回，或有来源未到
    UNKNOWN = "unknown"  # 未知：没有到达，或到达的全部退回


WORDS = {Feed.ARRIVED: "已到", Feed.PARTIAL: "部分到达", Feed.UNKNOWN: "未知"}


class Standing(StrEnum):
    """How the board shows a source on a day: what is known, and what deserves a second look."""

    ARRIVED = "arrived"  # 已到
    SCARCE = "scarce"  # 偏少：远少于往常
    PARTIAL = "partial"  # 部分到达
    REFUSED = "refused"  # 全部退回：等于没有到
    UNKNOWN = "unknown"  # 未知


STANDING_WORDS = {
    Standing.ARRIVED: "已到",
    Standing.SCARCE: "偏少",
    Standing.PARTIAL: "部分到达",
    Standing.REFUSED: "全部退回",
    Standing.UNKNOWN: "未知",
}
SCARCE_PERCENT = 50
"""Fewer records than this share of the usual are 偏少 once the day is due."""
LEAST_USUAL = 10
"""With fewer records usually there is nothing to compare with."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One source on one day."""

    source: Source
    day: dt.date
    feed: Feed
    due: dt.datetime
    rows: int
    """Records, those delivered twice counted once."""
    usual: int | None
    """Median of the same weekday in the four weeks before; None when there is none."""
    refused: int
    """Rows of the day refused and not repaired."""
    conflicting: int
    """Records that another source had reported."""
    first_at: dt.datetime | None
    late: dt.timedelta | None
    """How long after the due moment the first row came, or how long nothing has; None when on time or not due."""

    scarce: bool
    """Whether far fewer records came than usual, now that the day is due."""

    @property
    def standing(self) -> Standing:
        """How the board shows it."""
        if self.feed is Feed.UNKNOWN:
            return Standing.REFUSED if self.refused else Standing.UNKNOWN
        if self.feed is Feed.PARTIAL:
            return Standing.PARTIAL
        return Standing.SCARCE if self.scarce else Standing.ARRIVED

    @property
    def overdue(self) -> bool:
        """Whether nothing came although it was due."""
        return self.feed is Feed.UNKNOWN and self.late is not None


@dataclass(frozen=True, slots=True)
class _Came:
    rows: int
    refused: int
    conflicting: int
    first_at: dt.datetime

    @property
    def usable(self) -> bool:
        """Whether anything but refused rows came; a day said to be empty is usable."""
        return bool(self.rows) or not self.refused


def _came(sources: list[Source], first: dt.date, last: dt.date) -> dict[tuple[int, dt.date], _Came]:
    standing = BatchDay.objects.filter(
        batch__state=BatchState.COMMITTED, batch__source__in=sources, day__gte=first, day__lte=last
    )
    moment = Coalesce("arrived_at", "batch__finished_at")
    grouped = standing.values("batch__source_id", "day").annotate(
        total=Sum("rows"),
        old=Sum("superseding"),
        conflicts=Sum("conflicting"),
        away=Sum("refused"),
        good=Sum("repaired"),
        first_at=Min(moment),
    )
    return {
        (row["batch__source_id"], row["day"]): _Came(
            row["total"] - row["old"],
            max(0, row["away"] - row["good"]),
            row["conflicts"],
            row["first_at"],
        )
        for row in grouped
    }


def due(source: Source, day: dt.date) -> dt.datetime:
    """Return the moment until which the data of a day is on time: an hour of the following day."""
    hour = contract(source.contract).due_hour if source.due_hour is None else source.due_hour
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), CHINA) + dt.timedelta(hours=hour)


def board(first: dt.date, last: dt.date, *, fact: str = "", at: dt.datetime | None = None) -> list[Arrival]:
    """Return every expected source and day from ``first`` to ``last``, by source and day, as known at a moment.

    Sources that do not report daily are expected on the days they came only.
    """
    moment = at or now()
    sources = list(Source.objects.filter(Q(contract=fact) if fact else Q()))
    came = _came(sources, first - dt.timedelta(weeks=USUAL_WEEKS), last)
    found = []
    for source in sources:
        daily = contract(source.contract).cadence == "daily"
        for offset in range((last - first).days + 1):
            day = first + dt.timedelta(days=offset)
            if (daily and expected(source, day)) or (source.pk, day) in came:
                found.append(_arrival(source, day, came, moment))
    return found


def _arrival(source: Source, day: dt.date, came: dict[tuple[int, dt.date], _Came], moment: dt.datetime) -> Arrival:
    before = [came.get((source.pk, day - dt.timedelta(weeks=week))) for week in range(1, USUAL_WEEKS + 1)]
    known = [one.rows for one in before if one and one.usable]
    usual = round(median(known)) if known else None
    limit = due(source, day)
    one = came.get((source.pk, day))
    if one is None or not one.usable:
        late = moment - limit if moment > limit else None
        refused, first_at = (one.refused, one.first_at) if one else (0, None)
        return Arrival(source, day, Feed.UNKNOWN, limit, 0, usual, refused, 0, first_at, late, scarce=False)
    feed = Feed.PARTIAL if one.refused else Feed.ARRIVED
    late = one.first_at - limit if one.first_at > limit else None
    scarce = moment > limit and (usual or 0) >= LEAST_USUAL and one.rows * 100 < SCARCE_PERCENT * (usual or 0)
    return Arrival(
        source, day, feed, limit, one.rows, usual, one.refused, one.conflicting, one.first_at, late, scarce=scarce
    )


def feed_state(fact: str, capacity: str, day: dt.date) -> Feed:
    """Return what is known of a fact for a capacity (by key) on a day.

    Sources that report for this capacity count: its own, those of a superior that declared it, and those of the whole
    province. All came without refused rows: arrived. None came, or nobody is registered to report: unknown. Anything
    between: partial.
    A fact that is reported weekly, monthly or yearly has arrived when it came within that span.
    """
    reporting = [
        source
        for source in Source.objects.filter(contract=fact)
        if expected(source, day) and reports_for(source, capacity, day)
    ]
    span = SPAN[contract(fact).cadence]
    came = _came(reporting, day - dt.timedelta(days=span - 1), day)
    latest = {source.pk: max((on for pk, on in came if pk == source.pk), default=None) for source in reporting}
    standing = [came[pk, on] for pk, on in latest.items() if on is not None and came[pk, on].usable]
    if not standing:
        return Feed.UNKNOWN
    whole = len(standing) == len(reporting) and not any(one.refused for one in standing)
    return Feed.ARRIVED if whole else Feed.PARTIAL


def first_days() -> dict[int, dt.date]:
    """Return the first day that each source ever reported, by its id."""
    committed = BatchDay.objects.filter(batch__state=BatchState.COMMITTED)
    return dict(committed.values_list("batch__source").annotate(first=Min("day")).order_by())


def last_days() -> dict[int, dt.date]:
    """Return the latest day that each source ever reported, by its id."""
    committed = BatchDay.objects.filter(batch__state=BatchState.COMMITTED)
    return dict(committed.values_list("batch__source").annotate(last=Max("day")).order_by())


def first_arrivals(wanted: set[tuple[str, dt.date]]) -> dict[tuple[str, dt.date], dt.datetime]:
    """Return when the first rows of sources (by key) and days were in the lake; nothing for those that are not."""
    found = BatchDay.objects.exclude(rows=0, refused__gt=F("repaired")).filter(
        batch__state=BatchState.COMMITTED,
        batch__source__key__in={key for key, _ in wanted},
        day__in={day for _, day in wanted},
    )
    grouped = (
        found.values_list("batch__source__key", "day")
        .annotate(at=Min(Coalesce("arrived_at", "batch__finished_at")))
        .order_by()
    )
    return {(key, day): at for key, day, at in grouped if (key, day) in wanted}
