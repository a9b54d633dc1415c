"""Sign, return, refuse, roll back, reveal, open files (审批). Each step is that of one person at one seat."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from jianguan.backbone.approvals import rules
from jianguan.backbone.approvals.applying import resubmit, submit, withdraw
from jianguan.backbone.approvals.filling import Upload
from jianguan.backbone.approvals.models import Application, Content, Seat, Step
from jianguan.backbone.approvals.planning import definition, place_of, standing_of
from jianguan.backbone.approvals.queries import KeptFile, executors, kept_file
from jianguan.backbone.approvals.rules import Standing, State, Verb
from jianguan.backbone.approvals.stepping import (
    ApprovalChanged,
    ApprovalRefused,
    Given,
    Move,
    Position,
    fill,
    hold,
    take_step,
)
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.rules import Refusal, checked_reason
from jianguan.kit import clock

__all__ = [
    "ApprovalChanged",
    "ApprovalRefused",
    "give_back",
    "open_file",
    "refuse",
    "resubmit",
    "reveal",
    "roll_back",
    "sign",
    "submit",
    "withdraw",
]


def sign(
    *,
    by: Actor,
    application: Application,
    version: int,
    seat: Seat,
    text: str = "",
    data: Mapping[str, str] | None = None,
    files: Mapping[str, Upload] | None = None,
    branch: str = "",
    passed: bool | None = None,
) -> Step:
    """Sign (签署) at a seat: agree, execute, verify or hand over, with what the seat fills in.

    What others signed since ``version`` at seats of the same stage does not matter.
    ``branch``: where the seat chooses it; ``passed``: the outcome of a verification. Raises NotAllowed without the
    seat's permission, ApprovalRefused when the rules forbid it or something is missing, ApprovalChanged when somebody
    else has acted otherwise.
    """
    by.require(seat.permission)
    with transaction.atomic():
        held = hold(application, version, seat)
        standing = standing_of(held)
        _check_seat(by, standing, held, seat, Verb.SIGN, text=text)
        found, place = definition(held.flow), place_of(seat)
        if place.phase == "verify" and passed is None:
            raise ApprovalRefused("请选择验证结论")
        if place.chooses and branch not in found.branches:
            raise ApprovalRefused("请选择办理方式")
        blanks = found.seat(seat.stage, seat.seat).fields
        offered = executors(seat.capacity_id, [one.person_id for one in standing.acts])
        persons = {one.name: offered for one in blanks if one.kind == "person"}
        given = Given(data=data or {}, files=files or {}, earlier=_earlier(held), persons=persons)
        values = fill(blanks, given)
        names = {one.name: values[one.name]["id"] for one in blanks if one.kind == "person" and one.name in values}
        kept: dict[str, Any] = {"values": values, "names": names, "named": sorted(names.values())}
        chosen = branch if place.chooses else held.branch
        act = rules.Act(Verb.SIGN, by.person_id, held.round, place.key, by.capacity_id, names)
        position = rules.position(standing.plan, [*standing.acts, act], held.round, chosen)
        if place.phase == "verify":
            kept["outcome"] = "passed" if passed else "failed"
            position = position if passed else (State.FAILED, held.stage)
        move = Move(
            verb=Verb.SIGN,
            content=held.contents.get(round=held.round),
            position=position,
            branch=chosen,
            at=clock.now(),
            text=text,
            seat=seat,
            data=kept,
        )
        step = take_step(held, by, move, found)
    application.refresh_from_db()
    return step


def give_back(*, by: Actor, application: Application, version: int, seat: Seat, reason: str) -> Step:
    """Return to the applicant (退回补正) with the reason, before anything was executed. Raises as ``sign``."""
    return _end(by, application, version, seat, Verb.RETURN, position=(State.RETURNED, 0), reason=reason)


def refuse(*, by: Actor, application: Application, version: int, seat: Seat, reason: str) -> Step:
    """Refuse (不予同意) with the reason; the application ends. Raises as ``sign``."""
    return _end(by, application, version, seat, Verb.REFUSE, position=(State.REFUSED, None), reason=reason)


def roll_back(*, by: Actor, application: Application, version: int, note: str) -> Step:
    """Roll back (回退) what failed its verification, with a note of what was done, by the executing unit.

    Raises as ``sign``.
    """
    with transaction.atomic():
        held = hold(application, version)
        standing = standing_of(held)
        allowed = {one.permission for one in rules.active(standing) if one.phase == "execute"}
        if not any(by.may(one) for one in allowed):
            by.require(Permission.APPROVAL_EXECUTE)
        problem = rules.rollback_refusal(
            standing=standing, capacity_id=by.capacity_id, person_id=by.person_id, text=note
        )
        if problem:
            raise ApprovalRefused(problem)
        move = Move(
            verb=Verb.ROLL_BACK,
            content=held.contents.get(round=held.round),
            position=(State.ROLLED_BACK, None),
            branch=held.branch,
            at=clock.now(),
            text=note,
        )
        step = take_step(held, by, move, definition(held.flow))
    application.refresh_from_db()
    return step


def reveal(*, by: Actor, application: Application, reason: str) -> Content:
    """What was applied for with its sensitive values in clear; who looked and why goes into the event log.

    Raises NotAllowed without the permission, ApprovalRefused without a reason.
    """
    why = _reasoned(by, reason)
    with transaction.atomic():
        content = application.contents.get(round=application.round)
        audit.record(
            kind=EventKind.APPROVAL_REVEALED,
            by=by,
            object_type="approval",
            object_id=application.pk,
            norm=application.flow.provision,
            reason=why[:500],
            details={"number": application.number, "digest": content.digest},
        )
    return content


def open_file(*, by: Actor, application: Application, sha256: str, reason: str = "") -> KeptFile | None:
    """A file laid to the application, to be read now; who opened it and why goes into the event log.

    None for a file that was not laid to it. Raises NotAllowed without the permission and ApprovalRefused without a
    reason where the flow says that it is sensitive.
    """
    by.require(Permission.APPROVAL_READ)
    found = kept_file(application, sha256)
    if found is None:
        return None
    why = _reasoned(by, reason) if found.sensitive else reason.strip()
    with transaction.atomic():
        audit.record(
            kind=EventKind.APPROVAL_FILE_OPENED,
            by=by,
            object_type="approval",
            object_id=application.pk,
            norm=application.flow.provision,
            reason=why[:500],
            details={"number": application.number, "sha256": sha256},
        )
    return found


def _reasoned(by: Actor, reason: str) -> str:
    by.require(Permission.APPROVAL_REVEAL)
    try:
        return checked_reason(reason)
    except Refusal as refused:
        raise ApprovalRefused(str(refused)) from refused


def _end(
    by: Actor, application: Application, version: int, seat: Seat, verb: Verb, *, position: Position, reason: str
) -> Step:
    by.require(seat.permission)
    with transaction.atomic():
        held = hold(application, version, seat)
        _check_seat(by, standing_of(held), held, seat, verb, text=reason)
        move = Move(
            verb=verb,
            content=held.contents.get(round=held.round),
            position=position,
            branch=held.branch,
            at=clock.now(),
            text=reason,
            seat=seat,
        )
        step = take_step(held, by, move, definition(held.flow))
    application.refresh_from_db()
    return step


def _check_seat(by: Actor, standing: Standing, held: Application, seat: Seat, verb: Verb, *, text: str) -> None:
    mine = seat.application_id == held.pk and seat.round == held.round
    problem = rules.seat_refusal(
        verb=verb,
        standing=standing,
        place=place_of(seat) if mine else None,
        person_id=by.person_id,
        capacity_id=by.capacity_id,
        text=text,
    )
    if problem:
        raise ApprovalRefused(problem)


def _earlier(held: Application) -> dict[str, Any]:
    """What the seats of this round filled in so far."""
    found: dict[str, Any] = {}
    for values in held.steps.filter(round=held.round).order_by("version").values_list("data__values", flat=True):
        found |= values or {}
    return found
