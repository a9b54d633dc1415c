"""The tabs of the review desk, and small words that several of its pages share."""

from typing import Any

from django.urls import reverse

from jianguan.backbone.people.acting import Actor
from jianguan.backbone.review import rules

TABS = (
    ("review", "待我复核"),
    ("review-progress", "比例进度"),
    ("review-records", "复核记录"),
    ("review-findings", "问题"),
    ("review-agreement", "一致性"),
    ("review-again", "上级重抽"),
)
VERDICT_TONES = {"normal": "info", "general": "warn", "serious": "bad", "uncheckable": "bad"}


def tabs(active: str, by: Actor) -> list[dict[str, Any]]:
    """The tabs for a post; looking again from above is for posts with units below them."""
    return [
        {"label": label, "url": reverse(name), "active": name == active}
        for name, label in TABS
        if name != "review-again" or len(by.scope.capacity_ids) > 1
    ]


def minutes(milliseconds: int) -> str:
    """`1:02:05` or `2:05`: a length as people read it."""
    seconds = milliseconds // 1000
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def noun(kind: str) -> str:
    """What one record of a kind of population is called."""
    desk = rules.DESKS.get(kind)
    return desk.record if desk else "记录"


def title(kind: str) -> str:
    """What a kind of population is called."""
    desk = rules.DESKS.get(kind)
    return desk.title if desk else kind


KINDS = [{"value": kind, "label": desk.title} for kind, desk in rules.DESKS.items()]
