"""The ladder of a deadline (催办阶梯): remind, red, chase, superior, bulletin. Each rung once, none left out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.cases.deadlines import last_day_of
from jianguan.backbone.cases.models import Case, Notice
from jianguan.backbone.cases.rules import Rung, State, Term, Verb
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules import queries as rulebook
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.engines.calendar.deadlines import start_of
from jianguan.engines.calendar.periods import ONE_DAY
from jianguan.engines.calendar.workdays import Calendar

OFFSETS = {Rung.CHASE: "ladder.chase", Rung.SUPERIOR: "ladder.superior", Rung.BULLETIN: "ladder.bulletin"}
"""Rungs after the deadline: working days overdue, each an adopted parameter."""
AHEAD = "ladder.warn"

OPEN = """
SELECT d.id, d.case_id, d.term, d.due_at, d.set_at, c.number, c.title, c.state, c.handler_id, c.issuer_id,
       (SELECT o.superior_id FROM agencies_oversight o
        WHERE o.capacity_id = c.issuer_id AND o.valid @> %(today)s::date) AS above,
       ARRAY(SELECT n.rung FROM cases_notice n WHERE n.deadline_id = d.id) AS climbed
FROM cases_deadline d JOIN cases_case c ON c.id = d.case_id
WHERE d.due_at <= %(until)s AND (d.due_at, d.id) > (%(after)s, %(after_id)s) AND c.state <> 'closed'
  AND NOT EXISTS (SELECT 1 FROM cases_deadline r WHERE r.replaces_id = d.id)
  AND CASE d.term
      WHEN 'sign' THEN c.state = 'assigned'
      WHEN 'answer' THEN NOT EXISTS (SELECT 1 FROM cases_step s WHERE s.case_id = c.id AND s.verb = 'answer')
      ELSE c.state NOT IN ('submitted', 'reviewed') END
  AND NOT EXISTS (SELECT 1 FROM cases_notice n WHERE n.deadline_id = d.id AND n.rung = 'bulletin')
ORDER BY d.due_at, d.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Open:
    """A deadline that is not met, as the ladder sees it."""

    deadline_id: int
    case_id: int
    term: Term
    due_at: dt.datetime
    set_at: dt.datetime
    number: str
    title: str
    state: State
    handler_id: int
    issuer_id: int
    above_id: int | None
    climbed: frozenset[Rung]

    def told(self, rung: Rung, heirs: Mapping[int, int]) -> int:
        """Who is told on a rung: the handler, from 报上级 on whoever is above him; the top of the tree tells itself.

        While a case waits to be given out, whoever must do that is told first. For a unit that was dissolved its heir
        is told, before anybody else the unit that ordered.
        """
        first = self.issuer_id if self.state is State.OPENED else self.handler_id
        if rung in {Rung.WARN, Rung.RED, Rung.CHASE} and first not in heirs:
            return first
        if self.issuer_id in heirs:
            return heirs[self.issuer_id]
        if self.issuer_id != self.handler_id:
            return self.issuer_id
        return self.above_id or self.issuer_id


def due_rungs(due_at: dt.datetime, now: dt.datetime, offsets: Mapping[Rung, int], calendar: Calendar) -> list[Rung]:
    """The rungs a deadline has reached at a moment, lowest first.

    ``offsets`` are working days: before the deadline for the reminder, after it for the later rungs. A rung is reached
    at the beginning of the day after so many working days.
    """
    reached = []
    last_day = (due_at.astimezone(now.tzinfo) - dt.timedelta(microseconds=1)).date()
    ahead = start_of(calendar.add_working_days(now.date(), offsets[Rung.WARN]) + ONE_DAY)
    if due_at <= ahead:
        reached.append(Rung.WARN)
    if now >= due_at:
        reached.append(Rung.RED)
        reached += [
            rung for rung in OFFSETS if now >= start_of(calendar.add_working_days(last_day, offsets[rung]) + ONE_DAY)
        ]
    return reached


def climb(now: dt.datetime, *, limit: int = 2000) -> int:
    """Write the notices that deadlines have reached by ``now``, as the system; returns how many were new.

    Safe to run again and beside itself: a notice is unique by deadline and rung, each page of deadlines is one
    transaction (called outside of one), and a rung missed while the machine stood still is made up for. A reminder is
    left out once the deadline has passed. One that was over when it was set is climbed from that moment on.
    """
    calendar = rulebook.working_calendar()
    offsets = {rung: _days(key, now.date()) for rung, key in OFFSETS.items()} | {Rung.WARN: _days(AHEAD, now.date())}
    until = start_of(calendar.add_working_days(now.date(), offsets[Rung.WARN]) + ONE_DAY)
    heirs = agencies.heirs(now.date())
    made, after = 0, (dt.datetime.min.replace(tzinfo=dt.UTC), 0)
    everything = scopes.everything()
    while True:
        with scopes.within(everything):
            one_at_a_time("cases ladder")  # a run that dies lets go
            page = _open(now, until, after, limit)
            wanted = [
                (one, rung)
                for one in page
                for rung in due_rungs(max(one.due_at, one.set_at), now, offsets, calendar)
                if rung not in one.climbed and not (rung is Rung.WARN and now >= one.due_at)
            ]
            made += _write(wanted, now, heirs)
        if len(page) < limit:
            return made
        after = (page[-1].due_at, page[-1].deadline_id)


def _open(now: dt.datetime, until: dt.datetime, after: tuple[dt.datetime, int], limit: int) -> list[Open]:
    with connection.cursor() as cursor:
        cursor.execute(
            OPEN, {"today": now.date(), "until": until, "after": after[0], "after_id": after[1], "limit": limit}
        )
        return [
            Open(
                deadline_id=row[0],
                case_id=row[1],
                term=Term(row[2]),
                due_at=row[3],
                set_at=row[4],
                number=row[5],
                title=row[6],
                state=State(row[7]),
                handler_id=row[8],
                issuer_id=row[9],
                above_id=row[10],
                climbed=frozenset(Rung(one) for one in row[11]),
            )
            for row in cursor.fetchall()
        ]


def _write(wanted: Sequence[tuple[Open, Rung]], now: dt.datetime, heirs: Mapping[int, int]) -> int:
    rows = [
        Notice(
            case_id=one.case_id,
            deadline_id=one.deadline_id,
            rung=rung.value,
            capacity_id=one.told(rung, heirs),
            text=sentence(one, rung, now),
            at=now,
        )
        for one, rung in wanted
    ]
    Notice.objects.bulk_create(rows)
    if rows:
        audit.record(
            kind=EventKind.CASE_NOTICED,
            by=None,
            object_type="case",
            details={"notices": len(rows), "deadlines": sorted({one.deadline_id for one, _ in wanted})[:50]},
        )
    return len(rows)


def tell_taker(*, by: Actor, case: Case, at: dt.datetime) -> int:
    """Tell the unit that takes a case over which unmet deadlines have passed or were reminded of; returns how many.

    What others were told of before is not told to it by the ladder again.
    """
    submitted = case.state in {State.SUBMITTED, State.REVIEWED}
    answered = case.steps.filter(verb=Verb.ANSWER.value).exists()
    met = {Term.SIGN} | ({Term.FINISH} if submitted else set()) | ({Term.ANSWER} if answered else set())
    open_ones = case.deadlines.filter(replaced_by=None).exclude(term__in=[one.value for one in met])
    rows = []
    for one in open_ones.order_by("pk"):
        over = one.due_at <= at
        if not over and not one.notices.exists():
            continue
        word, last = Term(one.term).word, last_day_of(one.due_at)
        what = f"{last} 在接办前已过，请立即办理" if over else f"{last} 将到，请按期办理"
        text = f"{case.number} 接办：“{case.title}”{word}期限 {what}"[:300]
        rows.append(
            Notice(case=case, deadline=one, rung=Rung.TAKEN_OVER.value, capacity_id=case.handler_id, text=text, at=at)
        )
    Notice.objects.bulk_create(rows)
    if rows:
        audit.record(
            kind=EventKind.CASE_NOTICED,
            by=by,
            object_type="case",
            object_id=case.pk,
            details={"notices": len(rows), "deadlines": [one.deadline_id for one in rows]},
        )
    return len(rows)


def sentence(one: Open, rung: Rung, now: dt.datetime) -> str:
    """What a notice says."""
    last = (one.due_at.astimezone(now.tzinfo) - dt.timedelta(microseconds=1)).strftime("%Y-%m-%d")
    words = {
        Rung.WARN: f"“{one.title}”{one.term.word}期限 {last}，请按期办理",
        Rung.RED: f"“{one.title}”{one.term.word}期限 {last} 已过，请立即办理并说明原因",
        Rung.CHASE: f"催办：“{one.title}”{one.term.word}期限 {last} 已过，仍未办理",
        Rung.SUPERIOR: f"下级单位承办的“{one.title}”{one.term.word}期限 {last} 已过，请督促办理",
        Rung.BULLETIN: f"“{one.title}”{one.term.word}期限 {last} 已过，列入通报",
    }
    return f"{one.number} {words[rung]}"[:300]


def _days(key: str, on: dt.date) -> int:
    value = rulebook.parameter_value(key, None, on)
    return int(value.value) if value is not None and value.value is not None else 0
