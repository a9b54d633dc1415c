"""The one way an application moves: a step of one person, its state, the deadline of the stage it enters, its event."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q

from jianguan.backbone.approvals import filling, rules
from jianguan.backbone.approvals.filling import NotFilled, Upload
from jianguan.backbone.approvals.flows import Blank, Flow
from jianguan.backbone.approvals.models import Application, Content, Seat, Step
from jianguan.backbone.approvals.planning import write_due
from jianguan.backbone.approvals.rules import ENDED, State, Verb
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.documents.rules import clean
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules import queries as rulebook
from jianguan.kit import clock
from jianguan.kit.digests import digest_of

Position = tuple[State, int | None]


class ApprovalRefused(ValueError):
    """The application cannot be made or acted on so. The message is Chinese and shown to the user."""


class ApprovalChanged(ApprovalRefused):
    """Somebody else acted first. The message says who and what."""


def hold(application: Application, version: int, seat: Seat | None = None) -> Application:
    """The application, locked until the transaction ends; raises ApprovalChanged when it is not at ``version``.

    For a ``seat`` it may have moved on by what was signed beside it: at other seats of the same stage of its round.
    """
    held = (
        Application.objects.select_for_update(of=("self",))
        .select_related("flow", "capacity__agency")
        .get(pk=application.pk)
    )
    if held.version != version and not (seat and _only_beside(held, version, seat)):
        raise ApprovalChanged(_who_was_first(held, version))
    return held


def _only_beside(held: Application, version: int, seat: Seat) -> bool:
    if version > held.version or (held.round, held.stage) != (seat.round, seat.order):
        return False
    beside = Q(verb=Verb.SIGN.value, round=seat.round, from_stage=seat.order) & ~Q(seat=seat)
    return not held.steps.filter(version__gt=version).exclude(beside).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One act to be written: what is done at which seat on which content, and where it leads."""

    verb: Verb
    content: Content
    position: Position
    branch: str
    at: dt.datetime
    text: str = ""
    seat: Seat | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def take_step(held: Application, by: Actor, move: Move, flow: Flow) -> Step:
    """Write the step that moves an application, and by when the stage it enters must be over."""
    before, origin = state_of(held), (held.state, held.stage)
    state, stage = move.position
    held.version += 1
    held.round += move.verb is Verb.SUBMIT
    step = write_step(held, by, move, origin)
    held.state, held.stage, held.branch = state.value, stage, move.branch
    if move.verb is Verb.SUBMIT:
        held.title = move.content.title
    held.closed_at = move.at if state in ENDED else None
    held.save()
    if state not in ENDED | {State.FAILED}:
        current = held.round + 1 if state is State.RETURNED else held.round
        write_due(held, flow, (current, stage), move.at, rulebook.working_calendar())
    record(EventKind.APPROVAL_STEPPED, by, held, step, before)
    return step


def write_step(held: Application, by: Actor, move: Move, origin: tuple[str, int | None]) -> Step:
    """Write one step as it is; raises ApprovalRefused when the opinion is too long."""
    if len(move.text) > rules.LONGEST_TEXT:
        raise ApprovalRefused(f"意见不能超过{rules.LONGEST_TEXT}个字")
    return Step.objects.create(
        application=held,
        version=held.version,
        round=held.round,
        verb=move.verb.value,
        seat=move.seat,
        content=move.content,
        from_state=origin[0],
        to_state=move.position[0].value,
        from_stage=origin[1],
        to_stage=move.position[1],
        branch=move.branch,
        capacity_id=by.capacity_id,
        person_id=by.person_id,
        appointment_id=by.appointment_id,
        person_name=by.person_name,
        post_title=by.post_title,
        text=clean(move.text, lines=True),
        data=dict(move.data),
        state_digest=digest_of(state_of(held) | {"content": move.content.digest}),
        at=move.at,
    )


def state_of(held: Application) -> dict[str, Any]:
    """What a person decides on when he acts on an application; the digest of the content comes beside it."""
    return {
        "number": held.number,
        "state": held.state,
        "stage": held.stage,
        "round": held.round,
        "branch": held.branch,
        "version": held.version,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody sent for blanks: texts, files; what earlier seats filled in; old files; who may be named."""

    data: Mapping[str, str]
    files: Mapping[str, Upload]
    earlier: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)
    persons: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


def fill(blanks: Sequence[Blank], given: Given) -> dict[str, Any]:
    """The values of blanks by name; raises ApprovalRefused."""
    try:
        return filling.filled(
            blanks,
            given.data,
            given.files,
            earlier=given.earlier,
            kept=given.kept,
            persons=given.persons,
            today=clock.today(),
        )
    except NotFilled as refused:
        raise ApprovalRefused(str(refused)) from refused


def record(kind: EventKind, by: Actor, held: Application, step: Step, before: Mapping[str, Any] | None) -> None:
    """Put a step into the event log."""
    audit.record(
        kind=kind,
        by=by,
        object_type="approval",
        object_id=held.pk,
        norm=step.seat.provision if step.seat else held.flow.provision,
        reason=rules.concealed(step.text)[:500],
        before=before,
        after=state_of(held) | {"content": step.content.digest},
        details={
            "number": held.number,
            "verb": step.verb,
            "seat": f"{step.seat.stage}/{step.seat.seat}" if step.seat else "",
            "version": held.version,
        },
    )


def _who_was_first(held: Application, version: int) -> str:
    step = held.steps.filter(version__gt=version).order_by(F("version").asc()).first()
    if step is None:
        return "该申请已有变化，请刷新后再办"
    at, word = step.at.astimezone(clock.CHINA), "补正" if step.verb == Verb.SUBMIT else Verb(step.verb).word
    return f"{step.person_name}已于{at:%m月%d日 %H:%M}对该申请“{word}”，您的内容没有提交，请刷新后再办"
