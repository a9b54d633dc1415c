"""Which seats a round needs (签批席位) and by when each stage must be over (环节期限)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import Capacity, CapacityLevel, Oversight
from jianguan.backbone.agencies.queries import NoSuperior
from jianguan.backbone.approvals.flows import At, Flow, Stage
from jianguan.backbone.approvals.models import Application, Seat, StageDue, Step
from jianguan.backbone.approvals.models import Flow as FlowRow
from jianguan.backbone.approvals.rules import Act, Place, Standing, State, Verb
from jianguan.backbone.cases.deadlines import due_after
from jianguan.backbone.rules import queries as rulebook
from jianguan.engines.calendar.workdays import Calendar


class NoUnit(LookupError):
    """A stage that no unit can take. The message is Chinese and shown to the user."""


def definition(row: FlowRow) -> Flow:
    """A loaded flow as data."""
    return msgspec.convert(row.definition, Flow)


def units(applicant: Capacity, on: dt.date) -> list[Capacity]:
    """The unit and all above it by oversight on a day, nearest first."""
    found = [applicant]
    while True:
        try:
            found.append(agencies.superior(found[-1].pk, on))
        except NoSuperior:
            return found


def _unit(at: At, chain: Sequence[Capacity], on: dt.date) -> Capacity | None:
    if at == "applicant":
        return chain[0]
    if at == "superior":
        return chain[1] if len(chain) > 1 else None
    city = next((one for one in chain if one.level == CapacityLevel.CITY), None)
    if at == "city":
        return city
    try:
        province = agencies.province(on)
    except Capacity.DoesNotExist:
        return None
    if at == "province":
        return province
    above = province if at == "technology" else city
    below = Oversight.objects.filter(superior=above, valid__contains=on, capacity__level=CapacityLevel.TECHNOLOGY)
    link = below.select_related("capacity__agency").order_by("capacity__key").first() if above else None
    return link.capacity if link else None


def places(flow: Flow, applicant: Capacity, chosen: Sequence[Capacity], on: dt.date) -> list[tuple[Place, Stage]]:
    """The seats of a round. Raises NoUnit for a stage that may not be left out and that no unit can take."""
    chain, found = units(applicant, on), []
    for order, stage in enumerate(flow.stages, start=1):
        one = None if stage.at == "chosen" else _unit(stage.at, chain, on)
        at = list(chosen) if stage.at == "chosen" else [one] if one is not None else []
        if not at and not stage.optional:
            raise NoUnit(f"“{stage.title}”没有办理单位，请先登记机构和监管关系")
        found += [
            (
                Place(
                    order=order,
                    stage=stage.key,
                    seat=seat.key,
                    phase=stage.phase,
                    capacity_id=unit.pk,
                    permission=seat.permission,
                    branch=stage.branch,
                    named=seat.named,
                    chooses=stage.key == flow.branch_at,
                ),
                stage,
            )
            for unit in at
            for seat in stage.seats
        ]
    return found


def write_seats(application: Application, current: int, plan: Sequence[tuple[Place, Stage]]) -> None:
    """Pin the seats of a round."""
    Seat.objects.bulk_create(
        Seat(
            application=application,
            round=current,
            order=one.order,
            stage=one.stage,
            seat=one.seat,
            phase=one.phase,
            branch=one.branch,
            capacity_id=one.capacity_id,
            permission=one.permission,
            named=one.named,
            chooses=one.chooses,
            provision=stage.provision,
        )
        for one, stage in plan
    )


def place_of(seat: Seat) -> Place:
    """A pinned seat as the rules see it."""
    return Place(
        order=seat.order,
        stage=seat.stage,
        seat=seat.seat,
        phase=seat.phase,
        capacity_id=seat.capacity_id,
        permission=seat.permission,
        branch=seat.branch,
        named=seat.named,
        chooses=seat.chooses,
    )


def act_of(step: Step) -> Act:
    """A step as the rules see it."""
    names: Mapping[str, Any] = step.data.get("names", {})
    return Act(
        verb=Verb(step.verb),
        person_id=step.person_id,
        round=step.round,
        seat=f"{step.seat.stage}/{step.seat.seat}" if step.seat else "",
        capacity_id=step.capacity_id,
        names={name: int(value) for name, value in names.items()} or None,
    )


def standing_of(held: Application) -> Standing:
    """All that the rules need to know of an application."""
    return Standing(
        plan=[place_of(one) for one in held.seats.filter(round=held.round)],
        acts=[act_of(one) for one in held.steps.select_related("seat").order_by("version")],
        round=held.round,
        branch=held.branch,
        state=State(held.state),
        locked=held.locked,
    )


def write_due(
    application: Application, flow: Flow, entered: tuple[int, int | None], at: dt.datetime, calendar: Calendar
) -> None:
    """Write by when a stage must be over that was ``entered`` (round, order); nothing where there is no number."""
    current, order = entered
    if order is None or StageDue.objects.filter(application=application, round=current, stage=order).exists():
        return
    stage = flow.stages[order - 1] if order else None
    key = stage.deadline if stage else flow.deadline
    unit = application.capacity
    if stage is not None:
        seat = application.seats.select_related("capacity").filter(round=current, order=order).first()
        unit = seat.capacity if seat else unit
    value = rulebook.parameter_value(key, unit.pk, at.date()) if key else None
    if value is None or value.value is None:
        return
    StageDue.objects.create(
        application=application,
        round=current,
        stage=order,
        title=stage.title if stage else "填报" if current == 1 else "补正",
        bearer=bearer(unit, at.date()),
        proves=list(stage.proves if stage else flow.proves),
        entered_at=at,
        due_at=due_after(at, int(value.value), value.unit, calendar),
        pinned={key: {"id": value.id, "value": value.value, "reference": value.reference}},
    )


def bearer(unit: Capacity, on: dt.date) -> Capacity:
    """Who answers for what a unit does here: the nearest city or province above it (a department's own agency)."""
    levels = {CapacityLevel.CITY, CapacityLevel.PROVINCE}
    return next((one for one in units(unit, on) if one.level in levels), unit)
