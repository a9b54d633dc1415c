"""Complaints that nobody takes up in the adopted time: the superior of the unit that received them is told."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from jianguan.backbone.alerts.actions import raise_alert, settle
from jianguan.backbone.alerts.models import Alert, AlertKind, Severity
from jianguan.backbone.complaints import rules
from jianguan.backbone.complaints.handling import superior_id
from jianguan.backbone.complaints.models import Acceptance, Complaint
from jianguan.kit.clock import CHINA

MOST = 500
"""Complaints that one run tells of; the next run goes on."""


def tell(now: dt.datetime) -> int:
    """Alert the superiors to complaints past their day of acceptance, settle what was decided; returns how many.

    Once for each complaint. Needs the scope of the system.
    """
    raised = sum(_raise(one) for one in _late(now)[:MOST])
    for alert in Alert.objects.filter(kind=AlertKind.COMPLAINT_WAITING, settlement=None).order_by("pk"):
        number = alert.key.partition(":")[2]
        if not _undecided().filter(number=number).exists():
            settle(alert=alert, text="该投诉已作出受理决定或已并案。")
    return raised


def _undecided() -> QuerySet[Complaint]:
    decided = Exists(Acceptance.objects.filter(complaint=OuterRef("pk")))
    return Complaint.objects.filter(~decided, merger=None)


def _late(now: dt.datetime) -> QuerySet[Complaint]:
    key = Concat(Value(f"{AlertKind.COMPLAINT_WAITING.value}:"), "number")
    told = Alert.objects.filter(key=OuterRef("key_of_alert"))
    found = _undecided().filter(accept_by__lte=now).annotate(key_of_alert=key).exclude(Exists(told))
    return found.select_related("receiver__agency").order_by("accept_by", "pk")


def _raise(one: Complaint) -> bool:
    assert one.accept_by is not None  # noqa: S101 - asked for above
    last = (one.accept_by.astimezone(CHINA) - dt.timedelta(microseconds=1)).date()
    made = raise_alert(
        kind=AlertKind.COMPLAINT_WAITING,
        capacity_id=superior_id(one),
        key=f"{AlertKind.COMPLAINT_WAITING.value}:{one.number}",
        text=f"{one.receiver.title}收到的投诉 {one.number} 应于 {last} 前决定是否受理，至今没有决定。",
        severity=Severity.WARN,
        provision=rules.provision(one.receiver.level, one.matter),
        day=last,
        details={"投诉编号": one.number, "受理单位": one.receiver.title, "受理期限": str(last)},
    )
    return made is not None
