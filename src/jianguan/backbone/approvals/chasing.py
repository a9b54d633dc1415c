"""Stages that are due (催办): their units are reminded, told when they are late, then the superiors are. Once each."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.alerts.actions import raise_alert, settle
from jianguan.backbone.alerts.models import Alert, AlertKind, Severity
from jianguan.backbone.approvals.models import Application, StageDue
from jianguan.backbone.cases.ladder import AHEAD, OFFSETS, due_rungs
from jianguan.backbone.cases.rules import Rung
from jianguan.backbone.rules import queries as rulebook
from jianguan.engines.calendar.deadlines import start_of
from jianguan.engines.calendar.periods import ONE_DAY
from jianguan.kit.clock import CHINA

KINDS: Mapping[Rung, AlertKind] = {
    Rung.WARN: AlertKind.APPROVAL_DUE,
    Rung.RED: AlertKind.APPROVAL_LATE,
    Rung.SUPERIOR: AlertKind.APPROVAL_LATE,
}
"""The rungs of the ladder of cases that a stage climbs."""

# Units that owe a stage: those of its seats that are not signed, for a correction the applicant's own.
OWED = """
SELECT d.id, u.unit_id, d.due_at
FROM approvals_stagedue d
JOIN approvals_application a ON a.id = d.application_id AND a.stage = d.stage AND a.closed_at IS NULL
     AND a.state <> 'failed' AND d.round = a.round + (a.state = 'returned')::integer
CROSS JOIN LATERAL (
    SELECT DISTINCT s.capacity_id AS unit_id FROM approvals_seat s
    WHERE s.application_id = a.id AND s.round = d.round AND s."order" = d.stage AND s.branch IN ('', a.branch)
      AND NOT EXISTS (SELECT 1 FROM approvals_step t WHERE t.seat_id = s.id AND t.verb = 'sign')
    UNION SELECT a.capacity_id WHERE d.stage = 0) u
"""
# Those due by a day whose last rung was not told yet.
DUE = f"""{OWED}
WHERE d.due_at <= %(until)s AND (d.due_at, d.id, u.unit_id) > (%(at)s, %(due)s, %(unit)s) AND NOT EXISTS (
    SELECT 1 FROM alerts_alert l
    WHERE l.key = concat_ws(':', 'approval', a.id, d.id, u.unit_id, '{Rung.SUPERIOR.value}'))
ORDER BY d.due_at, d.id, u.unit_id LIMIT %(limit)s
"""  # noqa: S608 - constants
STILL = f"{OWED} WHERE d.id = ANY (%(dues)s)"


@dataclass(frozen=True, slots=True)
class Owed:
    """A stage that a unit has not finished."""

    due: StageDue
    unit: Capacity

    def key(self, rung: Rung) -> str:
        """What makes its alert the only one: application, deadline, unit and rung."""
        return f"approval:{self.due.application_id}:{self.due.pk}:{self.unit.pk}:{rung.value}"


def chase(now: dt.datetime, *, limit: int = 500) -> int:
    """Raise the alerts that stages have reached by ``now``, settle those whose stage is signed; returns how many.

    A reminder (``ladder.warn`` working days ahead) and an alert of lateness go to the unit that has not signed, one to
    its superior ``ladder.superior`` working days after the deadline; the top of the tree tells itself, and for a unit
    that was dissolved the one it left its work to is told. Safe to run again: an alert is unique by its key, and what
    a run that died left out is made up for. Stages are read ``limit`` at a time. Needs the system's scope.
    """
    calendar = rulebook.working_calendar()
    offsets = {rung: _days(key, now.date()) for rung, key in (*OFFSETS.items(), (Rung.WARN, AHEAD))}
    raised = 0
    until = start_of(calendar.add_working_days(now.date(), offsets[Rung.WARN]) + ONE_DAY)
    heirs = agencies.heirs(now.date())
    for one in _due(until, limit):
        reached = due_rungs(one.due.due_at, now, offsets, calendar)
        wanted = [rung for rung in KINDS if rung in reached and not (rung is Rung.WARN and now >= one.due.due_at)]
        raised += sum(_raise(one, rung, now, heirs) for rung in wanted)
    _settle_signed()
    return raised


def application_of(alert: Alert) -> int:
    """The application that an alert of these kinds is about."""
    return int(alert.key.split(":")[1])


def _due(until: dt.datetime, limit: int) -> Iterator[Owed]:
    due, unit, at = 0, 0, dt.datetime.min.replace(tzinfo=dt.UTC)
    while rows := _rows(DUE, {"until": until, "at": at, "due": due, "unit": unit, "limit": limit}):
        dues = StageDue.objects.select_related("application__flow").in_bulk({row[0] for row in rows})
        units = Capacity.objects.select_related("agency").in_bulk({row[1] for row in rows})
        yield from (Owed(dues[row[0]], units[row[1]]) for row in rows)
        due, unit, at = rows[-1]


def _raise(one: Owed, rung: Rung, now: dt.datetime, heirs: Mapping[int, int]) -> bool:
    asked: Application = one.due.application
    last = (one.due.due_at.astimezone(CHINA) - dt.timedelta(microseconds=1)).date()
    owing = heirs.get(one.unit.pk, one.unit.pk)
    told = _superior_id(owing, now.date()) if rung is Rung.SUPERIOR else owing
    words = {
        Rung.WARN: f"审批 {asked.number} 的“{one.due.title}”应于 {last} 前办理，请按期办理。",
        Rung.RED: f"审批 {asked.number} 的“{one.due.title}”应于 {last} 前办理，已经逾期，请立即办理。",
        Rung.SUPERIOR: f"{one.unit.title}办理的审批 {asked.number} 的“{one.due.title}”已过期限 {last}，请督促。",
    }
    made = raise_alert(
        kind=KINDS[rung],
        capacity_id=told,
        key=one.key(rung),
        text=words[rung],
        severity=Severity.WATCH if rung is Rung.WARN else Severity.WARN,
        provision=asked.flow.provision,
        day=last,
        details={"审批编号": asked.number, "环节": one.due.title, "办理单位": one.unit.title, "期限": str(last)},
    )
    return made is not None


def _settle_signed() -> None:
    open_alerts = {}
    for alert in Alert.objects.filter(kind__in=set(KINDS.values()), settlement=None).order_by("pk"):
        due, unit = alert.key.split(":")[2:4]
        open_alerts[alert] = (int(due), int(unit))
    owed = {row[:2] for row in _rows(STILL, {"dues": sorted({due for due, _ in open_alerts.values()})})}
    for alert, place in open_alerts.items():
        if place not in owed:
            settle(alert=alert, text="该环节已经办理，或者申请已经办结、退回。")


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[int, int, dt.datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _superior_id(unit_id: int, on: dt.date) -> int:
    try:
        return agencies.superior(unit_id, on).pk
    except agencies.NoSuperior:
        return unit_id


def _days(key: str, on: dt.date) -> int:
    value = rulebook.parameter_value(key, None, on)
    return int(value.value) if value is not None and value.value is not None else 0
