"""What references to records ('TYPE/ID') stand for, in words: title, time, who, how it stands, its page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import NoReverseMatch, reverse

from jianguan.backbone.approvals import rules as approving
from jianguan.backbone.approvals.models import Application
from jianguan.backbone.cases.followups import Restriction
from jianguan.backbone.cases.models import Case, Step
from jianguan.backbone.documents.models import Document, Service
from jianguan.backbone.draws.models import Draw
from jianguan.backbone.evidence.models import RetentionDrill
from jianguan.backbone.people.models import RosterEntry
from jianguan.backbone.registrations.models import Registration
from jianguan.backbone.review.models import Review
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.models import Check, Population
from jianguan.web.words import OBJECTS

SHOWN = 50
"""Records shown on a proof; the figure itself counts all of them."""
PAGES = {
    "approval": "approval",
    "case": "case",
    "check": "check",
    "document": "document",
    "registration": "registration",
    "review": "review-show",
    "roster": "roster",
}


def _url(kind: str, number: int) -> str:
    """The page of a record, '' where there is none."""
    try:
        return reverse(PAGES[kind], args=[number])
    except (KeyError, NoReverseMatch):
        return ""


def _approvals(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in Application.objects.filter(pk__in=ids).select_related("capacity__agency").order_by("pk"):
        words = f"{one.number} {approving.concealed(one.title)}"
        yield one.pk, words, one.opened_at, one.capacity.title, one.get_state_display()


def _cases(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in Case.objects.filter(pk__in=ids).select_related("issuer__agency", "handler__agency").order_by("pk"):
        yield one.pk, f"{one.number} {one.title}", one.opened_at, one.handler.title, one.get_state_display()


def _case_steps(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in Step.objects.filter(pk__in=ids).select_related("case", "capacity__agency", "person").order_by("pk"):
        unit = one.capacity.title if one.capacity else "平台"
        yield one.pk, f"{one.case.number} {one.get_verb_display()}", one.at, one.person.name if one.person else "", unit


def _restrictions(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in Restriction.objects.filter(pk__in=ids).select_related("capacity__agency", "lift").order_by("pk"):
        words, lifted = f"现场教育限制：{one.masked}", f"，{one.lift.since} 解除" if hasattr(one, "lift") else ""
        yield one.pk, words, one.decided_at, one.capacity.title, f"{one.since} 起至 {one.until} 前只限现场{lifted}"


def _checks(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in Check.objects.filter(pk__in=ids).select_related("subject", "signed_by__person"):
        found = {True: "正常", False: "发现问题", None: "已记录"}[one.passed]
        place = f"：{one.subject.name}" if one.subject else ""
        yield one.pk, f"{one.get_method_display()}{place}", one.happened_at, _holder(one.signed_by), found


def _registrations(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in Registration.objects.filter(pk__in=ids).select_related("recorded_by__person"):
        words = f"{one.get_kind_display()}：{one.title}"
        yield one.pk, words, one.recorded_at, _holder(one.recorded_by), one.number or "有效"


def _populations(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in Population.objects.filter(pk__in=ids):
        size = "件数未知" if one.size is None else f"{one.size} 件"
        words = f"抽查总体 {one.day}（{one.get_state_display()}，{size}）"
        yield one.pk, words, one.frozen_at, one.source, one.digest[:16] or one.why


def _draws(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in Draw.objects.filter(pk__in=ids):
        kind = "" if one.variant == "all" else "（有一方未公开数值，两份样本都应审）"
        parts = f"随机 {one.floor} 件"
        parts += "".join(f"，{word} {n} 件" for word, n in (("风险优先", one.priority), ("必查", one.mandatory)) if n)
        yield one.pk, f"抽取{kind}", one.drawn_at, one.algorithm, parts


def _reviews(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in Review.objects.filter(pk__in=ids).select_related("item", "assignment__appointment__person"):
        seen = f"，认可 {one.credited_ms // 1000}/{one.total_ms // 1000} 秒" if one.total_ms else ""
        state = "计入" if one.counted else f"未计入：{one.why_not}"
        words = f"复核 {one.item.member}：{one.get_verdict_display()}"
        yield one.pk, words, one.submitted_at, _holder(one.assignment.appointment), f"{state}{seen}"


def _rosters(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in RosterEntry.objects.filter(pk__in=ids).select_related("appointment__person"):
        yield one.pk, f"值班 {one.day} {one.get_shift_display()}", None, _holder(one.appointment), "已排班"


def _documents(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in Document.objects.filter(pk__in=ids).defer("content").select_related("issued_by__person"):
        yield one.pk, f"{one.number} {one.title}", one.issued_at, _holder(one.issued_by), f"SM3 {one.sm3[:16]}"


def _services(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    found = Service.objects.filter(pk__in=ids).select_related("document", "recipient__agency", "acknowledgement")
    for one in found.defer("document__content"):
        receipt = getattr(one, "acknowledgement", None)
        state = f"{receipt.acknowledged_at:%Y-%m-%d} 签收" if receipt else "未签收"
        yield one.pk, f"送达 {one.document.title}", one.served_at, one.recipient.title, state


def _subjects(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in Subject.objects.filter(pk__in=ids):
        yield one.pk, f"{one.get_kind_display()}：{one.name}", None, one.code, "应覆盖"


def _drills(ids: Sequence[int]) -> Iterable[tuple[int, str, Any, str, str]]:
    for one in RetentionDrill.objects.filter(pk__in=ids).select_related("recorded_by__person"):
        yield one.pk, "调取演练", one.drilled_at, _holder(one.recorded_by), f"{one.retrieved}/{one.sampled} 件"


def _holder(appointment: Any) -> str:
    """The full name of who recorded it; the template masks it."""
    return appointment.person.name if appointment else ""


READERS = {
    "approval": _approvals,
    "case": _cases,
    "case-step": _case_steps,
    "check": _checks,
    "document": _documents,
    "draw": _draws,
    "drill": _drills,
    "population": _populations,
    "registration": _registrations,
    "restriction": _restrictions,
    "review": _reviews,
    "roster": _rosters,
    "service": _services,
    "subject": _subjects,
}
NAMED = frozenset({"case-step", "check", "document", "drill", "registration", "review", "roster"})
"""Records whose fourth word is a person's name."""


def records(refs: Sequence[str]) -> list[dict[str, Any]]:
    """What the references stand for, in their order: {title, at, who, person, note, url}; one query a type."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for ref in refs[:SHOWN]:
        kind, _, number = ref.partition("/")
        if number.isdigit():
            wanted[kind].append(int(number))
    found: dict[str, dict[str, Any]] = {}
    for kind, ids in wanted.items():
        for pk, title, at, who, note in READERS[kind](ids) if kind in READERS else ():
            found[f"{kind}/{pk}"] = {
                "title": title,
                "at": at,
                "who": who,
                "person": kind in NAMED,
                "note": note,
                "url": _url(kind, pk),
            }
    nothing = {"at": None, "who": "", "person": False, "note": "不在当前身份可见范围", "url": ""}
    return [found.get(ref, {"title": _unseen(ref), **nothing}) for ref in refs[:SHOWN]]


def _unseen(ref: str) -> str:
    """The words for a record that the reader's capacity does not see."""
    kind, _, number = ref.partition("/")
    return f"{OBJECTS.get(kind, '记录')} {number}"
