"""What a campaign may be, how many it draws, when it may be published: pure decisions on plain values."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MILLION = 1_000_000
PERCENT = MILLION // 100
LONGEST_DAYS = 366
SHORTEST_PURPOSE = 4
MOST_INSPECTORS = 5
LEVEL = "level:"
"""Prefix of a target kind that means units of a level and not places."""

COVERT = "covert"
METHODS = {"covert": "covert", "open-visit": "open"}
ON_SITE_METHOD = "on_site"
UNAVAILABLE = "target-unavailable"
"""Checklist of a target that could not be inspected; which of its items is off, by outcome."""
OFF = {"not-found": "found", "closed": "open", "refused": "admitted"}
WORST = frozenset(OFF)
PROVISIONS = {"covert": ("4.4", "10.3", "6.10"), "open-visit": ("4.4", "10.3"), "guidance": ("4.4", "5.2")}
SELF_ASSIGNED = {"patrol-on-site": "场所现场检查", "vehicle-office": "车管所监督检查", "guidance": "检查指导"}
"""Kinds of inspection that an officer takes up himself, without a campaign."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a campaign."""

    title: str
    purpose: str
    kind: str
    provision: str
    first: dt.date
    last: dt.date
    percent: int | None
    count: int | None
    inspectors: int
    embargo_until: dt.datetime | None


def problems(plan: Plan, today: dt.date, now: dt.datetime) -> list[str]:
    """Everything that keeps a campaign from being opened, in Chinese."""
    covert = plan.kind == COVERT
    found = {
        "请填写名称": not plan.title.strip(),
        f"目的不少于{SHORTEST_PURPOSE}个字": len(plan.purpose.strip()) < SHORTEST_PURPOSE,
        "该方式不能依据这一条款": plan.provision not in PROVISIONS.get(plan.kind, ()),
        "截止日不能早于开始日": plan.last < plan.first,
        "开始日不能早于今天": plan.first < today,
        "期间不得超过一年": (plan.last - plan.first).days > LONGEST_DAYS,
        "抽取比例和抽取个数须填一项，只填一项": (plan.percent is None) == (plan.count is None),
        "抽取比例须为1到100": plan.percent is not None and not 1 <= plan.percent <= 100,
        "抽取个数须大于零": plan.count is not None and plan.count < 1,
        f"每个对象的检查人须为2到{MOST_INSPECTORS}名": not 2 <= plan.inspectors <= MOST_INSPECTORS,
        "暗访须设定保密期，且晚于截止日": covert
        and (plan.embargo_until is None or plan.embargo_until.date() <= plan.last or plan.embargo_until <= now),
        "只有暗访可以设定保密期": not covert and plan.embargo_until is not None,
    }
    return [text for text, wrong in found.items() if wrong]


def share(*, percent: int | None, count: int | None, size: int) -> int:
    """The share in parts per million that draws ``percent`` of ``size``, or ``count`` of them (all when fewer)."""
    if percent is not None:
        return percent * PERCENT
    return min(count or 0, size) * MILLION // size if size else 0


def quota(*, percent: int | None, count: int | None, size: int) -> int:
    """How many of ``size`` are drawn."""
    return -(-share(percent=percent, count=count, size=size) * size // MILLION)


def method(kind: str) -> str:
    """How a kind of inspection looks (Check.Method)."""
    return METHODS.get(kind, ON_SITE_METHOD)


def checklist_key(kind: str, subject_kind: str | None) -> str:
    """The checklist of an inspection: undercover its own, a place that of its kind, a unit that of the inspection."""
    if kind == COVERT:
        return COVERT
    return f"on-site-{subject_kind}" if subject_kind else kind


def moment(*, started_ago: dt.timedelta, now: dt.datetime, assigned_at: dt.datetime) -> dt.datetime:
    """When an inspection happened: so long ago by the device's own clock, not in the future nor before it was given."""
    return max(min(now, now - max(started_ago, dt.timedelta())), assigned_at)


def may_publish(*, open_inspections: int, embargo_until: dt.datetime | None, now: dt.datetime) -> str | None:
    """Why a campaign cannot be published yet, or None."""
    if open_inspections:
        return f"还有{open_inspections}个抽中对象没有结果，不能公布"
    if embargo_until is not None and now < embargo_until:
        return "保密期未满，不能公布"
    return None


def summary(outcomes: Sequence[tuple[str, bool]]) -> Mapping[str, int]:
    """How many were inspected, were normal, had problems, could not be inspected; (outcome, passed) a target."""
    return {
        "drawn": len(outcomes),
        "normal": sum(outcome not in WORST and passed for outcome, passed in outcomes),
        "problems": sum(outcome not in WORST and not passed for outcome, passed in outcomes),
        "unavailable": sum(outcome in WORST for outcome, _ in outcomes),
    }
