"""The daily pre-exam check (考前检查, clause 6.4): sign it, correct it; each makes its log."""

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from jianguan.backbone.documents import actions as documents
from jianguan.backbone.documents.models import Document, DocumentKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work import checks
from jianguan.backbone.work.checklists import WORDS, Answer
from jianguan.backbone.work.models import Check
from jianguan.domains.licensing import queries, rules
from jianguan.engines.documents import render_pdf
from jianguan.engines.regulation.schema import ChecklistItem
from jianguan.kit import clock
from jianguan.kit.digests import digest_of
from jianguan.rulebook import FONTS, RULEBOOK

TEMPLATE = RULEBOOK / "documents" / "pre-exam-log.typ"
LOG_WORD = "考检"
PROVISION = "6.4"


def sign_pre_exam(
    *, by: Actor, site: Subject, answers: Mapping[str, Answer], remark: str = ""
) -> tuple[Check, Document]:
    """Sign the pre-exam check of a site for today and put its log on file; returns both.

    Raises NotAllowed outside the site's own office, CheckRefused when the site was checked today already,
    IncompleteChecklist when items are missing.
    """
    by.require_capacity(site.capacity_id)
    now = clock.now()
    checklist = queries.checklist(now.date())
    approved = queries.approved(site, now.date())
    items = checks.items_of(checklist)
    full = rules.completed(items, approved.subjects, answers)
    with transaction.atomic():
        one_at_a_time(f"pre-exam {site.pk} {now.date()}")
        begin = dt.datetime.combine(now.date(), dt.time(), clock.CHINA)
        if Check.objects.filter(kind=queries.KIND, subject=site, happened_at__gte=begin).exists():
            raise checks.CheckRefused(f"“{site.name}”今天已经检查签字，如有差错请更正原记录")
        check = checks.sign_check(
            by=by,
            kind=queries.KIND,
            method=Check.Method.ON_SITE,
            subject=site,
            checklist=checklist,
            answers=full,
            happened_at=now,
            remark=remark,
            deviations=rules.deviations(full, approved),
        )
        return check, _write_log(by=by, check=check, items=items, replaces=None)


def correct_pre_exam(
    *, by: Actor, check: Check, answers: Mapping[str, Answer], reason: str, remark: str = ""
) -> tuple[Check, Document]:
    """Correct a signed pre-exam check; check and log get a new version, the old ones stay. Raises as signing does."""
    site = check.subject
    if site is None or check.checklist is None:
        raise checks.CheckRefused("这份记录不是考前检查")
    approved = queries.approved(site, check.happened_at.date())
    items = checks.items_of(check.checklist)
    full = rules.completed(items, approved.subjects, answers)
    with transaction.atomic():
        one_at_a_time(f"pre-exam {site.pk} {check.happened_at.date()}")
        new = checks.correct_check(
            by=by,
            check=check,
            answers=full,
            reason=reason,
            remark=remark,
            deviations=rules.deviations(full, approved),
        )
        old = queries.log_of(by.scope, check)
        return new, _write_log(by=by, check=new, items=items, replaces=old)


def _write_log(*, by: Actor, check: Check, items: list[ChecklistItem], replaces: Document | None) -> Document:
    number = documents.reserve_number(
        capacity_id=by.capacity_id, kind=DocumentKind.PRE_EXAM_LOG, word=LOG_WORD, year=check.signed_at.year
    )
    data = log_data(by=by, check=check, items=items, number=number, replaces=replaces)
    return documents.file_document(
        by=by,
        kind=DocumentKind.PRE_EXAM_LOG,
        number=number,
        title=f"考前检查日志 {data['site']} {data['date']}",
        data={**data, "check": check.pk, "subject": check.subject_id},
        content=render_pdf(TEMPLATE, data, FONTS),
        provision=PROVISION,
        replaces=replaces,
        issued_at=check.signed_at,
    )


def log_pdf(document: Document) -> bytes:
    """The PDF of a log as filed; typeset again from its data where only these were filed."""
    return bytes(document.content) if document.content else render_pdf(TEMPLATE, document.data, FONTS)


def log_data(
    *, by: Actor, check: Check, items: list[ChecklistItem], number: str, replaces: Document | None
) -> dict[str, object]:
    """What the template of the log prints, as plain values."""
    site = check.subject
    if site is None or check.checklist is None:
        raise ValueError("a pre-exam check has a site and a checklist")
    happened = check.happened_at.astimezone(clock.CHINA)
    subjects = queries.approved(site, happened.date()).subjects
    due = queries.due_of(site, happened.date())
    late = queries.original(check).signed_at >= due
    lines: list[dict[str, object]] = []
    failed: list[str] = []
    for item in rules.applicable(items, subjects):
        answer = check.answers.get(item.id, {"value": "", "note": ""})
        deviation = answer.get("deviation", "")
        value = str(answer["value"])
        bad = value == "fail" or bool(deviation)
        if bad:
            failed.append(item.text)
        lines.append(
            {
                "group": item.group,
                "text": item.text,
                "value": WORDS.get(value, value),
                "passed": False if bad else (True if value == "pass" else None),
                "remark": "；".join(text for text in (str(answer["note"]), deviation) if text),
            }
        )
    return {
        "number": number,
        "agency": site.capacity.agency.name,
        "capacity": by.capacity_name,
        "site": site.name,
        "date": happened.date().isoformat(),
        "subjects": "、".join(name for name in rules.SUBJECTS if name in subjects),
        "first_exam": f"{due:%H:%M}",
        "checked_at": f"{happened:%Y-%m-%d %H:%M}",
        "signed_at": f"{check.signed_at.astimezone(clock.CHINA):%Y-%m-%d %H:%M:%S}",
        "checker": by.person_name,
        "post": by.post_title,
        "conclusion": rules.conclusion(failed, late=late),
        "passed": not failed,
        "remark": check.remark,
        "template": f"{check.checklist.title} 第{check.checklist.version}版",
        "digest": digest_of({"check": check.pk, "answers": check.answers, "remark": check.remark}),
        "replaces": replaces.number if replaces else "",
        "synthetic": settings.DEMO or site.synthetic,
        "items": lines,
    }
