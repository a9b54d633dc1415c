"""Load the agencies of the rule book; record decisions that move, recode, end or transfer them.

Loading adds what is not there yet and mends names; it never touches dated rows of an agency or capacity that is
there already, because a decision may have changed them since.
"""

import datetime as dt
from typing import Protocol

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jianguan.backbone.agencies import rules
from jianguan.backbone.agencies.models import AdministrativeParent, Agency, AgencyCode, Capacity, Oversight
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.engines.regulation.schema import AgencyFile, CapacitySeed, InForce

DECIDE = "decision.adopt"
"""Permission that these decisions need; the list of permissions lies in the room above."""


class Decider(audit.Actor, Protocol):
    """Who decides on agencies: an actor whose permissions and capacity can be asked."""

    @property
    def level(self) -> str: ...  # noqa: D102
    @property
    def mode(self) -> str: ...  # noqa: D102
    def require(self, permission: str) -> None: ...  # noqa: D102


class NotDecidable(ValueError):
    """The decision does not fit what stands. The message is Chinese and shown to the user."""


def load_agencies(*, seed: AgencyFile) -> int:
    """Bring agencies, codes, parents, capacities and oversight of a rule book in; return how many were new."""
    with transaction.atomic():
        agencies = {agency.slug: agency for agency in Agency.objects.select_for_update()}
        capacities = {capacity.key: capacity for capacity in Capacity.objects.all()}
        fresh = [one.id for one in seed.agencies if one.id not in agencies]
        for order, one in enumerate(seed.agencies):
            agency = agencies.get(one.id) or Agency(slug=one.id)
            wanted = {"name": one.name, "short": one.short, "kind": one.kind, "order": order}
            if agency.pk is None or any(getattr(agency, field) != value for field, value in wanted.items()):
                for field, value in wanted.items():
                    setattr(agency, field, value)
                agency.save()
            agencies[one.id] = agency
        _add_dated_rows(seed, agencies, set(fresh))
        new = [seat for seat in seed.capacities if seat.id not in capacities]
        for seat in new:
            capacities[seat.id] = Capacity.objects.create(
                key=seat.id,
                agency=agencies[seat.agency],
                level=seat.level.value,
                mode=seat.mode,
                basis=seat.basis,
                valid=_range(seat.in_force),
            )
        _add_oversight(new, capacities)
        if fresh or new:
            audit.record(
                kind=EventKind.AGENCIES_LOADED,
                by=None,
                object_type="agencies",
                after={"agencies": fresh, "capacities": [seat.id for seat in new]},
                details={"agencies": len(fresh), "capacities": len(new)},
            )
    return len(fresh) + len(new)


def _range(in_force: InForce) -> DateRange:
    return DateRange(in_force.since, in_force.until)


def _add_dated_rows(seed: AgencyFile, agencies: dict[str, Agency], fresh: set[str]) -> None:
    known = [one for one in seed.agencies if one.id in fresh]
    AgencyCode.objects.bulk_create(
        AgencyCode(agency=agencies[one.id], code=code.code, valid=_range(code.in_force))
        for one in known
        for code in one.codes
    )
    AdministrativeParent.objects.bulk_create(
        AdministrativeParent(
            agency=agencies[one.id], parent=agencies[link.to], valid=_range(link.in_force), basis=link.basis or ""
        )
        for one in known
        for link in one.parents
    )


def _add_oversight(new: list[CapacitySeed], capacities: dict[str, Capacity]) -> None:
    Oversight.objects.bulk_create(
        Oversight(
            capacity=capacities[one.id],
            superior=capacities[link.to],
            valid=_range(link.in_force),
            basis=link.basis or "",
        )
        for one in new
        for link in one.superiors
    )


def move_administrative_parent(*, by: Decider, agency: Agency, parent: Agency, on: dt.date, basis: str) -> None:
    """Move an agency under another administrative parent (行政隶属) from a day on. Oversight stays as it is.

    Raises NotDecidable when ``on`` is not after the day the present relation began.
    """
    _require(by)
    with transaction.atomic():
        current = AdministrativeParent.objects.select_for_update().filter(agency=agency, valid__contains=on).first()
        former = _cut(current, on)
        AdministrativeParent.objects.create(
            agency=agency, parent=parent, valid=DateRange(on, former), basis=basis[:200]
        )
        audit.record(
            kind=EventKind.AGENCY_MOVED,
            by=by,
            object_type="agency",
            object_id=agency.slug,
            reason=basis,
            before={"parent": current.parent.slug if current else None},
            after={"parent": parent.slug, "from": on},
            details={"parent": parent.slug, "from": on.isoformat()},
        )


def change_code(*, by: Decider, agency: Agency, code: str, on: dt.date, basis: str) -> None:
    """Give an agency a new division code (GB/T 2260) from a day on; the old one stays readable for earlier days."""
    _require(by)
    with transaction.atomic():
        current = AgencyCode.objects.select_for_update().filter(agency=agency, valid__contains=on).first()
        former = _cut(current, on)
        AgencyCode.objects.create(agency=agency, code=code, valid=DateRange(on, former))
        audit.record(
            kind=EventKind.AGENCY_CODE_CHANGED,
            by=by,
            object_type="agency",
            object_id=agency.slug,
            reason=basis,
            before={"code": current.code if current else None},
            after={"code": code, "from": on},
            details={"code": code, "from": on.isoformat()},
        )


def transfer(*, by: Decider, capacity: Capacity, superior: Capacity, on: dt.date, basis: str) -> None:
    """Put a capacity under another supervising superior from a day on."""
    _require(by)
    with transaction.atomic():
        current = Oversight.objects.select_for_update().filter(capacity=capacity, valid__contains=on).first()
        former = _cut(current, on)
        Oversight.objects.create(capacity=capacity, superior=superior, valid=DateRange(on, former), basis=basis[:200])
        audit.record(
            kind=EventKind.CAPACITY_TRANSFERRED,
            by=by,
            object_type="capacity",
            object_id=capacity.key,
            reason=basis,
            before={"superior": current.superior.key if current else None},
            after={"superior": superior.key, "from": on},
            details={"superior": superior.key, "from": on.isoformat()},
        )


def end_capacity(*, by: Decider, capacity: Capacity, on: dt.date, basis: str) -> None:
    """End a capacity and its oversight on a day (the day itself is the first without it).

    Raises NotDecidable when others are still supervised by it then: transfer them first.
    """
    _require(by)
    with transaction.atomic():
        below = Oversight.objects.filter(superior=capacity, valid__endswith__isnull=True) | Oversight.objects.filter(
            superior=capacity, valid__endswith__gt=on
        )
        if names := [link.capacity.title for link in below.select_related("capacity__agency")]:
            raise NotDecidable(f"仍有下级由该身份监管，请先移交：{'、'.join(names)}")
        ended = Capacity.objects.select_for_update().get(pk=capacity.pk)
        if ended.valid.lower >= on:
            raise NotDecidable("终止日须晚于该身份生效日")
        for link in Oversight.objects.filter(capacity=ended, valid__contains=on):
            _cut(link, on)
        ended.valid = DateRange(ended.valid.lower, on)
        ended.save(update_fields=["valid"])
        audit.record(
            kind=EventKind.CAPACITY_ENDED,
            by=by,
            object_type="capacity",
            object_id=capacity.key,
            reason=basis,
            before={"valid": str(capacity.valid)},
            after={"valid": str(ended.valid)},
            details={"from": on.isoformat()},
        )


def _require(by: Decider) -> None:
    by.require(DECIDE)
    if not rules.may_decide_on_agencies(by.level, by.mode):
        raise NotDecidable("机构与监管关系只能由省级以本级身份决定")


def _cut(row: AdministrativeParent | AgencyCode | Oversight | None, on: dt.date) -> dt.date | None:
    """End a dated row on a day; return the end it had before, which the following row takes over."""
    if row is None:
        return None
    if row.valid.lower >= on:
        raise NotDecidable("生效日须晚于现有关系的起始日")
    former: dt.date | None = row.valid.upper
    row.valid = DateRange(row.valid.lower, on)
    row.save(update_fields=["valid"])
    return former
