"""Owe a notice (待发文书): rooms that establish a fact say so here; the document that names it fulfils the duty."""

import datetime as dt

from jianguan.backbone.documents import rules
from jianguan.backbone.documents.actions import DocumentRefused
from jianguan.backbone.documents.models import DocumentKind, NoticeDuty
from jianguan.backbone.rules import queries as rulebook
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit.clock import CHINA

DEADLINE = "deadline.notify"


def owe(
    *,
    capacity_id: int,
    kind: DocumentKind,
    ref: str,
    title: str,
    provision: str,
    since: dt.datetime,
    calendar: Calendar,
) -> NoticeDuty:
    """Record once that a unit owes a document of ``kind`` about ``ref`` since a moment; return the row, old or new.

    The deadline is pinned to the parameter in force on that day. Checks no permission and audits nothing: the action
    that established the fact does. Raises DocumentRefused without the parameter.
    """
    day = since.astimezone(CHINA)
    days = rulebook.parameter_value(DEADLINE, capacity_id, day.date())
    if days is None or days.value is None:
        raise DocumentRefused("规则库中没有通报抄送时限参数，请先设定")
    made, _ = NoticeDuty.objects.get_or_create(
        capacity_id=capacity_id,
        kind=kind,
        ref=ref,
        defaults={
            "title": rules.clean(title)[:200],
            "provision": provision,
            "since": since,
            "due_at": rules.acknowledgement_due(day, int(days.value), calendar),
            "pinned": {"key": DEADLINE, "value": int(days.value)},
        },
    )
    return made
