"""Synthetic work of the last 30 days (合成数据): norms served, pre-exam checks, drills.

Written in bulk without the actions; what they would check holds by construction. Deterministic, see ``marks``.
"""

import datetime as dt

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.documents import rules as document_rules
from jianguan.backbone.documents.models import Acknowledgement, Document, DocumentKind, Service
from jianguan.backbone.evidence.models import RetentionDrill
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.rules.models import Checklist
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.subjects.models import Subject, SubjectKind
from jianguan.backbone.work.checks import items_of
from jianguan.backbone.work.models import Check, Finding
from jianguan.demo.marks import mark
from jianguan.demo.people import officers
from jianguan.domains.licensing import rules
from jianguan.domains.licensing.actions import LOG_WORD, PROVISION
from jianguan.domains.licensing.queries import KIND
from jianguan.engines.regulation.schema import ChecklistItem
from jianguan.kit import clock
from jianguan.kit.digests import Algorithm, digest_of

DAYS = 30
SUNDAY = 7
"""No exams."""
ONE_DAY = dt.timedelta(days=1)
WORKING_DAYS = 5
NORMS = (
    (
        "norm",
        DocumentKind.NORM,
        150,
        "道路交通管理监管工作规范（合成）",
        "一、省级监管中心统筹全省监管工作；市级监管中心负责辖区日常监管；车管所落实每日检查和抽查。\n"
        "二、监管系统须由在岗民警本人使用，每日登录办理当日任务。\n"
        "三、发现异常业务的，先核查取证，再立项整改，由上级复核办结。",
    ),
    (
        "assessment",
        DocumentKind.ASSESSMENT_RULE,
        3,
        "监管工作考核制度（合成）",
        "一、按条款履职情况考核，只有已履行计为完成。\n二、逾期履行、不足、未履行分别扣分。\n三、不可证的不得计为完成。",
    ),
)
TO = ("CITY", "VEHICLE_OFFICE")


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of a day in China."""
    return dt.datetime.combine(day, dt.time(hour, minute), clock.CHINA)


def add_norms(today: dt.date) -> int:
    """Two documents of the province served on cities and offices; most signed the old one, some the new one."""
    province = Capacity.objects.get(key="jilin@PROVINCE")
    known = {one["data"].get("demo") for one in Document.objects.filter(capacity=province).values("data")}
    leader = Appointment.objects.filter(capacity=province, post__role="leader").first()
    signers, calendar, made = officers(), working_calendar(), 0
    for slug, kind, age, title, body in NORMS:
        if slug in known:
            continue
        issued = at(today - ONE_DAY * age, 10)
        data = {"demo": slug, "synthetic": True, "in_force_from": str(issued.date())}
        state = {"title": title, "body": body, "data": data}
        document = Document.objects.create(
            kind=kind,
            capacity=province,
            number=document_rules.number("规", issued.year, 1 if kind == DocumentKind.NORM else 2),
            title=title,
            body=body,
            data=data,
            sha256=digest_of(state),
            sm3=digest_of(state, Algorithm.SM3),
            provision="4.2",
            in_force_from=issued.date(),
            issued_by=leader,
            issued_at=issued,
        )
        due = document_rules.acknowledgement_due(issued, WORKING_DAYS, calendar)
        services = Service.objects.bulk_create(
            Service(document=document, issuer=province, recipient=one, served_at=issued, due_at=due)
            for one in Capacity.objects.filter(level__in=TO, mode="own")
        )
        Acknowledgement.objects.bulk_create(
            Acknowledgement(
                service=one,
                recipient_id=one.recipient_id,
                issuer=province,
                acknowledged_by=signers.get(one.recipient_id),
                acknowledged_at=issued
                + dt.timedelta(hours=2 + mark(slug, one.recipient_id) // 2 * (3 if age > 30 else 1)),
            )
            for one in services
            if mark(slug, one.recipient_id) < (96 if age > 30 else 50)
        )
        made += 1
    return made


def add_pre_exam_checks(today: dt.date, now: dt.datetime) -> int:
    """A check and its log for each exam site and exam day: a few missing, a few after the first exam, a few failed.

    Today is left to whoever uses the demonstration in 长春, and done elsewhere once 08:30 is past.
    """
    checklist = Checklist.objects.filter(key=KIND).order_by("-version").first()
    if checklist is None:
        return 0
    items, signers = items_of(checklist), officers()
    first = today - ONE_DAY * DAYS
    known = set(
        Check.objects.filter(kind=KIND, happened_at__gte=at(first, 0)).values_list("subject_id", "happened_at__date")
    )
    rows = []
    for site in Subject.objects.filter(kind=SubjectKind.EXAM_SITE, synthetic=True).select_related("capacity__agency"):
        signer = signers.get(site.capacity_id)
        for age in range(DAYS, -1, -1):
            day = today - ONE_DAY * age
            fate = mark(site.code, day)
            open_today = age == 0 and (now < at(day, 8, 30) or site.capacity.key.startswith("changchun-office"))
            if signer is None or fate < 3 or open_today or (site.pk, day) in known or day.isoweekday() == SUNDAY:
                continue
            signed = at(day, 9, fate % 40) if fate < 7 else at(day, 7, 20 + fate % 40)
            failed = next(item for item in items if item.id == "equipment-storage") if 7 <= fate < 11 else None
            rows.append(
                _check(
                    site=site,
                    signer=signer,
                    checklist=checklist,
                    items=items,
                    signed=min(signed, now),
                    failed=failed,
                )
            )
    Check.objects.bulk_create(rows)
    by_item = {item.id: item for item in items}
    Finding.objects.bulk_create(
        Finding(
            check_record=row,
            capacity_id=row.capacity_id,
            subject=row.subject,
            provision=PROVISION,
            item=item,
            text=f"{by_item[item].text}：{answer['note']}",
            found_at=row.happened_at,
        )
        for row in rows
        for item, answer in row.answers.items()
        if answer["value"] == "fail"
    )
    _add_logs(rows, items)
    return len(rows)


def _check(
    *,
    site: Subject,
    signer: Appointment,
    checklist: Checklist,
    items: list[ChecklistItem],
    signed: dt.datetime,
    failed: ChecklistItem | None,
) -> Check:
    held = {item.id for item in rules.applicable(items, frozenset(site.attributes["subjects"]))}
    values = {"pass_fail": "pass", "number": "1", "text": "", "digest": ""}
    answers = {
        item.id: {"value": values[item.answer], "note": ""}
        if item.id in held
        else {"value": "na", "note": rules.NOT_HELD}
        for item in items
    }
    if rules.DESKS_ITEM in held:
        answers[rules.DESKS_ITEM]["value"] = str(site.attributes["desks"])
    if failed is not None:
        answers[failed.id] = {"value": "fail", "note": "剩余空间不足全天，已更换硬盘"}
    return Check(
        kind=KIND,
        method=Check.Method.ON_SITE,
        capacity=site.capacity,
        subject=site,
        checklist=checklist,
        happened_at=signed,
        signed_at=signed,
        signed_by=signer,
        passed=failed is None,
        answers=answers,
        remark="合成数据",
    )


def _add_logs(checks: list[Check], items: list[ChecklistItem]) -> None:
    """The logs of new checks, numbered on from those on file; their PDF is typeset when somebody opens it."""
    serial: dict[tuple[int, int], int] = {}
    for capacity, issued in Document.objects.filter(kind=DocumentKind.PRE_EXAM_LOG).values_list(
        "capacity_id", "issued_at"
    ):
        year = issued.astimezone(clock.CHINA).year
        serial[capacity, year] = serial.get((capacity, year), 0) + 1
    logs = []
    for check in sorted(checks, key=lambda one: one.signed_at):
        key = (check.capacity_id, check.signed_at.year)
        serial[key] = serial.get(key, 0) + 1
        number = document_rules.number(LOG_WORD, key[1], serial[key])
        data = _log_data(check, items, number)
        state = {"number": number, "data": data}
        logs.append(
            Document(
                kind=DocumentKind.PRE_EXAM_LOG,
                capacity_id=check.capacity_id,
                number=number,
                title=f"考前检查日志 {data['site']} {data['date']}",
                data=data,
                sha256=digest_of(state),
                sm3=digest_of(state, Algorithm.SM3),
                provision=PROVISION,
                issued_by=check.signed_by,
                issued_at=check.signed_at,
            )
        )
    Document.objects.bulk_create(logs)


def _log_data(check: Check, items: list[ChecklistItem], number: str) -> dict[str, object]:
    site, signer, checklist = check.subject, check.signed_by, check.checklist
    if site is None or signer is None or checklist is None:
        raise ValueError("a synthetic check has a site, a signer and a checklist")
    late = check.signed_at >= at(check.signed_at.date(), 8, 30)
    failed = [item.text for item in items if check.answers[item.id]["value"] == "fail"]
    words = {"pass": "正常", "fail": "异常"}
    return {
        "check": check.pk,
        "subject": site.pk,
        "number": number,
        "agency": site.capacity.agency.name,
        "capacity": site.capacity.title,
        "site": site.name,
        "date": f"{check.happened_at:%Y-%m-%d}",
        "subjects": "、".join(site.attributes["subjects"]),
        "first_exam": "08:30",
        "checked_at": f"{check.happened_at:%Y-%m-%d %H:%M}",
        "signed_at": f"{check.signed_at:%Y-%m-%d %H:%M:%S}",
        "checker": signer.person.name,
        "post": signer.post.title,
        "conclusion": rules.conclusion(failed, late=late),
        "passed": check.passed,
        "remark": check.remark,
        "template": f"{checklist.title} 第{checklist.version}版",
        "digest": digest_of({"check": check.pk, "answers": check.answers, "remark": check.remark}),
        "synthetic": True,
        "items": [
            {
                "group": item.group,
                "text": item.text,
                "value": words.get(answer["value"], answer["value"]),
                "passed": {"pass": True, "fail": False}.get(answer["value"]),
                "remark": answer["note"],
            }
            for item in rules.applicable(items, frozenset(site.attributes["subjects"]))
            if (answer := check.answers[item.id])
        ],
    }


DRILLS = (("av-retention", 3 * 365), ("body-camera-retention", 90))


def add_drills(today: dt.date) -> int:
    """Retention drills (clause 6.9) of this month and the last: a few left out, a few that did not find everything."""
    signers, rows = officers(), []
    starts = (today.replace(day=1), (today.replace(day=1) - ONE_DAY).replace(day=1))
    known = set(RetentionDrill.objects.values_list("capacity_id", "kind", "drilled_at__date"))
    for office in Capacity.objects.filter(level="VEHICLE_OFFICE"):
        for kind, kept in DRILLS:
            for start in starts:
                fate = mark(office.key, kind, start)
                day = min(start + ONE_DAY * (fate % 12), today)
                if fate < 8 or (office.pk, kind, day) in known or at(day, 14) > clock.now():
                    continue
                rows.append(
                    RetentionDrill(
                        capacity=office,
                        kind=kind,
                        drilled_at=at(day, 14),
                        oldest=day - ONE_DAY * kept,
                        sampled=20,
                        retrieved=18 if fate < 14 else 20,
                        recorded_by=signers.get(office.pk),
                        recorded_at=at(day, 15),
                        remark="合成数据",
                    )
                )
    RetentionDrill.objects.bulk_create(rows)
    return len(rows)
