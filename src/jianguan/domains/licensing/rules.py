"""What a pre-exam check (考前检查, clause 6.4) asks of one exam site: pure decisions on plain values."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from jianguan.backbone.work.checklists import NOT_APPLICABLE, Answer
from jianguan.engines.regulation.schema import ChecklistItem

SUBJECTS = ("科目一", "科目二", "科目三")
NOT_HELD = "本考场不考此科目"
DIGEST_ITEMS = {"s2-parameter-digest": "科目二", "s3-parameter-digest": "科目三"}
DESKS_ITEM = "s1-desk-count"
CLOCK_ITEM = "equipment-clock"


@dataclass(frozen=True, slots=True)
class Approved:
    """What was approved or filed for a site, against which the check compares. None and absent: nothing on file."""

    subjects: frozenset[str] = frozenset(SUBJECTS)
    desks: int | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    clock_seconds: int | None = None


class SiteState(StrEnum):
    """Where the pre-exam check of a site stands on a day."""

    DUE = "待检查"
    FAILED = "有异常"
    LATE = "开考后补查"
    MISSED = "未检查"
    NO_EXAM = "无考试"
    PASSED = "正常"


def applicable(items: Sequence[ChecklistItem], subjects: frozenset[str]) -> list[ChecklistItem]:
    """The items that concern a site: all but those of subjects that it does not hold."""
    return [item for item in items if item.group not in SUBJECTS or item.group in subjects]


def completed(
    items: Sequence[ChecklistItem], subjects: frozenset[str], answers: Mapping[str, Answer]
) -> dict[str, Answer]:
    """The answers with every item of a subject that the site does not hold put down as not applicable."""
    held = {item.id for item in applicable(items, subjects)}
    skipped = {item.id: Answer(NOT_APPLICABLE, NOT_HELD) for item in items if item.id not in held}
    return {**answers, **skipped}


def deviations(answers: Mapping[str, Answer], approved: Approved) -> dict[str, str]:
    """Values that differ from what was approved, by item: drift of the judging parameters, desks, clocks.

    An answer that is empty or not applicable deviates from nothing; so does any answer where nothing is on file.
    """
    found = {}
    for item, subject in DIGEST_ITEMS.items():
        given, filed = _value(answers, item).lower(), approved.digests.get(subject, "").lower()
        if given and filed and given != filed:
            found[item] = f"与核准的参数集不一致（核准 {filed[:12]}…，现场 {given[:12]}…）"
    desks = _number(answers, DESKS_ITEM)
    if desks is not None and approved.desks is not None and desks != approved.desks:
        found[DESKS_ITEM] = f"可用 {desks} 台，备案 {approved.desks} 台"
    drift = _number(answers, CLOCK_ITEM)
    if drift is not None and approved.clock_seconds is not None and drift > approved.clock_seconds:
        found[CLOCK_ITEM] = f"最大相差 {drift} 秒，允许 {approved.clock_seconds} 秒"
    return found


def _number(answers: Mapping[str, Answer], item: str) -> Decimal | None:
    """The number put in, None for anything else: whether it may be something else is not decided here."""
    try:
        return Decimal(_value(answers, item))
    except InvalidOperation:
        return None


def _value(answers: Mapping[str, Answer], item: str) -> str:
    value = answers.get(item, Answer()).value.strip()
    return "" if value == NOT_APPLICABLE else value


def site_state(
    *, holds_exam: bool, signed_at: dt.datetime | None, passed: bool | None, due: dt.datetime, now: dt.datetime
) -> SiteState:
    """State of one site on a day; ``due`` is when the first exam begins, the check must be signed before it."""
    if signed_at is not None:
        if not passed:
            return SiteState.FAILED
        return SiteState.PASSED if signed_at < due else SiteState.LATE
    if not holds_exam:
        return SiteState.NO_EXAM
    return SiteState.DUE if now < due else SiteState.MISSED


def conclusion(failed: Sequence[str], *, late: bool) -> str:
    """The sentence under a check: what was found, and that it came after the first exam when it did."""
    result = f"发现 {len(failed)} 项异常：{'；'.join(failed)}" if failed else "各项正常"
    return f"{result}（开考后补查）" if late else result
