"""Draw frozen populations (抽取) once their seed is complete: a pure function, written down with all it came from."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.draws import framing, rules, seeds, shares
from jianguan.backbone.draws.frames import frame, frames
from jianguan.backbone.draws.freezing import LOOK_BACK
from jianguan.backbone.draws.keeping import keep_all
from jianguan.backbone.draws.manifests import members_text
from jianguan.backbone.draws.models import Draw, DrawItem, DrawnReviewer
from jianguan.backbone.draws.shares import Known
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.models import Population, PopulationState
from jianguan.engines.draw import Label, LoweredShare, Manifest, Parameters, Part, Result, Seed, draw, orders, read
from jianguan.engines.draw.export import render
from jianguan.engines.draw.verify_draw import FORMAT
from jianguan.kit import clock
from jianguan.kit.clock import CHINA

EXPORT = "text/vnd.jianguan.draw"
REVIEWERS = 10
"""How many of the order drawn are written down for an item; the export repeats the rest."""
SHORTEST_REASON = 4


class DrawRefused(ValueError):
    """The draw cannot be made or enlarged so. The message is Chinese and shown to the user."""


@dataclass(slots=True)
class Drawn:
    """What a run of draws came to."""

    draws: int = 0
    items: int = 0
    waiting: int = 0


@dataclass(slots=True)
class _Made:
    """One draw on its way into the tables."""

    population: Population
    manifest: Manifest
    result: Result
    row: Draw
    export: bytes
    fresh: set[str] = field(default_factory=set)


def draw_day(
    day: dt.date,
    *,
    kinds: Collection[str] | None = None,
    capacity_ids: Collection[int] | None = None,
    at: dt.datetime | None = None,
) -> Drawn:
    """Draw every counted population of a day whose seed is complete and not yet drawn. Safe to run again.

    A share revealed late makes the second sample beside the one drawn without it; both are owed. ``at`` is the moment
    written, now unless a history is taken over. Campaigns freeze populations of their own and draw them themselves.
    Runs as the system, in the scope of every capacity.
    """
    drawn_here = [one.kind for one in frames() if kinds is None or one.kind in kinds]
    wanted = Population.objects.filter(day=day, state=PopulationState.COUNTED, kind__in=drawn_here)
    wanted = wanted.exclude(manifest=None)
    if capacity_ids is not None:
        wanted = wanted.filter(capacity_id__in=capacity_ids)
    return _draw(
        wanted.select_related("capacity", "manifest").order_by("kind", "capacity_id", "part"), at or clock.now()
    )


def draw_due(now: dt.datetime) -> Drawn:
    """Draw whatever of the last days has its seed at a moment, and say which shares were withheld."""
    result, today = Drawn(), now.astimezone(CHINA).date()
    for age in range(LOOK_BACK + 2):
        one = draw_day(today - dt.timedelta(days=age), at=now)
        result.draws, result.items = result.draws + one.draws, result.items + one.items
        result.waiting += one.waiting
    for age in range(2):
        seeds.look_at_reveals(today - dt.timedelta(days=age))
    return result


def draw_population(population: Population, *, at: dt.datetime | None = None) -> list[Draw]:
    """Draw one frozen population if its seed is complete; return its draws, none while a source is missing.

    Raises DrawRefused when the population is not counted or was frozen without a manifest.
    """
    if population.state != PopulationState.COUNTED or population.manifest is None:
        raise DrawRefused("只有已清点并封存清单的总体可以抽取")
    _draw(Population.objects.filter(pk=population.pk).select_related("capacity", "manifest"), at or clock.now())
    return list(population.draws.order_by("pk"))


def _draw(wanted: Iterable[Population], at: dt.datetime) -> Drawn:
    report = Drawn()
    populations = list(wanted)
    made: dict[int, list[Draw]] = defaultdict(list)
    for one in Draw.objects.filter(population__in=populations).order_by("pk"):
        made[one.population_id].append(one)
    known = shares.Sources()
    for group in _groups(populations):
        batch: list[_Made] = []
        for population in group:
            before = made[population.pk]
            if any(one.variant == rules.VARIANT_ALL for one in before):
                continue
            manifest = read(members_text(population))
            if not (manifest.header.floor or manifest.header.priority or manifest.mandatory):
                continue
            given = known.of(manifest, at)
            if before:
                given = given.shares_only()
            if not given.complete:
                report.waiting += 1
                continue
            drawn = {one.seed for one in before}
            batch += [
                _made(population, manifest, given, seed, at=at)
                for seed in given.seeds(manifest)
                if seed.value.hex() not in drawn
            ]
        if batch:
            report.items += _write(batch, by=None, reason="")
            report.draws += len(batch)
    return report


def _groups(populations: Sequence[Population]) -> Iterator[list[Population]]:
    """Populations of one day, kind and version of the lake together: their records are read by one query."""
    groups: dict[tuple[Any, ...], list[Population]] = defaultdict(list)
    for one in populations:
        groups[one.day, one.kind, one.source].append(one)
    yield from groups.values()


def _made(
    population: Population,
    manifest: Manifest,
    given: Known,
    seed: Seed,
    *,
    at: dt.datetime,
    parameters: Parameters | None = None,
    generation: int = 0,
) -> _Made:
    result = draw(manifest, seed, parameters)
    late = given.late if seed.label is not Label.SOLE else ()
    export = b"".join(line + b"\n" for line in render(manifest, given.in_time, late, parameters))
    head = manifest.header
    row = Draw(
        population=population,
        capacity_id=population.capacity_id,
        variant=given.variant(seed),
        generation=generation,
        algorithm=FORMAT,
        seed=seed.value.hex(),
        sources=given.told(seed),
        parameters={
            "floor": result.parameters.floor,
            "priority": result.parameters.priority,
            "rounding": head.rounding.value,
            "seed_day": head.day.isoformat(),
            "strata": len(result.strata),
            "even": result.even,
            "overdue": list(head.overdue),
        },
        floor=len(result.of(Part.FLOOR)),
        priority=len(result.of(Part.PRIORITY)),
        mandatory=len(result.of(Part.MANDATORY)),
        drawn_at=at,
    )
    return _Made(population, manifest, result, row, export)


def _write(batch: list[_Made], *, by: Actor | None, reason: str) -> int:
    """Write draws of one day and kind with their items and reviewers; a larger draw adds its new records only."""
    population = batch[0].population
    drawn = DrawItem.objects.filter(population__in={one.population.pk for one in batch})
    known = set(drawn.values_list("population_id", "draw__variant", "member"))
    for one in batch:
        unit, variant = one.population.pk, one.row.variant
        one.fresh = {pick.id for pick in one.result.picks if (unit, variant, pick.id) not in known}
    abouts = _abouts(batch)
    sites = {pick.site for one in batch for pick in one.result.picks}
    subjects = dict(Subject.objects.filter(code__in=sites).values_list("code", "pk"))
    seats = {
        (number, capacity): appointment
        for number, capacity, appointment in framing.reviewers(batch[0].manifest.header.day)
    }
    with transaction.atomic():
        objects = keep_all([one.export for one in batch], EXPORT)
        for one in batch:
            one.row.export = objects[one.export]
            one.row.drawn_by_id = by.appointment_id if by else None
        Draw.objects.bulk_create(one.row for one in batch)
        items = DrawItem.objects.bulk_create(
            (item for one in batch for item in _items(one, abouts, subjects)), batch_size=2000
        )
        at = {(item.draw_id, item.member): item for item in items}
        DrawnReviewer.objects.bulk_create((row for one in batch for row in _reviewers(one, at, seats)), batch_size=5000)
        audit.record(
            kind=EventKind.DRAW_ENLARGED if reason else EventKind.DRAW_MADE,
            by=by,
            object_type="draws",
            object_id=f"{population.kind}/{population.day}",
            reason=reason,
            details={
                "kind": population.kind,
                "day": str(population.day),
                "draws": {
                    f"{one.population.capacity.key}/{one.population.part}/{one.row.variant}/{one.row.generation}": [
                        one.population.digest,
                        one.row.seed,
                        one.row.export.sha256,
                        one.row.floor,
                        one.row.priority,
                        one.row.mandatory,
                    ]
                    for one in batch
                },
            },
        )
    return len(items)


def _abouts(batch: list[_Made]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """What stands beside every record drawn, as it stood at the freeze; said where it no longer fits its digest."""
    population = batch[0].population
    at = {
        fact: int(number) for fact, _, number in (one.partition("@") for one in population.source.split("，")) if number
    }
    only = sorted({(one.population.capacity.key, member) for one in batch for member in one.fresh})
    if not only:
        return {}
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    with framing.opened(population.day) as duck:
        units = {unit for unit, _ in only}
        for unit, members in framing.members(
            duck, frame(population.kind), population.day, units=units, at=at, only=only
        ):
            for member in members:
                found[unit, member.record.id] = {
                    **member.about,
                    "doers": list(member.doers),
                    "media": member.record.media,
                }
    return found


def _items(
    one: _Made, abouts: Mapping[tuple[str, str], Mapping[str, Any]], subjects: Mapping[str, int]
) -> Iterator[DrawItem]:
    lines = {}
    for line in one.manifest.members():
        identity = line.split(b"\t", 1)[0].decode()
        if identity in one.fresh:
            lines[identity] = line.decode()
    for position, pick in enumerate(one.result.picks, 1):
        if pick.id not in one.fresh:
            continue
        happened, media = lines[pick.id].split("\t")[4:6]
        about = dict(abouts.get((one.population.capacity.key, pick.id), {}))
        if about.pop("media", None) != media:
            about["changed"] = True
        yield DrawItem(
            draw=one.row,
            population=one.population,
            capacity_id=one.population.capacity_id,
            subject_id=subjects.get(pick.site),
            member=pick.id,
            stratum=pick.stratum[:60],
            line=lines[pick.id],
            about=about,
            part=pick.part.value,
            position=position,
            ticket=pick.ticket.hex(),
            probability=f"{pick.probability.numerator}/{pick.probability.denominator}"[:60],
            happened_at=dt.datetime.fromisoformat(happened).astimezone(CHINA),
        )


def _reviewers(
    one: _Made, items: Mapping[tuple[int, str], DrawItem], seats: Mapping[tuple[str, str], int]
) -> Iterator[DrawnReviewer]:
    unit = one.population.capacity.key
    for identity, order in orders(one.manifest, one.result):
        item = items.get((one.row.pk, identity))
        if item is None:
            continue
        present = [seats[number, unit] for number in order if (number, unit) in seats]
        for position, appointment in enumerate(present[:REVIEWERS], 1):
            yield DrawnReviewer(item=item, capacity_id=item.capacity_id, position=position, appointment_id=appointment)


def enlarge(*, by: Actor, population: Population, percent: int, reason: str) -> Draw:
    """Draw more of a population by the same seed: whoever was drawn stays drawn, the new ones come on top.

    Raises NotAllowed without ``draw.make`` or for another unit, DrawRefused while nothing is drawn, without a reason,
    or for a percentage that is not higher than the present one.
    """
    by.require(Permission.DRAW_MAKE)
    by.require_capacity(population.capacity_id)
    if len(reason.strip()) < SHORTEST_REASON:
        raise DrawRefused(f"扩大抽取须写明理由，不少于{SHORTEST_REASON}个字")
    with transaction.atomic():
        one_at_a_time(f"enlarge population {population.pk}")
        return _enlarged(by, population, percent, reason.strip())


def _enlarged(by: Actor, population: Population, percent: int, reason: str) -> Draw:
    last = population.draws.order_by("-generation", "-pk").first()
    if last is None:
        raise DrawRefused("还没有抽取，不能扩大")
    if not last.parameters["floor"] < percent * rules.PERCENT <= rules.MILLION:
        raise DrawRefused("扩大后的比例须高于现在的比例，且不超过100%")
    manifest = read(members_text(population))
    with shares.as_system():
        given = shares.Sources().of(manifest, last.drawn_at).only(one["line"] for one in last.sources)
    seed = next((one for one in given.seeds(manifest) if one.value.hex() == last.seed), None)
    if seed is None:
        raise DrawRefused("种子来源与原抽取不一致，不能扩大，请报上级核查")
    parameters = Parameters(percent * rules.PERCENT, last.parameters["priority"])
    try:
        made = _made(
            population,
            manifest,
            given,
            seed,
            at=clock.now(),
            parameters=parameters,
            generation=last.generation + 1,
        )
    except LoweredShare as refusal:
        raise DrawRefused(str(refusal)) from None
    made.row.variant = last.variant
    with shares.as_system():
        _write([made], by=by, reason=reason)
    return made.row
