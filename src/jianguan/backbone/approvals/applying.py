"""Apply, correct, withdraw (申请、补正、撤回): what the applicant's unit does. What was submitted never changes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection, transaction

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.approvals import filling, rules
from jianguan.backbone.approvals.filling import NotFilled, Upload
from jianguan.backbone.approvals.flows import Flow
from jianguan.backbone.approvals.models import Application, Content, Step
from jianguan.backbone.approvals.planning import NoUnit, definition, places, standing_of, write_due, write_seats
from jianguan.backbone.approvals.queries import newest_flow
from jianguan.backbone.approvals.rules import State, Verb
from jianguan.backbone.approvals.stepping import ApprovalRefused, Given, Move, fill, hold, record, take_step, write_step
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.cases.models import Case
from jianguan.backbone.documents.rules import clean
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules import queries as rulebook
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.engines.calendar.deadlines import start_of
from jianguan.kit import clock
from jianguan.kit.digests import digest_of

LONGEST_TITLE = 120


def submit(
    *,
    by: Actor,
    flow: str,
    title: str,
    reason: str,
    data: Mapping[str, str],
    changes: Sequence[Mapping[str, Any]] = (),
    files: Mapping[str, Upload] | None = None,
    branch: str = "",
    received_on: dt.date | None = None,
    locked: bool = False,
    case: Case | None = None,
    chosen: Sequence[Capacity] = (),
) -> Application:
    """Apply (申请) under the newest version of a flow, which stays that of this application.

    ``received_on``: when the need came in, on which the deadline of filling in rests; ``locked``: 首接责任 (15.2), the
    unit keeps it to the end; ``chosen``: units of a stage whose units the applicant chooses. Raises NotAllowed without
    the permission, ApprovalRefused for what is missing or cannot be.
    """
    by.require(Permission.APPROVAL_APPLY)
    row = newest_flow(flow)
    if row is None:
        raise ApprovalRefused(f"没有这类审批：{flow}")
    found, now = definition(row), clock.now()
    came = received_on or now.date()
    unit = Capacity.objects.select_related("agency").get(pk=by.capacity_id)
    problems = {
        f"{unit.get_level_display()}不能提出“{found.title}”": unit.level not in found.applicants,
        "该类申请没有首接责任": locked and not found.lock,
        "受理日期不能晚于今天": came > now.date(),
        "只能关联本单位办理的事项": case is not None and case.handler_id != by.capacity_id,
    }
    if problem := next((words for words, holds in problems.items() if holds), None):
        raise ApprovalRefused(problem)
    words = _title(title)
    with transaction.atomic():
        branch = _branch(found, branch)
        plan = _plan(found, unit, chosen, now.date())
        state, stage = rules.position([one for one, _ in plan], [], 1, branch)
        application = Application.objects.create(
            flow=row,
            number=_number(unit, found.word, now.year),
            title=words,
            capacity=unit,
            branch=branch,
            state=state.value,
            stage=stage,
            locked=locked,
            case=case,
            received_on=came,
            opened_at=now,
        )
        given = Given(data=data, files=files or {})
        content = _content(by, application, found, given, title=words, reason=reason, changes=changes)
        write_seats(application, 1, plan)
        calendar = rulebook.working_calendar()
        write_due(application, found, (1, 0), start_of(came), calendar)
        move = Move(verb=Verb.SUBMIT, content=content, position=(state, stage), branch=branch, at=now, text=reason)
        step = write_step(application, by, move, ("", 0))
        write_due(application, found, (1, stage), now, calendar)
        record(EventKind.APPROVAL_SUBMITTED, by, application, step, None)
    return application


def resubmit(
    *,
    by: Actor,
    application: Application,
    version: int,
    reason: str,
    data: Mapping[str, str],
    changes: Sequence[Mapping[str, Any]] = (),
    title: str | None = None,
    files: Mapping[str, Upload] | None = None,
    branch: str = "",
    chosen: Sequence[Capacity] = (),
) -> Step:
    """Correct and submit again (补正) what was returned; every signature is given anew on the new content.

    ``title``: the corrected one, None where it stays. Files of the last round stay where no new one is sent. Raises as
    ``submit``, and ApprovalChanged.
    """
    by.require(Permission.APPROVAL_APPLY)
    with transaction.atomic():
        held = hold(application, version)
        standing = standing_of(held)
        own = held.capacity_id == by.capacity_id
        if problem := rules.correction_refusal(standing=standing, own=own, person_id=by.person_id):
            raise ApprovalRefused(problem)
        found, current = definition(held.flow), held.round + 1
        branch = _branch(found, branch)
        plan = _plan(found, held.capacity, chosen, held.opened_at.astimezone(clock.CHINA).date())
        position = rules.position([one for one, _ in plan], [], current, branch)
        kept = held.contents.order_by("-round").values_list("data", flat=True)[0]
        given = Given(data=data, files=files or {}, kept=kept)
        words = held.title if title is None else _title(title)
        content = _content(by, held, found, given, title=words, reason=reason, changes=changes, current=current)
        write_seats(held, current, plan)
        move = Move(verb=Verb.SUBMIT, content=content, position=position, branch=branch, at=clock.now(), text=reason)
        step = take_step(held, by, move, found)
    application.refresh_from_db()
    return step


def withdraw(*, by: Actor, application: Application, version: int, reason: str) -> Step:
    """Withdraw (撤回) as the applicant's unit, before approval and never under 首接责任. Raises as ``sign``."""
    by.require(Permission.APPROVAL_APPLY)
    with transaction.atomic():
        held = hold(application, version)
        own = held.capacity_id == by.capacity_id
        if problem := rules.withdrawal_refusal(standing=standing_of(held), own=own, text=reason):
            raise ApprovalRefused(problem)
        content = held.contents.get(round=held.round)
        move = Move(
            verb=Verb.WITHDRAW,
            content=content,
            position=(State.WITHDRAWN, None),
            branch=held.branch,
            at=clock.now(),
            text=reason,
        )
        step = take_step(held, by, move, definition(held.flow))
    application.refresh_from_db()
    return step


def _title(title: str) -> str:
    words = clean(title) if len(title) <= rules.LONGEST_TEXT else title
    if not words or len(words) > LONGEST_TITLE:
        raise ApprovalRefused(f"请填写事由，不超过{LONGEST_TITLE}个字")
    return words


def _content(
    by: Actor,
    application: Application,
    flow: Flow,
    given: Given,
    *,
    title: str,
    reason: str,
    changes: Sequence[Mapping[str, Any]],
    current: int = 1,
) -> Content:
    why = clean(reason, lines=True) if len(reason) <= rules.LONGEST_TEXT else ""
    if len(why) < rules.SHORTEST_REASON:
        raise ApprovalRefused(f"请写明理由，{rules.SHORTEST_REASON}至{rules.LONGEST_TEXT}个字")
    files = {one.name for one in flow.fields if one.kind == "file"}
    values = fill(flow.fields, replace(given, kept={name: old for name, old in given.kept.items() if name in files}))
    try:
        rows = filling.read_changes(changes) if flow.changes else []
    except NotFilled as refused:
        raise ApprovalRefused(str(refused)) from refused
    return Content.objects.create(
        application=application,
        capacity_id=by.capacity_id,
        round=current,
        title=title,
        reason=why,
        data=values,
        changes=rows,
        digest=digest_of({"title": title, "reason": why, "data": values, "changes": rows}),
    )


def _plan(flow: Flow, unit: Capacity, chosen: Sequence[Capacity], on: dt.date) -> list[Any]:
    if any(one.pk == unit.pk for one in chosen) or len({one.pk for one in chosen}) != len(chosen):
        raise ApprovalRefused("会签单位不能重复，也不能是本单位")
    try:
        return places(flow, unit, chosen, on)
    except NoUnit as nobody:
        raise ApprovalRefused(str(nobody)) from nobody


def _branch(flow: Flow, branch: str) -> str:
    if flow.branch_at or not flow.branches:
        return ""
    if branch not in flow.branches:
        raise ApprovalRefused("请选择办理方式")
    return branch


def _number(unit: Capacity, word: str, year: int) -> str:
    """The next number of an agency's applications of one kind in a year; held until the transaction ends."""
    stem = f"{unit.agency.short}{word}〔{year}〕"
    one_at_a_time(f"approval {stem}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT approvals_last_number(%s)", [stem])
        return f"{stem}{cursor.fetchone()[0] + 1}号"
