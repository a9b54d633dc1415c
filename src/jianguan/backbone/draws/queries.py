"""Reads of populations, draws, shares and recusals. The first argument is the scope."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Count, Max, QuerySet

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.audit.models import Event
from jianguan.backbone.draws import rules, shares
from jianguan.backbone.draws.frames import Frame, frames
from jianguan.backbone.draws.manifests import lines_of
from jianguan.backbone.draws.models import Commitment, Draw, DrawItem, Party, PublicNumber, Recusal
from jianguan.backbone.draws.terms import Terms, terms, timetable
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.work.models import Population, PopulationState
from jianguan.engines.draw import detection

MONTH = 31
DRAWN = (EventKind.DRAW_MADE, EventKind.DRAW_ENLARGED, EventKind.CAMPAIGN_DRAWN)


@dataclass(frozen=True, slots=True)
class Standing:
    """The population of a capacity, kind and day with all its parts, and what was drawn from it.

    ``owed`` None: unknown. ``late``: frozen after a public number of its seed day was published, or otherwise odd.
    """

    frame: Frame
    capacity: Capacity
    parts: tuple[Population, ...]
    size: int | None
    owed: int | None
    drawn: int
    draws: tuple[Draw, ...]

    @property
    def last(self) -> Population:
        """The newest part."""
        return self.parts[-1]

    @property
    def state(self) -> str:
        """Known as soon as any part is counted; else what the newest part says."""
        counted = any(one.state == PopulationState.COUNTED for one in self.parts)
        return PopulationState.COUNTED if counted else self.last.state


def of_day(scope: Scope, day: dt.date, *, kind: str = "", capacity_id: int | None = None) -> list[Standing]:
    """The frozen populations of a day in scope, by kind and capacity."""
    found = (
        Population.objects.filter(day=day, capacity_id__in=scope.capacity_ids, kind__in=[one.kind for one in frames()])
        .select_related("capacity__agency", "manifest")
        .order_by("kind", "capacity__agency__order", "capacity_id", "part")
    )
    if kind:
        found = found.filter(kind=kind)
    if capacity_id is not None:
        found = found.filter(capacity_id=capacity_id)
    groups: dict[tuple[str, int], list[Population]] = defaultdict(list)
    for one in found:
        groups[one.kind, one.capacity_id].append(one)
    if not groups:
        return []
    on = terms(day)
    draws: dict[int, list[Draw]] = defaultdict(list)
    for draw in Draw.objects.filter(population__day=day, capacity_id__in=scope.capacity_ids).order_by("pk"):
        draws[draw.population_id].append(draw)
    known = {one.kind: one for one in frames()}
    return [_standing(known[of], parts, draws, on) for (of, _), parts in groups.items()]


def _standing(frame: Frame, parts: list[Population], draws: dict[int, list[Draw]], on: Terms) -> Standing:
    counted = [one for one in parts if one.state == PopulationState.COUNTED]
    made = [draw for one in parts for draw in draws[one.pk]]
    unknown = not counted and parts[-1].state == PopulationState.UNKNOWN
    size = None if unknown else sum(one.size or 0 for one in counted)
    owed: int | None = None
    if size is not None:
        share = on.share(frame, parts[0].capacity_id)
        owed = sum(rules.owed_of_part(share.floor, [one.size or 0 for one in counted]))
        if frame.each_stratum and made:
            owed = sum(one.floor for one in made if one.generation == 0 and one.variant == rules.VARIANT_ALL)
    drawn = sum(one.floor + one.priority + one.mandatory for one in _latest(made))
    return Standing(frame, parts[0].capacity, tuple(parts), size, owed, drawn, tuple(made))


def _latest(draws: Sequence[Draw]) -> list[Draw]:
    """The largest draw of each population and variant: it holds the picks of those before."""
    newest: dict[tuple[int, str], Draw] = {}
    for one in draws:
        newest[one.population_id, one.variant] = one
    return list(newest.values())


def population(scope: Scope, number: int) -> Population:
    """One population in scope; raises Population.DoesNotExist."""
    return Population.objects.select_related("capacity__agency", "manifest").get(
        pk=number, capacity_id__in=scope.capacity_ids
    )


def draw(scope: Scope, number: int) -> Draw:
    """One draw in scope; raises Draw.DoesNotExist."""
    return Draw.objects.select_related(
        "population__capacity__agency", "population__manifest", "export", "drawn_by__person"
    ).get(pk=number, capacity_id__in=scope.capacity_ids)


def items(scope: Scope, of: Draw) -> QuerySet[DrawItem]:
    """The records of a draw in the order drawn."""
    return (
        DrawItem.objects.filter(draw=of, capacity_id__in=scope.capacity_ids)
        .select_related("subject")
        .prefetch_related("reviewers__appointment__person")
        .order_by("position")
    )


def members_after(of: Population, after: str, limit: int) -> list[list[str]]:
    """Fields of the members of a population that follow an id, in order of their ids."""
    rows: Iterator[list[str]] = (line.split("\t") for line in lines_of(of))
    return list(islice((row for row in rows if row[0] > after), limit))


def bought(of: Population) -> tuple[tuple[detection.Chance, ...], int]:
    """What the share of a population buys, on its day and over the month up to it; and how many days that were."""
    days = [
        (size, floor)
        for size, floor in Draw.objects.filter(
            population__kind=of.kind,
            capacity_id=of.capacity_id,
            population__day__gt=of.day - dt.timedelta(days=MONTH),
            population__day__lte=of.day,
            variant=rules.VARIANT_ALL,
            generation=0,
        )
        .order_by("population__day", "population__part")
        .values_list("population__size", "floor")
        if size
    ]
    return detection.bought(days), len(days)


@dataclass(frozen=True, slots=True)
class ShareState:
    """One party of a seed: who it is, what it has given, when."""

    party: Party
    unit: Capacity
    commitment: Commitment | None
    revealed_at: dt.datetime | None
    late: bool
    mismatches: int


def shares_of(capacity_id: int, day: dt.date) -> list[ShareState]:
    """What the parties of a capacity's seed have given for a day: digests and times, never a secret.

    Reads beyond the scope, because the shares of superior and discipline office lie there and count here.
    """
    with shares.as_system():
        on, given, until = terms(day), shares.commitments(day), timetable(day).reveal_until
        units = Capacity.objects.select_related("agency").in_bulk()
        found = []
        for role, key in sorted(shares.parties_of(on, capacity_id).items()):
            one = given.get(key)
            reveals = list(one.reveals.order_by("pk")) if one is not None else []
            right = next((row for row in reveals if row.matches), None)
            found.append(
                ShareState(
                    Party(role.value),
                    units[key[0]],
                    one,
                    right.revealed_at if right else None,
                    right is not None and right.revealed_at >= until,
                    sum(1 for row in reveals if not row.matches),
                )
            )
        return found


def own_commitments(scope: Scope, capacity_id: int, day: dt.date) -> QuerySet[Commitment]:
    """The commitments of the unit acted in for a day."""
    return Commitment.objects.filter(capacity_id=capacity_id, day=day, capacity__in=scope.capacity_ids)


def commitment(scope: Scope, number: int) -> Commitment:
    """One commitment in scope; raises Commitment.DoesNotExist."""
    return Commitment.objects.get(pk=number, capacity_id__in=scope.capacity_ids)


def public_numbers(day: dt.date) -> QuerySet[PublicNumber]:
    """The public numbers typed in for a day; open to everybody."""
    return PublicNumber.objects.filter(day=day).select_related("confirmation").order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class Turn:
    """When a site of a capacity last came up in draws of a kind."""

    kind: str
    capacity: Capacity
    stratum: str
    last: dt.date
    items: int


def rotation(scope: Scope, kind: str = "", limit: int = 500) -> list[Turn]:
    """When each site last came up, longest ago first."""
    found = DrawItem.objects.filter(capacity_id__in=scope.capacity_ids)
    if kind:
        found = found.filter(population__kind=kind)
    rows = (
        found.values("population__kind", "capacity_id", "stratum")
        .annotate(last=Max("population__day"), number=Count("pk"))
        .order_by("last", "stratum")[:limit]
    )
    units = Capacity.objects.select_related("agency").in_bulk({row["capacity_id"] for row in rows})
    return [
        Turn(row["population__kind"], units[row["capacity_id"]], row["stratum"], row["last"], row["number"])
        for row in rows
    ]


def recusals(scope: Scope) -> QuerySet[Recusal]:
    """The recusals declared in scope, newest first; what ended them is with them."""
    return (
        Recusal.objects.filter(capacity_id__in=scope.capacity_ids, ends=None)
        .select_related("appointment__person", "appointment__post", "subject", "capacity__agency", "ended_by")
        .order_by("-pk")
    )


def recusal(scope: Scope, number: int) -> Recusal:
    """One recusal in scope; raises Recusal.DoesNotExist."""
    return recusals(scope).get(pk=number)


@dataclass(frozen=True, slots=True)
class Logged:
    """What the event log says of the seeds that the export of a draw holds; ``event`` None: it says nothing."""

    seeds: tuple[str, ...]
    event: Event | None


def logged(draw: Draw) -> Logged:
    """The seeds in the export of a draw and the event that wrote its own down.

    An export of a day drawn twice holds both seeds. The event belongs to the platform: anybody who may see the draw may
    see that it is in the log.
    """
    beside = [
        one.seed
        for one in Draw.objects.filter(population_id=draw.population_id).exclude(sources=draw.sources)
        if one.drawn_at == draw.drawn_at or one.variant.startswith(rules.WITHOUT)
    ]
    population = draw.population
    objects = [f"{population.kind}/{population.day}", population.kind.removeprefix("campaign-")]
    with scopes.within(scopes.everything()):
        events = Event.objects.filter(kind__in=DRAWN, object_id__in=objects).select_related("leaf").order_by("pk")
        event = next((one for one in events if draw.seed in str(one.details)), None)
    return Logged(tuple(dict.fromkeys((draw.seed, *beside))), event)
