"""Reads of the rule book. All of it is open reference data; the scope is the first argument where rows are chosen."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from jianguan.backbone.agencies import rules as agency_rules
from jianguan.backbone.agencies.models import Capacity, Oversight
from jianguan.backbone.rules import rules
from jianguan.backbone.rules.models import (
    CadenceAdoption,
    CadenceKind,
    CalendarDay,
    Norm,
    Parameter,
    ParameterValue,
    Provision,
)
from jianguan.backbone.rules.rules import Adoption, Value
from jianguan.engines.calendar.workdays import Calendar, CalendarException

Chains = Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the province must clear (规则缺口). ``kind`` names which of the four."""

    kind: str
    key: str
    text: str


def chains(on: dt.date, capacity_id: int | None = None) -> Chains:
    """Every capacity of a day, or one of them, with its superiors, nearest first, itself at the front."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE chain AS (
                SELECT id, ARRAY[id] AS path FROM agencies_capacity
                WHERE valid @> %(on)s::date AND id = coalesce(%(only)s, id)
                UNION ALL
                SELECT c.id, c.path || o.superior_id FROM chain c
                JOIN agencies_oversight o ON o.capacity_id = c.path[cardinality(c.path)] AND o.valid @> %(on)s::date
                WHERE o.superior_id <> ALL (c.path)
            ) SELECT DISTINCT ON (id) id, path FROM chain ORDER BY id, cardinality(path) DESC
            """,
            {"on": on, "only": capacity_id},
        )
        return {row[0]: tuple(row[1]) for row in cursor.fetchall()}


def values(key: str = "") -> dict[str, list[Value]]:
    """All dated values, or those of one parameter, by parameter key."""
    found: dict[str, list[Value]] = defaultdict(list)
    rows = ParameterValue.objects.select_related("parameter")
    for row in rows.filter(parameter__key=key) if key else rows:
        found[row.parameter.key].append(
            Value(
                row.pk,
                row.parameter.key,
                row.capacity_id,
                row.value,
                row.valid_from,
                row.recorded_at,
                row.reference,
                row.parameter.direction,
                row.parameter.unit,
            )
        )
    return found


def adoptions() -> dict[str, list[Adoption]]:
    """All adopted cadences by norm key."""
    found: dict[str, list[Adoption]] = defaultdict(list)
    for row in CadenceAdoption.objects.all():
        found[row.norm_key].append(
            Adoption(row.pk, row.norm_key, row.capacity_id, row.cadence, row.times, row.valid_from, row.recorded_at)
        )
    return found


def parameter_value(
    key: str, capacity_id: int | None, on: dt.date, known_at: dt.datetime | None = None
) -> Value | None:
    """The value of a parameter for a capacity on a day as known at a moment; None where no number is set.

    Raises Parameter.DoesNotExist and AmbiguousRule.
    """
    known = values(key).get(key, [])
    if not known:
        Parameter.objects.get(key=key)
        return None
    chain = chains(on, capacity_id).get(capacity_id, ()) if capacity_id is not None else ()
    return rules.value_in_force(known, chain, on, known_at)


def values_through_time(key: str) -> list[ParameterValue]:
    """Every value a parameter ever had, oldest effect first, corrections after what they correct."""
    return list(
        ParameterValue.objects.filter(parameter__key=key)
        .select_related("capacity__agency", "decision")
        .order_by("valid_from", "recorded_at")
    )


def cadence(norm_key: str, capacity_id: int, on: dt.date, known_at: dt.datetime | None = None) -> Adoption | None:
    """The adopted cadence of a soft norm for a capacity on a day as known at a moment; None where none is adopted."""
    return rules.cadence_in_force(
        adoptions().get(norm_key, []), chains(on, capacity_id).get(capacity_id, ()), on, known_at
    )


def norms_in_force(on: dt.date) -> list[Norm]:
    """The norms of a day, those that another one overrides left out. Raises AmbiguousRule."""
    norms = list(Norm.objects.filter(valid__contains=on).select_related("provision"))
    hidden = rules.overridden(rules.Holder(norm.key, norm.overrides) for norm in norms)
    return [norm for norm in norms if norm.key not in hidden]


def is_provision(item: str, on: dt.date) -> bool:
    """Whether the rule book in force on a day has an article or item of this number."""
    return Provision.objects.filter(item=item, version__valid__contains=on).exists()


def bearers(norm: Norm, on: dt.date) -> list[Capacity]:
    """The capacities that bear a norm on a day, article 17 applied."""
    return bearers_of([norm], on)[norm.key]


def bearers_of(norms: Sequence[Norm], on: dt.date) -> dict[str, list[Capacity]]:
    """The bearers of many norms on a day, by norm key, with three queries altogether."""
    capacities = {one.key: one for one in Capacity.objects.filter(valid__contains=on).select_related("agency")}
    below: dict[int, set[str]] = defaultdict(set)
    for superior_id, level in Oversight.objects.filter(valid__contains=on).values_list(
        "superior_id", "capacity__level"
    ):
        below[superior_id].add(level)
    bearing = [
        agency_rules.Bearing(one.key, one.level, one.mode, frozenset(below[one.pk])) for one in capacities.values()
    ]
    known: dict[tuple[str, str], list[Capacity]] = {}
    for norm in norms:
        case = (norm.bearer, norm.counterpart)
        if case not in known:
            keys = agency_rules.bearers(norm.bearer, norm.counterpart or None, bearing)
            known[case] = [capacities[key] for key in sorted(keys)]
    return {norm.key: known[norm.bearer, norm.counterpart] for norm in norms}


def gaps(on: dt.date) -> list[Gap]:
    """What the rule book leaves open on a day: norm without bearer, quota without population, deadline or quota
    without a number, capacity without superior."""
    norms = norms_in_force(on)
    borne = bearers_of(norms, on)
    known = values()
    found = []
    for norm in norms:
        if norm.modality == "duty" and not borne[norm.key]:
            found.append(
                Gap("bearer", norm.key, f"规范要素 {norm.key} 今天没有责任主体（{norm.get_bearer_display()}）")
            )
        if norm.quota_parameter and not norm.population:
            found.append(Gap("population", norm.key, f"规范要素 {norm.key} 规定了比例，却没有抽查总体"))
        found += [
            Gap("number", norm.key, f"规范要素 {norm.key} 所用参数 {key} 今天没有数值")
            for key in filter(None, (norm.quota_parameter, norm.deadline_parameter))
            if rules.value_in_force(known.get(key, []), (), on) is None
        ]
    overseen = set(Oversight.objects.filter(valid__contains=on).values_list("capacity_id", flat=True))
    found += [
        Gap("superior", one.key, f"履职身份 {one.title} 今天没有监管上级")
        for one in Capacity.objects.filter(valid__contains=on).select_related("agency")
        if one.pk not in overseen and agency_rules.needs_superior(one.level, one.mode)
    ]
    return found


def soft_norms(on: dt.date) -> list[Norm]:
    """The norms whose cadence is a soft word: what a competent agency may adopt a number for."""
    return [norm for norm in norms_in_force(on) if norm.cadence == CadenceKind.SOFT]


def working_calendar() -> Calendar:
    """The working-day calendar of China with the exceptions on record."""
    return Calendar(
        CalendarException(row.day, row.is_workday, row.name, row.source, row.confirmed)
        for row in CalendarDay.objects.all()
    )
