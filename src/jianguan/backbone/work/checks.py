"""Sign a check (检查) and correct it. A signed check never changes: a correction is a new check beside the old one."""

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec
from django.db import transaction

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.agencies.rules import Act, may_review
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.models import Checklist
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.checklists import Answer, IncompleteChecklist, failures, problems
from jianguan.backbone.work.models import Check, Finding, Population
from jianguan.engines.regulation.schema import ChecklistItem
from jianguan.kit import clock

SHORTEST_REASON = 4


class CheckRefused(ValueError):
    """The check cannot be signed or corrected. The message is Chinese and shown to the user."""


def items_of(checklist: Checklist) -> list[ChecklistItem]:
    """The items of a checklist as values."""
    return msgspec.convert(checklist.items, list[ChecklistItem])


def embargo(check: Check) -> str:
    """Until when an undercover check (暗访) is kept from the checked side, in Chinese; '' when it no longer is."""
    if check.embargo_until is None or clock.now() >= check.embargo_until:
        return ""
    return f"暗访保密至{check.embargo_until.astimezone(clock.CHINA):%Y-%m-%d}"


def sign_check(
    *,
    by: Actor,
    kind: str,
    method: str,
    subject: Subject | None,
    checklist: Checklist | None,
    answers: Mapping[str, Answer],
    happened_at: dt.datetime,
    remark: str = "",
    checked: Capacity | None = None,
    embargo_until: dt.datetime | None = None,
    population: Population | None = None,
    deviations: Mapping[str, str] | None = None,
    reviewed: Iterable[Act] = (),
    severity: str = Finding.Severity.GENERAL,
) -> Check:
    """Sign a check; items that failed become findings (问题).

    ``deviations`` are items that the domain found off although a value was given (item → how). ``reviewed`` are the
    acts of persons that this check looks into; ``checked`` is the capacity whose work it is. ``embargo_until`` hides
    an undercover check (暗访) from the checked side. ``severity`` is that of every finding.

    Raises NotAllowed without the permission or for one's own work, CheckRefused for a time in the future, a subject
    out of scope or an embargo on anything but an undercover check, IncompleteChecklist when items are missing.
    """
    by.require(Permission.CHECK_RECORD)
    now = clock.now()
    if happened_at > now:
        raise CheckRefused("检查时间不能晚于现在")
    if subject is not None and subject.capacity_id not in by.scope:
        raise CheckRefused(f"“{subject.name}”不在当前身份的监管范围内")
    if embargo_until is not None and method != Check.Method.COVERT:
        raise CheckRefused("只有暗访可以设定保密期")
    _refuse_own_work(by, checked, list(reviewed), happened_at.date())
    items = items_of(checklist) if checklist is not None else []
    if found := problems(items, answers):
        raise IncompleteChecklist(found)
    with transaction.atomic():
        check = _write(
            by=by,
            items=items,
            deviations=deviations or {},
            severity=severity,
            answers=answers,
            check=Check(
                kind=kind,
                method=method,
                checked=checked,
                subject=subject,
                population=population,
                checklist=checklist,
                happened_at=happened_at,
                remark=remark.strip(),
                embargo_until=embargo_until,
            ),
        )
        audit.record(
            kind=EventKind.CHECK_SIGNED,
            by=by,
            object_type="check",
            object_id=check.pk,
            norm=checklist.provision if checklist else "",
            after=_state(check),
            details={"kind": kind, "subject": subject.code if subject else "", "passed": check.passed},
        )
    return check


def correct_check(
    *,
    by: Actor,
    check: Check,
    answers: Mapping[str, Answer],
    reason: str,
    remark: str = "",
    deviations: Mapping[str, str] | None = None,
    severity: str = Finding.Severity.GENERAL,
) -> Check:
    """Correct a signed check by a new one that names it; both stay, the old one as it was.

    Raises NotAllowed in another capacity, CheckRefused without a reason or for a check corrected before,
    IncompleteChecklist when items are missing.
    """
    by.require(Permission.CHECK_RECORD)
    by.require_capacity(check.capacity_id)
    if len(reason.strip()) < SHORTEST_REASON:
        raise CheckRefused(f"更正须写明理由，不少于{SHORTEST_REASON}个字")
    items = items_of(check.checklist) if check.checklist is not None else []
    if found := problems(items, answers):
        raise IncompleteChecklist(found)
    with transaction.atomic():
        if Check.objects.filter(corrects=check).exists():
            raise CheckRefused("该检查记录已经更正过，请更正最新的一份")
        new = _write(
            by=by,
            items=items,
            deviations=deviations or {},
            severity=severity,
            answers=answers,
            check=Check(
                kind=check.kind,
                method=check.method,
                checked=check.checked,
                subject=check.subject,
                population=check.population,
                checklist=check.checklist,
                happened_at=check.happened_at,
                remark=remark.strip(),
                embargo_until=check.embargo_until,
                corrects=check,
            ),
        )
        audit.record(
            kind=EventKind.CHECK_CORRECTED,
            by=by,
            object_type="check",
            object_id=new.pk,
            norm=check.checklist.provision if check.checklist else "",
            reason=reason.strip(),
            before=_state(check),
            after=_state(new),
            details={"corrects": check.pk, "passed": new.passed},
        )
    return new


def _refuse_own_work(by: Actor, checked: Capacity | None, reviewed: list[Act], on: dt.date) -> None:
    if checked is not None and checked.pk != by.capacity_id:
        if checked.pk not in by.scope:
            raise CheckRefused(f"“{checked.title}”不在当前身份的监管范围内")
        if Appointment.objects.filter(person_id=by.person_id, capacity=checked, valid__contains=on).exists():
            reviewed.append(Act(by.person_id, checked.pk))
    if refusal := may_review(by.person_id, by.capacity_id, reviewed):
        raise CheckRefused(refusal)


def _write(
    *,
    by: Actor,
    items: list[ChecklistItem],
    deviations: Mapping[str, str],
    severity: str,
    answers: Mapping[str, Answer],
    check: Check,
) -> Check:
    """Fill in who signed, when and with what result; save the check and its findings."""
    failed = failures(items, answers, deviations)
    check.capacity_id = by.capacity_id
    check.signed_by_id = by.appointment_id
    check.signed_at = clock.now()
    check.passed = not failed
    check.answers = {
        item.id: {"value": answers[item.id].value.strip(), "note": answers[item.id].note.strip()}
        for item in items
        if item.id in answers
    }
    for item, text in deviations.items():
        check.answers.setdefault(item, {"value": "", "note": ""})["deviation"] = text
    check.save(force_insert=True)
    Finding.objects.bulk_create(
        Finding(
            check_record=check,
            capacity_id=by.capacity_id,
            subject=check.subject,
            provision=check.checklist.provision if check.checklist else "",
            item=item,
            severity=severity,
            text=text[:500],
            found_at=check.happened_at,
        )
        for item, text in failed.items()
    )
    for item, text in failed.items():
        audit.record(
            kind=EventKind.FINDING_RECORDED,
            by=by,
            object_type="check",
            object_id=check.pk,
            norm=check.checklist.provision if check.checklist else "",
            after={"item": item, "text": text},
            details={"item": item},
        )
    return check


def _state(check: Check) -> dict[str, object]:
    return {
        "kind": check.kind,
        "subject": check.subject_id,
        "happened_at": check.happened_at.isoformat(),
        "answers": check.answers,
        "passed": check.passed,
        "remark": check.remark,
    }
