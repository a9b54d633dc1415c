"""Open a case (事项) and act on it. Every act is a step; one that somebody forestalled is refused, nothing is lost."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.cases import paperwork, rules
from jianguan.backbone.cases.models import Case, Step
from jianguan.backbone.cases.rules import DONE_BY_HANDLER, KINDS, Acted, Severity, Side, State, Verb, kind_of
from jianguan.backbone.decisions.models import Decision
from jianguan.backbone.documents.models import Document
from jianguan.backbone.documents.rules import clean
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import is_provision
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.checks import embargo
from jianguan.backbone.work.models import Finding
from jianguan.kit import clock
from jianguan.kit.digests import digest_of

REPEAT_DAYS = 183
"""The same unit and provision again within half a year is a repeat (屡犯)."""

PERMISSIONS: Mapping[Verb, Permission] = dict.fromkeys(Verb, Permission.CASE_HANDLE) | {
    Verb.ASSIGN: Permission.CASE_ISSUE,
    Verb.CHASE: Permission.CASE_ISSUE,
    Verb.CLOSE: Permission.CASE_REVIEW,
    Verb.DECIDE_EXTENSION: Permission.DECISION_ADOPT,
    Verb.DECIDE_OBJECTION: Permission.DECISION_ADOPT,
    Verb.FAIL_RECHECK: Permission.CASE_REVIEW,
    Verb.HAND_OVER: Permission.DECISION_ADOPT,
    Verb.LIST: Permission.DECISION_ADOPT,
    Verb.OPEN: Permission.CASE_ISSUE,
    Verb.PASS: Permission.CASE_REVIEW,
    Verb.REOPEN: Permission.DECISION_ADOPT,
    Verb.RETURN: Permission.CASE_REVIEW,
    Verb.SUPERVISE: Permission.CASE_ISSUE,
}


GUARDS = frozenset(
    {
        "case_ends_after_its_parts", "case_not_reviewed_by_oneself", "case_part_of_one_in_hand",
        "case_reviewed_anew_by_others", "complaint_answered_first", "complaint_never_its_own",
        "restriction_lifted_first",
    }
)  # fmt: skip
"""Constraints, those of rooms above among them, whose sentence is shown to the user: they see what a scope does not."""


class CaseRefused(ValueError):
    """The case cannot be opened or acted on so. The message is Chinese and shown to the user."""


class ProvisionUnknown(CaseRefused):
    """No such clause in the rule book in force."""


class CaseChanged(CaseRefused):
    """Somebody else acted on the case first. The message says who and what."""


def open_case(
    *,
    by: Actor,
    kind: str,
    title: str,
    text: str,
    provision: str,
    origin: str,
    handler: Capacity | None = None,
    severity: Severity = Severity.GENERAL,
    finding: Finding | None = None,
    subject: Subject | None = None,
    parent: Case | None = None,
    data: Mapping[str, Any] | None = None,
) -> Case:
    """Open a case (立项) of the capacity acted in; ``handler`` may be chosen now or when it is assigned.

    Raises NotAllowed without the permission, CaseRefused for an unknown kind, missing or too many words, what the kind
    must hold, a handler that is out of scope or no longer stands; ProvisionUnknown for a clause that the rule book in
    force does not have (the part of a case has the clause of the whole, whenever that was opened).
    """
    by.require(Permission.CASE_ISSUE)
    found = KINDS.get(kind)
    if found is None:
        raise CaseRefused(f"没有这类事项：{kind}")
    title, text = clean(title), clean(text, lines=True)
    if not title or not text:
        raise CaseRefused("标题和内容都须填写")
    if problem := rules.words_problem(title=title, text=text, data=_letters(data)):
        raise CaseRefused(problem)
    if problem := rules.data_problem(found, data or {}):
        raise CaseRefused(problem)
    if finding is not None and (secret := embargo(finding.check_record)):
        raise CaseRefused(f"{secret}，期满后才能立案，以免被查单位知情")
    now = clock.now()
    if parent is None and not is_provision(provision, now.date()):
        raise ProvisionUnknown(f"现行规则库中没有条款 {clean(provision)[:20]}")
    handler_id = handler.pk if handler else by.capacity_id
    if handler_id not in by.scope:
        raise CaseRefused("不能交给监管范围以外的单位办理")
    if handler is not None:
        require_standing([handler])
    with transaction.atomic(), guarded():
        case = Case.objects.create(
            kind=kind,
            flow=found.flow,
            number=_number(by.capacity_id, found.word, now.year),
            title=title,
            text=text,
            provision=provision,
            severity=severity.value,
            issuer_id=by.capacity_id,
            handler_id=handler_id,
            subject=subject,
            finding=finding,
            parent=parent,
            repeats=None if handler is None else _repeats(kind, handler_id, provision, now),
            origin=origin,
            data=dict(data or {}),
            locked=found.locked,
            state=State.OPENED.value,
            opened_at=now,
        )
        step = _write(case, by=by, verb=Verb.OPEN, side=Side.ISSUER, before="", to=State.OPENED, at=now)
        audit.record(
            kind=EventKind.CASE_OPENED,
            by=by,
            object_type="case",
            object_id=case.pk,
            norm=provision,
            after=_state(case),
            details={"number": case.number, "kind": kind, "step": step.pk},
        )
    return case


def take(
    *,
    by: Actor,
    case: Case,
    verb: Verb,
    version: int,
    text: str = "",
    data: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    decision: Decision | None = None,
    document: Document | None = None,
    to: State | None = None,
) -> Step:
    """Take one step. ``version`` is the one the person saw; ``changes`` are columns of the case the verb may change.

    ``to``: where the step leads, for a verb that leads to several states. The one way a case moves; verbs with more to
    write (assign, split, extend) call it inside their own transaction. Raises NotAllowed
    without the permission, CaseRefused when the rules forbid it, CaseChanged when somebody else has acted since that
    version.
    """
    by.require(PERMISSIONS[verb])
    text = clean(text, lines=True)
    if problem := rules.words_problem(text=text, data=_letters(data)):
        raise CaseRefused(problem)
    with transaction.atomic():
        held = Case.objects.select_for_update().get(pk=case.pk)
        if held.version != version:
            raise CaseChanged(_who_was_first(held, version))
        kind, state, side = kind_of(held.kind, held.flow), State(held.state), side_for(held, by, verb)
        open_parts = held.children.exclude(state=State.CLOSED.value).count()
        refused = rules.refusal(
            kind=kind, verb=verb, state=state, side=side, locked=held.locked, person_id=by.person_id,
            steps=acted(held), text=text, open_parts=open_parts,
        )  # fmt: skip
        if verb in {Verb.PASS, Verb.CLOSE}:
            refused = refused or rules.consent_problem(kind, paperwork.outcome_of(held), opinions(held))
        if refused or side is None:
            raise CaseRefused(refused or "")
        now = clock.now()
        before = _state(held)
        to = to or kind.moves[verb].to or state
        held.version += 1
        with guarded():
            step = _write(
                held, by=by, verb=verb, side=side, before=state.value, to=to, text=text, data=data, decision=decision,
                document=document, at=now,
            )  # fmt: skip
            held.state = to.value
            held.closed_at = now if to is State.CLOSED else None
            for column, value in (changes or {}).items():
                setattr(held, column, value)
            if verb is Verb.ASSIGN:
                held.repeats = _repeats(held.kind, held.handler_id, held.provision, now, held)
            held.save()
        audit.record(
            kind=EventKind.CASE_STEPPED,
            by=by,
            object_type="case",
            object_id=held.pk,
            norm=held.provision,
            reason=text[:500],
            before=before,
            after=_state(held),
            details={"number": held.number, "verb": verb.value, "version": held.version},
        )
        case.refresh_from_db()
        if verb is not Verb.ASSIGN:  # its paper names the deadlines, which are set after it
            paperwork.follow(by=by, case=case, step=step)
    return step


def note_by_system(*, case: Case, text: str, decision: Decision | None) -> Step:
    """Write down (补充情况) what follows for a case from something done elsewhere; its state stays."""
    with transaction.atomic():
        held = Case.objects.select_for_update().get(pk=case.pk)
        before = _state(held)
        held.version += 1
        step = _write(
            held, by=None, verb=Verb.NOTE, side=Side.SYSTEM, before=held.state, to=State(held.state), text=text,
            decision=decision, at=clock.now(),
        )  # fmt: skip
        held.save()
        audit.record(
            kind=EventKind.CASE_STEPPED,
            by=None,
            object_type="case",
            object_id=held.pk,
            norm=held.provision,
            reason=text[:500],
            before=before,
            after=_state(held),
            details={"number": held.number, "verb": Verb.NOTE.value, "version": held.version},
        )
        case.refresh_from_db()
    return step


def submit(
    *, by: Actor, case: Case, version: int, outcome: str, text: str, data: Mapping[str, Any] | None = None
) -> Step:
    """Submit (提交) the result for review; ``outcome`` is one the kind offers ('' where it offers none).

    ``data`` holds what the kind asks for beside it. Raises as ``take``, and CaseRefused for an outcome the kind does
    not know, or without what it needs: words, a countersigning unit's opinion, a file.
    """
    kind = kind_of(case.kind, case.flow)
    said = {name: clean(str((data or {}).get(name, ""))) for name in kind.asks.get(outcome, {})}
    agreed, recorded = opinions(case), case.attachments.exists()
    if problem := rules.submission_problem(kind, outcome, said, opinions=agreed, recorded=recorded):
        raise CaseRefused(problem)
    return take(by=by, case=case, verb=Verb.SUBMIT, version=version, text=text, data={"outcome": outcome} | said)


def opine(*, by: Actor, case: Case, version: int, agreed: bool, text: str) -> Step:
    """Say whether a unit that was asked (会签) agrees, and why; the last word of a unit counts. Raises as ``take``."""
    return take(by=by, case=case, verb=Verb.OPINE, version=version, text=text, data={"agreed": agreed})


def opinions(case: Case) -> list[bool]:
    """Whether each unit that was asked agrees, by its last word; a silent one does not, unless it was dissolved."""
    given = case.steps.filter(verb=Verb.OPINE.value).order_by("capacity_id", "-version").distinct("capacity_id")
    said = {one.capacity_id: one.data.get("agreed") is True for one in given}
    asked = case.parties.filter(side=Side.SIGNATORY.value, capacity__valid__contains=clock.today())
    return [said.get(one, False) for one in {*asked.values_list("capacity_id", flat=True), *said}]


def acted(case: Case) -> list[Acted]:
    """Who did what on the case, and who worked on parts of it, as far as the scope sees them."""
    own = [Acted(one.person_id, Verb(one.verb)) for one in case.steps.only("person_id", "verb")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_below(%s)", [case.pk])
        parts = [row[0] for row in cursor.fetchall()]
    below = Step.objects.filter(case_id__in=parts, verb__in=[one.value for one in DONE_BY_HANDLER]) if parts else []
    return own + [Acted(one.person_id, Verb(one.verb), below=True) for one in below]


def require_standing(units: Iterable[Capacity]) -> None:
    """Raise CaseRefused when a unit has been dissolved, or does not stand yet."""
    gone = Capacity.objects.filter(pk__in=[one.pk for one in units]).exclude(valid__contains=clock.today())
    if names := [one.title for one in gone.select_related("agency")]:
        raise CaseRefused(f"{'、'.join(names)}已撤销或尚未设立，请选择现有单位")


@contextmanager
def guarded() -> Iterator[None]:
    """Say as CaseRefused what a guard that a room above put on cases says; other errors pass."""
    try:
        yield
    except IntegrityError as refusal:
        cause = refusal.__cause__
        if not isinstance(cause, psycopg.errors.CheckViolation) or cause.diag.constraint_name not in GUARDS:
            raise
        raise CaseRefused(cause.diag.message_primary or "") from refusal


def side_for(case: Case, by: Actor, verb: Verb) -> Side | None:
    """As what the actor may do this on the case, None when as nothing."""
    move = kind_of(case.kind, case.flow).moves.get(verb)
    return next((side for side in sides_of(case, by) if move and side in move.sides), None)


def sides_of(case: Case, by: Actor) -> list[Side]:
    """All that the capacity acted in is on this case, closest first."""
    found = [Side.HANDLER] if case.handler_id == by.capacity_id else []
    if case.issuer_id == by.capacity_id:
        found.append(Side.ISSUER)
    found += [Side(side) for side in case.parties.filter(capacity_id=by.capacity_id).values_list("side", flat=True)]
    if by.capacity_id not in (case.handler_id, case.issuer_id) and case.issuer_id in by.scope:
        found.append(Side.SUPERIOR)
    return found


def _number(capacity_id: int, word: str, year: int) -> str:
    """The next number of a capacity's cases of one kind in a year; held until the transaction ends."""
    short = Capacity.objects.select_related("agency").get(pk=capacity_id).agency.short
    stem = f"{short}{word}〔{year}〕"
    one_at_a_time(f"case {stem}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_last_number(%s)", [stem])
        return f"{stem}{cursor.fetchone()[0] + 1}号"


def _repeats(kind: str, handler_id: int, provision: str, now: dt.datetime, case: Case | None = None) -> Case | None:
    """The last earlier case of the unit and provision within half a year; ``case``: the one that is assigned."""
    if kind != "rectification":
        return None
    since = now - dt.timedelta(days=REPEAT_DAYS)
    same = Case.objects.filter(kind=kind, handler_id=handler_id, provision=provision, opened_at__gte=since)
    if case is not None:
        same = same.filter(pk__lt=case.pk)
        same = same.exclude(pk=case.parent_id) if case.parent_id is not None else same
    return same.order_by("-opened_at", "-pk").first()


def _write(
    case: Case,
    *,
    by: Actor | None,
    verb: Verb,
    side: Side,
    before: str,
    to: State,
    at: dt.datetime,
    text: str = "",
    data: Mapping[str, Any] | None = None,
    decision: Decision | None = None,
    document: Document | None = None,
) -> Step:
    return Step.objects.create(
        case=case,
        version=case.version,
        verb=verb.value,
        from_state=before,
        to_state=to.value,
        side=side.value,
        capacity_id=by.capacity_id if by else None,
        person_id=by.person_id if by else None,
        appointment_id=by.appointment_id if by else None,
        text=text,
        data=dict(data or {}),
        state_digest=digest_of(_state(case)),
        decision=decision,
        document=document,
        at=at,
    )


def _letters(data: Mapping[str, Any] | None) -> int:
    return len(json.dumps(data, ensure_ascii=False, default=str)) if data else 0


def _state(case: Case) -> dict[str, Any]:
    """What a person decides on when he acts on a case."""
    return {
        "number": case.number,
        "state": case.state,
        "version": case.version,
        "handler": case.handler_id,
        "issuer": case.issuer_id,
        "supervision": case.supervision,
    }


def _who_was_first(case: Case, version: int) -> str:
    step = case.steps.filter(version__gt=version).select_related("person").order_by(F("version").asc()).first()
    if step is None:
        return "该事项已有变化，请刷新后再办"
    who = step.person.name if step.person else "系统"
    at = step.at.astimezone(clock.CHINA)
    return f"{who}已于{at:%m月%d日 %H:%M}对该事项“{Verb(step.verb).word}”，您的内容没有提交，请刷新后再办"
