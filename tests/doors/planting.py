"""Rows for every scoped table, made from what the model says of itself; later tables join unnamed."""

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db import models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.approvals import loading
from jianguan.backbone.approvals import models as approvals
from jianguan.backbone.approvals.flows import read
from jianguan.backbone.cases.models import Case, CaseWords, Deadline, Party, Recheck, Step
from jianguan.backbone.complaints.models import Complaint, Merger
from jianguan.backbone.people.models import Appointment
from jianguan.kit import clock
from jianguan.kit.ids import uuid7
from jianguan.site import security

SINCE = dt.date(2020, 3, 19)
_numbers = itertools.count(1)

# Values that a model cannot say of itself, by label; keep it short.
GIVEN: dict[str, dict[str, Any]] = {
    "alerts.Alert": {"kind": "feed-gap"},
    "cases.Case": {"state": "opened"},
    "cases.Restriction": {"until": dt.date(2999, 1, 1)},
    "campaigns.Campaign": {"kind": "open-visit", "count": 1},
    "draws.Draw": {"seed": "0" * 64},
    "evidence.Recording": {"state": "missing"},
    "documents.Receipt": {"received": True},
    "facts.Batch": {"contract": "exam"},
    "facts.Source": {"contract": "exam"},
    "review.Review": {"counted": True},
}


def _open(case: Any) -> None:
    Step.objects.create(
        case=case, version=1, verb="open", to_state=case.state, side="issuer", capacity_id=case.issuer_id,
        state_digest="0" * 64, at=clock.now(),
    )  # fmt: skip


# Rows that do not stand alone: what else the same transaction must write.
FOLLOWED: dict[str, Callable[[Any], None]] = {"cases.Case": _open}
# Rows that triggers alone write, with another.
BY_TRIGGER: dict[str, Callable[[Capacity], models.Model]] = {
    "cases.CaseWords": lambda seat: CaseWords.objects.get(case_id=plant(Case, seat).pk),
}


APPROVAL = """
key: planted
version: 1
title: 合成审批
word: 合成
provision: "14.3"
applicants: [CITY, REFERENCE]
stages:
  - key: own
    title: 本单位
    phase: approve
    at: applicant
    provision: "14.3"
    seats: [{key: leader, word: 领导, permission: approval.sign}]
"""


def _application(seat: Capacity) -> models.Model:
    """An application with its content, seat and first step: none of them stands without the others."""
    loading.write(read(APPROVAL))
    held = plant(Appointment, seat)
    one = approvals.Application.objects.create(
        flow=approvals.Flow.objects.get(key="planted"), number=f"合成{seat.pk}号", title="合成", capacity=seat,
        state="signing", stage=1, received_on=SINCE, opened_at=clock.now(),
    )  # fmt: skip
    content = approvals.Content.objects.create(application=one, capacity=seat, round=1, reason="合成", digest="0" * 64)
    approvals.Seat.objects.create(
        application=one, round=1, order=1, stage="own", seat="leader", phase="approve", capacity=seat,
        permission="approval.sign", provision="14.3",
    )  # fmt: skip
    approvals.Step.objects.create(
        application=one, version=1, round=1, verb="submit", content=content, to_state="signing", from_stage=0,
        to_stage=1, capacity=seat, person_id=held.person_id, appointment=held, person_name="合成", post_title="合成",
        state_digest="0" * 64, at=clock.now(),
    )  # fmt: skip
    return one


def _recheck(seat: Capacity) -> models.Model:
    """A case is drawn again once a month; the result of that look is laid to the same row."""
    case = plant(Case, seat)
    known = Recheck.objects.filter(case_id=case.pk).first()
    return known or Recheck.objects.create(case_id=case.pk, month=SINCE, ticket="0" * 64, drawn_at=clock.now())


def _deadline(seat: Capacity) -> models.Model:
    """An end that the last step of a case sets; a case has one that stands."""
    case = Case.objects.get(pk=plant(Case, seat).pk)
    step = Step.objects.get(case=case, version=case.version)
    known = Deadline.objects.filter(case=case, term="finish").first()
    return known or Deadline.objects.create(
        case=case, term="finish", due_at=clock.now(), amount=1, unit="days", step=step, set_at=step.at
    )


def _party(seat: Capacity) -> models.Model:
    """A unit that a step of a person lets in."""
    case, held = Case.objects.get(pk=plant(Case, seat).pk), plant(Appointment, seat)
    step = Step.objects.create(
        case=case, version=case.version + 1, verb="copy", from_state=case.state, to_state=case.state, side="issuer",
        capacity_id=case.issuer_id, person_id=held.person_id, appointment=held, state_digest="0" * 64, at=clock.now(),
    )  # fmt: skip
    case.version += 1
    case.save()
    return Party.objects.create(case=case, capacity=seat, side="copied", step=step)


def _merger(seat: Capacity) -> models.Model:
    """A complaint that joins another of the same unit and matter; none joins itself."""
    root = plant(Complaint, seat)
    values = {field.attname: getattr(root, field.attname) for field in Complaint._meta.concrete_fields}
    number = f"synthetic-{next(_numbers)}"
    joined = Complaint.objects.create(**values | {"id": None, "number": number, "code_digest": number})
    held = plant(Appointment, seat)
    return Merger.objects.create(complaint=joined, into_id=root.pk, reason="合成", by_id=held.pk, at=clock.now())


# Rows that only their room can put together.
MADE: dict[str, Callable[[Capacity], models.Model]] = {
    "approvals.Application": _application,
    "cases.Deadline": _deadline,
    "cases.Party": _party,
    "cases.Recheck": _recheck,
    "complaints.Merger": _merger,
}


def scoped_models() -> list[type[models.Model]]:
    """Every table of ours whose rows not everybody may see, row history included."""
    declared = ((model, security.declared_scope(model)) for model in security.own_models())
    return [model for model, scope in declared if scope is not None and scope.using != "true"]


def is_history(model: type[models.Model]) -> bool:
    """Whether the table is filled by triggers of another."""
    return hasattr(model, "pgh_tracked_model")


def capacity_columns(model: type[models.Model]) -> list[str]:
    """The columns that hold a capacity."""
    return [
        field.attname
        for field in model._meta.concrete_fields
        if field.attname == "capacity_id" or (field.is_relation and field.related_model is Capacity)
    ]


def plant(model: type[models.Model], seat: Capacity) -> models.Model:
    """A row of the model that belongs to a capacity: one that is there, else a new one."""
    if (make := BY_TRIGGER.get(model._meta.label)) is not None:
        return make(seat)
    columns = capacity_columns(model)
    if columns and (known := model._base_manager.filter(**{columns[0]: seat.pk}).order_by("pk").first()):
        return known
    if not columns and security.declared_scope(model) is None and (known := model._base_manager.first()):
        return known
    if (make := MADE.get(model._meta.label)) is not None:
        with transaction.atomic():
            return make(seat)
    values = {
        field.attname: value
        for field in model._meta.concrete_fields
        if (value := _value(field, seat)) is not None and not field.primary_key
    }
    with transaction.atomic():
        row = model._base_manager.create(**values | GIVEN.get(model._meta.label, {}))
        if (follow := FOLLOWED.get(model._meta.label)) is not None:
            follow(row)
    return row


def _value(field: Any, seat: Capacity) -> Any:
    if field.is_relation:
        if field.related_model is Capacity:
            return None if field.null else seat.pk
        return None if field.null else plant(field.related_model, seat).pk
    if field.attname == "capacity_id":
        return seat.pk
    if field.null or field.has_default() or field.primary_key or (field.blank and field.empty_strings_allowed):
        return None
    return _plain(field)


def _plain(field: Any) -> Any:
    if field.choices:
        return field.choices[0][0]
    makers: list[tuple[type[Any], Any]] = [
        (DateRangeField, lambda: DateRange(SINCE, None)),
        (models.DateTimeField, clock.now),
        (models.DateField, clock.today),
        (models.BooleanField, lambda: False),
        (models.JSONField, dict),
        (models.BinaryField, lambda: b""),
        (models.UUIDField, uuid7),
        (models.TextField, lambda: "合成"),
        (models.CharField, lambda: f"synthetic-{next(_numbers)}"[: field.max_length]),
        (models.BigIntegerField, lambda: next(_numbers)),
        (models.IntegerField, lambda: 1),
    ]
    return next((make() for kind, make in makers if isinstance(field, kind)), [])
