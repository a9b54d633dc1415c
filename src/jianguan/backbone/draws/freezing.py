"""Freeze populations (封存抽查总体) from the facts: counted, empty or unknown; what comes late is a further part."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Coalesce

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.draws import framing, rules, shares, unowned
from jianguan.backbone.draws.feeds import feeds
from jianguan.backbone.draws.frames import Frame, frames
from jianguan.backbone.draws.keeping import keep_all
from jianguan.backbone.draws.manifests import members_of
from jianguan.backbone.draws.models import DrawItem, Recusal
from jianguan.backbone.draws.rules import Timetable
from jianguan.backbone.draws.terms import Share, Terms, terms, timetable
from jianguan.backbone.rules.rules import IN_FORCE_SINCE
from jianguan.backbone.work.models import Population, PopulationState
from jianguan.engines.draw import Earlier, Header, Record, freeze
from jianguan.facts.arrivals import Feed
from jianguan.facts.contract import contract
from jianguan.facts.models import BatchDay, BatchState
from jianguan.kit import clock
from jianguan.kit.clock import CHINA

MANIFEST = "text/vnd.jianguan.manifest"
LOOK_BACK = 3
"""Days whose late records are still taken in by the freeze of a day."""


@dataclass(slots=True)
class Frozen:
    """What a freeze came to: how many populations of each state, how many members."""

    populations: int = 0
    states: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    members: int = 0

    def add(self, other: "Frozen") -> None:
        """Count another freeze in."""
        self.populations += other.populations
        self.members += other.members
        for state, number in other.states.items():
            self.states[state] += number


@dataclass(frozen=True, slots=True)
class _Unit:
    """A capacity whose population of a kind is to be frozen now."""

    capacity: Capacity
    feed: Feed
    missing: tuple[str, ...]
    parts: Sequence[Population]


@dataclass(frozen=True, slots=True)
class _Now:
    """What one freeze goes by."""

    day: dt.date
    at: dt.datetime
    terms: Terms
    seed_terms: Terms
    seed_day: dt.date
    table: Timetable
    given: shares.Given
    reviewers: Mapping[str, tuple[str, ...]]
    recusals: Sequence[Recusal]
    roots: Mapping[tuple[str, int], str]


def freeze_day(
    day: dt.date,
    *,
    kinds: Collection[str] | None = None,
    capacity_ids: Collection[int] | None = None,
    further: bool = True,
    at: dt.datetime | None = None,
) -> Frozen:
    """Freeze what is owed on a day and not yet frozen, and what has arrived since as further parts. Safe to run again.

    ``kinds`` and ``capacity_ids`` narrow; ``further`` False leaves what is frozen alone; ``at`` is the moment written,
    now unless a history is taken over. Runs as the system, in the scope of every capacity. Raises BeforeInForce and
    AmbiguousRule.
    """
    moment = at or clock.now()
    of_day = terms(day)
    chosen = [one for one in frames() if one.daily and (kinds is None or one.kind in kinds)]
    owing = {one.kind: set(of_day.percents.get(one.kind, ())) for one in chosen}
    if capacity_ids is not None:
        owing = {kind: ids & set(capacity_ids) for kind, ids in owing.items()}
    if not further:
        known = set(Population.objects.filter(day=day).values_list("kind", "capacity_id"))
        owing = {kind: {one for one in ids if (kind, one) not in known} for kind, ids in owing.items()}
    return _freeze(day, [(one, owing[one.kind]) for one in chosen if owing[one.kind]], of_day, moment)


def freeze_due(now: dt.datetime) -> Frozen:
    """Freeze what is due at a moment: today from the hour on, within it also late records of the days before.

    Late records wait for the hour of the next day, so that they make one further part and not one every few minutes.
    """
    result, today = Frozen(), now.astimezone(CHINA).date()
    table = timetable(today)
    if now < table.freeze:
        return result
    further = now < table.reveal_from
    for age in range(LOOK_BACK + 1):
        day = today - dt.timedelta(days=age)
        if day >= IN_FORCE_SINCE and (further or age <= 1):
            result.add(freeze_day(day, further=further))
    return result


def freeze_kind(frame: Frame, day: dt.date, capacity_id: int) -> Population | None:
    """Freeze one population for one capacity, daily or not; None when nothing was to be frozen. For actions."""
    _freeze(day, [(frame, {capacity_id})], terms(day), clock.now())
    return Population.objects.filter(kind=frame.kind, day=day, capacity_id=capacity_id).order_by("-part").first()


def _freeze(day: dt.date, wanted: list[tuple[Frame, set[int]]], of_day: Terms, at: dt.datetime) -> Frozen:
    result = Frozen()
    standing: dict[tuple[str, int], list[Population]] = defaultdict(list)
    for one in Population.objects.filter(day=day, kind__in=[frame.kind for frame, _ in wanted]).order_by("part"):
        standing[one.kind, one.capacity_id].append(one)
    again = unowned.standing(day)
    waiting = [(frame, _units(frame, day, ids, standing, of_day, again=frame.kind in again)) for frame, ids in wanted]
    if not any(units for _, units in waiting):
        return result
    now = _now(day, at, of_day)
    with framing.opened(day) as duck:
        for frame, units in waiting:
            if units:
                _freeze_kind(duck, frame, units, now, result)
    return result


def _now(day: dt.date, at: dt.datetime, of_day: Terms) -> _Now:
    local = at.astimezone(CHINA).date()
    seed_day = rules.seed_day(at, timetable(local).reveal_from)
    people: dict[str, set[str]] = defaultdict(set)
    for number, capacity, _ in framing.reviewers(seed_day):
        people[capacity].add(number)
    before = Population.objects.filter(day__lt=day, day__gte=day - dt.timedelta(days=31)).exclude(digest="")
    roots: dict[tuple[str, int], str] = {}
    for kind, capacity_id, root in before.order_by("day", "part").values_list("kind", "capacity_id", "digest"):
        roots[kind, capacity_id] = root
    return _Now(
        day,
        at,
        of_day,
        of_day if seed_day == day else terms(seed_day),
        seed_day,
        timetable(seed_day),
        shares.commitments(seed_day),
        {capacity: tuple(sorted(numbers)) for capacity, numbers in people.items()},
        list(
            Recusal.objects.filter(ends=None, ended_by=None, declared_at__lt=at).select_related(
                "appointment__person", "subject", "capacity"
            )
        ),
        roots,
    )


def _units(
    frame: Frame,
    day: dt.date,
    ids: set[int],
    standing: Mapping[tuple[str, int], list[Population]],
    of_day: Terms,
    *,
    again: bool,
) -> list[_Unit]:
    """The capacities that have no population yet, an unknown one whose feed has come, or records that came since.

    ``again``: records of the day belonged to nobody; their places may have been registered since.
    """
    known = feeds(frame, day, ids, of_day)
    fresh = BatchDay.objects.filter(
        day=day, batch__contract__in=frame.facts, batch__state=BatchState.COMMITTED
    ).aggregate(at=Max(Coalesce("arrived_at", "batch__finished_at")))["at"]
    found = []
    for capacity in Capacity.objects.filter(pk__in=ids).select_related("agency").order_by("key"):
        feed, missing = known[capacity.pk]
        parts = standing.get((frame.kind, capacity.pk), [])
        if parts:
            unknown = parts[-1].state == PopulationState.UNKNOWN
            since = again or (fresh is not None and fresh > parts[-1].frozen_at)
            if feed is Feed.UNKNOWN or not (unknown or since):
                continue
        found.append(_Unit(capacity, feed, missing, parts))
    return found


def _freeze_kind(duck: duckdb.DuckDBPyConnection, frame: Frame, units: list[_Unit], now: _Now, result: Frozen) -> None:
    known = {unit.capacity.key: unit for unit in units if unit.feed is not Feed.UNKNOWN}
    at_versions = framing.versions((*frame.facts, *frame.beside))
    source = "，".join(f"{fact}@{number}" for fact, number in at_versions.items()) or "register"
    recent = _recent(frame, now)
    rows: dict[str, tuple[Population, bytes]] = {}
    without = ((unit.capacity.key, one) for unit in known.values() for part in unit.parts for one in members_of(part))
    groups = framing.members(duck, frame, now.day, units=list(known), at=at_versions, without=without)
    for key, group in groups:
        rows[key] = _counted(frame, known[key], group, now=now, source=source, recent=recent)
    for unit in units:
        if unit.capacity.key not in rows and (row := _without_members(frame, unit, now, source)):
            rows[unit.capacity.key] = row, b""
    with transaction.atomic():
        objects = keep_all([text for _, text in rows.values() if text], MANIFEST)
        for row, text in rows.values():
            row.manifest = objects[text] if text else None
        Population.objects.bulk_create(row for row, _ in rows.values())
        if rows:
            audit.record(
                kind=EventKind.POPULATION_FROZEN,
                by=None,
                object_type="populations",
                object_id=f"{frame.kind}/{now.day}",
                after={key: row.digest for key, (row, _) in sorted(rows.items())},
                details={
                    "kind": frame.kind,
                    "day": str(now.day),
                    "seed_day": str(now.seed_day),
                    "roots": {
                        f"{key}/{row.part}": [row.state, row.size, row.digest] for key, (row, _) in sorted(rows.items())
                    },
                },
            )
    if frame.daily and frame.facts:
        unowned.look(duck, frame, now.day, bearers=now.terms.percents.get(frame.kind, {}), at=at_versions)
    for row, _ in rows.values():
        result.populations += 1
        result.states[row.state] += 1
        result.members += row.size or 0


def _counted(
    frame: Frame,
    unit: _Unit,
    group: Iterable[framing.Member],
    *,
    now: _Now,
    source: str,
    recent: Collection[tuple[int, str]],
) -> tuple[Population, bytes]:  # fmt: skip
    records: list[Record] = []
    recusals: set[tuple[str, str]] = set()
    reviewers = now.reviewers.get(unit.capacity.key, ())
    own = [one for one in now.recusals if one.capacity_id == unit.capacity.pk]
    avoided = defaultdict(set)
    for one in own:
        if one.doer:
            avoided[one.doer].add(one.appointment.person.number)
    for member in group:
        records.append(member.record)
        for doer in member.doers:
            if doer in reviewers:
                recusals.add((member.record.id, doer))
            recusals |= {(member.record.id, number) for number in avoided.get(doer, ()) if number in reviewers}
    share = now.terms.share(frame, unit.capacity.pk)
    counted = [part for part in unit.parts if part.state == PopulationState.COUNTED]
    interests = {(one.subject.code, one.appointment.person.number) for one in own if one.subject is not None}
    header = Header(
        population=f"{frame.kind}/{now.day}",
        capacity=unit.capacity.key,
        day=now.seed_day,
        frozen_at=now.at,
        source=source,
        floor=share.floor,
        priority=share.priority,
        rounding=share.rounding,
        part=len(counted) + 1,
        previous=now.roots.get((frame.kind, unit.capacity.pk)),
        commitments=shares.committed(now.seed_terms, unit.capacity.pk, now.given, now.at),
        publics=shares.publics(now.seed_day),
        beacons=shares.beacons(now.seed_terms, now.table.reveal_until),
        earlier=_earlier(counted, share),
        overdue=_overdue(records, share, unit.capacity.pk, recent),
        reviewers=reviewers,
        recusals=tuple(recusals),
        interests=tuple((site, number) for site, number in interests if number in reviewers),
    )
    manifest = freeze(header, records)
    if isinstance(manifest.content, Path):
        raise TypeError("a manifest without a file is text")
    why = f"部分到达：{'；'.join(unit.missing)}" if unit.feed is Feed.PARTIAL else ""
    if unit.parts and unit.parts[-1].state == PopulationState.COUNTED:
        why = f"封存后到达的记录，补充第 {len(unit.parts)} 部分" + (f"；{why}" if why else "")
    row = _population(frame, unit, now, source)
    row.state, row.why = PopulationState.COUNTED, why[:200]
    row.size, row.digest = manifest.count, manifest.root.hex()
    return row, manifest.content


def _earlier(counted: Sequence[Population], share: Share) -> tuple[Earlier, ...]:
    sizes = [part.size or 0 for part in counted]
    floors, priorities = rules.owed_of_part(share.floor, sizes), rules.owed_of_part(share.priority, sizes)
    return tuple(
        Earlier(part.digest, size, floor, priority)
        for part, size, floor, priority in zip(counted, sizes, floors, priorities, strict=True)
    )


def _recent(frame: Frame, now: _Now) -> set[tuple[int, str]]:
    """Capacity and stratum of what came up within the adopted rotation, of capacities that have one."""
    ids = now.terms.percents.get(frame.kind, {})
    longest = max((now.terms.share(frame, one).rotation or 0 for one in ids), default=0)
    if not longest:
        return set()
    drawn = DrawItem.objects.filter(
        population__kind=frame.kind, population__day__lt=now.day, population__day__gte=now.day - dt.timedelta(longest)
    ).values_list("capacity_id", "stratum", "population__day")
    rotations = {one: now.terms.share(frame, one).rotation or 0 for one in ids}
    return {
        (capacity_id, stratum)
        for capacity_id, stratum, day in drawn
        if (now.day - day).days <= rotations.get(capacity_id, 0)
    }


def _overdue(
    records: Iterable[Record], share: Share, capacity_id: int, recent: Collection[tuple[int, str]]
) -> tuple[str, ...]:
    if share.rotation is None:
        return ()
    return tuple(sorted({one.stratum for one in records if (capacity_id, one.stratum) not in recent}))


def _without_members(frame: Frame, unit: _Unit, now: _Now, source: str) -> Population | None:
    """Proven empty, or unknown; nothing new to say of a capacity whose population is counted or empty already."""
    if unit.parts and unit.parts[-1].state != PopulationState.UNKNOWN:
        return None
    if unit.feed is Feed.ARRIVED:
        labels = "、".join(contract(fact).label for fact in frame.facts) or "监管对象名册"
        row = _population(frame, unit, now, source)
        row.state, row.size, row.why = PopulationState.EMPTY, 0, f"{labels}已到达，其中没有本单位的记录"
        return row
    if unit.parts:
        return None
    reason = "尚未到达" if unit.feed is Feed.UNKNOWN else "没有到齐，不能证明没有业务"
    row = _population(frame, unit, now, source)
    row.state, row.why = PopulationState.UNKNOWN, f"{'；'.join(unit.missing)}{reason}"[:200]
    return row


def _population(frame: Frame, unit: _Unit, now: _Now, source: str) -> Population:
    return Population(
        capacity=unit.capacity,
        kind=frame.kind,
        day=now.day,
        part=len(unit.parts),
        source=source[:120],
        frozen_at=now.at,
    )
