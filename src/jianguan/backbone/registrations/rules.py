"""Validity of registrations (登记), what each kind needs, who may administer systems: pure decisions."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

EXPIRING_DAYS = 30
"""A registration that ends within so many days is shown as running out."""

NEEDS_PERSON = frozenset(
    {"confidentiality-agreement", "full-time-post", "police-administrator", "responsibility-letter", "staff-filing"}
)
"""Kinds about one person each; a confidentiality agreement may name a partner instead."""

NEEDS_END = frozenset({"confidentiality-agreement", "pledge", "responsibility-letter"})
"""Agreements run for a term."""

ONE_AT_A_TIME = frozenset({"duty-chart", "establishment", "information-platform"})
"""Kinds of which a unit has one at a time: a second with an overlapping validity is refused."""

MUST_BE_FILED = frozenset({"staff-filing"})
"""Kinds that must be filed with the next level up (报备, clauses 14.1 and 15.1)."""

POLICE_ONLY = frozenset({"police-administrator"})


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open days of validity; ``end`` None is open."""

    begin: dt.date
    end: dt.date | None = None

    def overlaps(self, other: "Span") -> bool:
        """Whether any day lies in both."""
        return self.begin < (other.end or dt.date.max) and other.begin < (self.end or dt.date.max)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to register."""

    kind: str
    level: str
    title: str
    span: Span
    has_person: bool = False
    partner: str = ""
    is_police: bool | None = None
    attachment_number: str = ""


def problems(wish: Wish, standing: Iterable[Span]) -> list[str]:
    """Every reason, in Chinese, why this cannot be registered; ``standing`` are the spans of the unit's same kind."""
    found = []
    if not wish.title.strip():
        found.append("名称须填写")
    if wish.span.end is not None and wish.span.end <= wish.span.begin:
        found.append("有效期的止日须晚于起日")
    if wish.kind in NEEDS_END and wish.span.end is None:
        found.append("协议、责任书和责任状须写明有效期止日")
    if (
        wish.kind in NEEDS_PERSON
        and not wish.has_person
        and not (wish.kind == "confidentiality-agreement" and wish.partner.strip())
    ):
        found.append("须指明人员；与合作单位签订的保密协议须写明合作单位或其人员")
    if problem := administrator_problem(wish.kind, wish.level, wish.is_police):
        found.append(problem)
    if wish.kind in ONE_AT_A_TIME and any(wish.span.overlaps(other) for other in standing):
        found.append("同类登记在此期间已有一份有效，请先终止旧的")
    return found


def administrator_problem(kind: str, level: str, is_police: bool | None) -> str | None:
    """Why a person may not be registered as an administrator (clause 15.1: below the province, police only)."""
    if is_police is not False:
        return None
    if kind in POLICE_ONLY:
        return "该人员不是人民警察，不能核实为民警身份"
    if kind == "staff-filing" and level != "PROVINCE":
        return "第十五条（一）：系统管理人员须由人民警察担任，该人员不是人民警察"
    return None


def standing_word(span: Span, on: dt.date) -> str:
    """How a registration stands on a day: 未生效, 有效, 即将到期 or 已失效."""
    if on < span.begin:
        return "未生效"
    if span.end is not None and span.end <= on:
        return "已失效"
    if span.end is not None and (span.end - on).days <= EXPIRING_DAYS:
        return "即将到期"
    return "有效"
