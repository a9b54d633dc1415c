"""Reads of cases (事项): whose turn it is, lists, the overdue board, the tree across levels, statistics."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jianguan.backbone.cases.actions import PERMISSIONS, acted, side_for
from jianguan.backbone.cases.models import Case, Deadline, Notice, Party, Step
from jianguan.backbone.cases.rules import IN_HAND, LIVE, Rung, Side, State, Term, Verb, kind_of, refusal
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.scope.scope import Scope
from jianguan.kit import clock

PARTS: Mapping[str, str] = {
    "sign": "待签收",
    "work": "待办理",
    "review": "待复核办结",
    "decide": "待决定",
    "assign": "待交办",
    "sent": "我交办的",
    "joined": "协办会签",
    "copied": "抄送我的",
}
"""The parts of 'my cases'; the first five wait for the capacity acted in."""
MARKS: Mapping[str, str] = {
    "overdue": "已超期",
    "on-time": "按期提交",
    "late": "超期提交",
    "returned": "被退回过",
    "supervised": "督办、挂牌",
    "repeat": "屡犯",
}
MOST_OF_A_TREE = 500
LIVE_VALUES = [one.value for one in LIVE]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to; empty fields narrow nothing. Days are those of opening, both included."""

    kind: str = ""
    state: str = ""
    mark: str = ""
    provision: str = ""
    unit: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None


def visible(scope: Scope) -> QuerySet[Case]:
    """Cases that the scope ordered, works on or takes part in, newest first."""
    ids = scope.capacity_ids
    found = Case.objects.filter(
        Q(issuer_id__in=ids)
        | Q(handler_id__in=ids)
        | Exists(Party.objects.filter(case=OuterRef("pk"), capacity__in=ids))
    )
    return found.defer("text", "data").select_related("issuer__agency", "handler__agency").order_by("-pk")


def case(scope: Scope, pk: int) -> Case:
    """One case; raises Case.DoesNotExist out of scope."""
    found = visible(scope).defer(None)
    return found.select_related("issuer__agency", "handler__agency", "subject", "finding", "parent", "repeats").get(
        pk=pk
    )


def _latest() -> QuerySet[Deadline]:
    """Deadlines that none of the same term came after."""
    later = Deadline.objects.filter(case=OuterRef("case"), term=OuterRef("term"), pk__gt=OuterRef("pk"))
    return Deadline.objects.filter(~Exists(later))


def unmet() -> QuerySet[Deadline]:
    """Deadlines that somebody still has to meet: to sign while assigned, to answer, to submit."""
    answered = Exists(Step.objects.filter(case=OuterRef("case"), verb=Verb.ANSWER.value))
    return _latest().exclude(case__state=State.CLOSED.value).filter(
        Q(term=Term.SIGN.value, case__state=State.ASSIGNED.value)
        | (Q(term=Term.ANSWER.value) & ~answered)
        | (Q(term=Term.FINISH.value) & ~Q(case__state__in=[State.SUBMITTED.value, State.REVIEWED.value]))
    )  # fmt: skip


def dated(found: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``due_at`` and ``due_term`` of the next unmet deadline, and ``finish_by``, the end in force."""
    mine = unmet().filter(case=OuterRef("pk")).order_by("due_at")
    finish = _latest().filter(case=OuterRef("pk"), term=Term.FINISH.value)
    return found.annotate(
        due_at=Subquery(mine.values("due_at")[:1]),
        due_term=Subquery(mine.values("term")[:1]),
        finish_by=Subquery(finish.values("due_at")[:1]),
    )


def lapsed() -> Exists:
    """Cases of which an end went by without a submission before it was put off."""
    over = Deadline.objects.filter(case=OuterRef("pk"), term=Term.FINISH.value, replaced_by__set_at__gte=F("due_at"))
    in_time = Step.objects.filter(case=OuterRef("case"), verb=Verb.SUBMIT.value, at__lt=OuterRef("due_at"))
    return Exists(over.filter(~Exists(in_time)))


def _open(asked: Verb, decided: Verb, case: str = "pk") -> Exists:
    """Whether something was asked for that nobody has decided since."""
    answer = Step.objects.filter(case=OuterRef("case"), verb=decided.value, version__gt=OuterRef("version"))
    return Exists(Step.objects.filter(case=OuterRef(case), verb=asked.value).filter(~Exists(answer)))


def asking_time() -> Exists:
    """Cases with a request for more time that is not decided."""
    return _open(Verb.REQUEST_EXTENSION, Verb.DECIDE_EXTENSION)


def objected() -> Exists:
    """Cases with an objection that is not decided."""
    return _open(Verb.OBJECT, Verb.DECIDE_OBJECTION)


def board(scope: Scope, asked: Asked) -> QuerySet[Any]:
    """Cases in scope that fit, newest first, with their next deadline; page them by key."""
    found = dated(visible(scope))
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.state:
        found = found.filter(state__in=[asked.state] if asked.state != "live" else LIVE_VALUES)
    if asked.provision:
        found = found.filter(provision=asked.provision)
    if asked.unit is not None:
        found = found.filter(handler_id=asked.unit)
    if asked.since is not None:
        found = found.filter(opened_at__gte=dt.datetime.combine(asked.since, dt.time(), clock.CHINA))
    if asked.until is not None:
        after = asked.until + dt.timedelta(days=1)
        found = found.filter(opened_at__lt=dt.datetime.combine(after, dt.time(), clock.CHINA))
    return _marked(found, asked.mark)


def _late(now: dt.datetime) -> Q:
    """Past the next unmet deadline, or past the end while whoever ordered it has not reviewed it."""
    waits = Q(state__in=[State.SUBMITTED.value, State.REVIEWED.value], finish_by__lte=now)
    return Q(due_at__lte=now) | waits


def _marked(found: QuerySet[Any], mark: str) -> QuerySet[Any]:
    steps = Step.objects.filter(case=OuterRef("pk"))
    if mark == "overdue":
        return found.filter(_late(clock.now()))
    if mark in {"on-time", "late"}:
        submitted = steps.filter(verb=Verb.SUBMIT.value).order_by("-version")
        found = found.filter(state=State.CLOSED.value).annotate(submitted_at=Subquery(submitted.values("at")[:1]))
        in_time = Q(submitted_at__lt=F("finish_by")) & ~lapsed()
        return found.filter(in_time if mark == "on-time" else Q(submitted_at__isnull=False) & ~in_time)
    if mark == "returned":
        return found.filter(Exists(steps.filter(verb=Verb.RETURN.value)))
    if mark == "supervised":
        return found.filter(supervision__gt=0)
    return found.filter(repeats__isnull=False) if mark == "repeat" else found


def _parts(by: Actor) -> dict[str, Any]:
    own = by.capacity_id
    sides = {
        name: Q(state__in=LIVE_VALUES)
        & Exists(Party.objects.filter(case=OuterRef("pk"), capacity_id=own, side__in=[side.value for side in wanted]))
        for name, wanted in (("joined", (Side.HELPER, Side.SIGNATORY)), ("copied", (Side.COPIED,)))
    }
    return {
        "sign": Q(handler_id=own, state=State.ASSIGNED.value),
        "work": Q(handler_id=own, state__in=[one.value for one in IN_HAND]),
        "review": Q(issuer_id=own, state__in=[State.SUBMITTED.value, State.REVIEWED.value]),
        "decide": (Q(issuer_id=own, state__in=LIVE_VALUES) & asking_time())
        | (Q(issuer_id__in=by.scope.capacity_ids) & objected()),
        "assign": Q(issuer_id=own, state=State.OPENED.value),
        "sent": Q(issuer_id=own, state__in=LIVE_VALUES) & ~Q(handler_id=own),
    } | sides


def mine(by: Actor, part: str = "work") -> QuerySet[Any]:
    """The cases of a part of ``PARTS`` for the capacity acted in, the most urgent first. Raises KeyError."""
    found = dated(visible(by.scope)).filter(_parts(by)[part])
    return found.order_by(F("due_at").asc(nulls_last=True), "finish_by", "pk")


def my_turn(by: Actor) -> QuerySet[Any]:
    """Cases on which the capacity acted in must act next, the most urgent first."""
    own, handled = by.capacity_id, [State.ASSIGNED.value, *(one.value for one in IN_HAND)]
    ordered = [State.OPENED.value, State.SUBMITTED.value, State.REVIEWED.value]
    found = dated(visible(by.scope)).filter(Q(handler_id=own, state__in=handled) | Q(issuer_id=own, state__in=ordered))
    return found.order_by(Coalesce("due_at", "finish_by").asc(nulls_last=True), "pk")


def counts(by: Actor) -> dict[str, int]:
    """How many cases each part of 'my cases' holds."""
    parts = _parts(by)
    found: dict[str, int] = Case.objects.aggregate(**{part: Count("pk", filter=parts[part]) for part in PARTS})
    return found


def turn(case: Case) -> int | None:
    """The capacity that must act next, None when the case is closed."""
    state = State(case.state)
    if state is State.CLOSED:
        return None
    return case.handler_id if state in IN_HAND or state is State.ASSIGNED else case.issuer_id


def possible(by: Actor, case: Case) -> list[Verb]:
    """What the actor can do on a case now, by permission, side, state and what is open on it."""
    steps, kind = list(case.steps.only("person_id", "verb", "version")), kind_of(case.kind, case.flow)
    last = {Verb(one.verb): one.version for one in sorted(steps, key=lambda one: one.version)}
    open_request = last.get(Verb.REQUEST_EXTENSION, 0) > last.get(Verb.DECIDE_EXTENSION, 0)
    open_objection = last.get(Verb.OBJECT, 0) > last.get(Verb.DECIDE_OBJECTION, 0)
    took_part = {Verb.CLOSE, Verb.OPEN, Verb.PASS, Verb.RETURN}
    below = len(by.scope.capacity_ids) > 1
    pointless = {
        Verb.ANSWER: not kind.answer,
        Verb.DECIDE_EXTENSION: not open_request,
        Verb.DECIDE_OBJECTION: not open_objection
        or any(one.person_id == by.person_id and one.verb in took_part for one in steps),
        Verb.LIST: case.supervision > 1,
        Verb.OBJECT: open_objection,
        Verb.REQUEST_EXTENSION: open_request,
        Verb.SPLIT: not below,
        Verb.SUPERVISE: case.supervision > 0,
        Verb.TRANSFER: not below,
    }
    earlier, open_parts = acted(case), case.children.exclude(state=State.CLOSED.value).count()
    return [
        verb
        for verb in kind.moves
        if by.may(PERMISSIONS[verb])
        and not pointless.get(verb)
        and not refusal(
            kind=kind,
            verb=verb,
            state=State(case.state),
            side=side_for(case, by, verb),
            locked=case.locked,
            person_id=by.person_id,
            steps=earlier,
            text="有",
            open_parts=open_parts,
        )
    ]


@dataclass(frozen=True, slots=True)
class Node:
    """A case in its tree: so many levels below the root."""

    case: Any
    depth: int


def tree(scope: Scope, case: Case) -> list[Node]:
    """The case with those above and below it, depth first, as far as the scope sees them; at most 500."""
    root = case
    while root.parent_id is not None and (above := visible(scope).filter(pk=root.parent_id).first()) is not None:
        root = above
    below: dict[int, list[Case]] = {}
    level = [root.pk]
    while level and sum(map(len, below.values())) < MOST_OF_A_TREE:
        children = list(dated(visible(scope)).filter(parent_id__in=level).order_by("pk")[:MOST_OF_A_TREE])
        for child in children:
            below.setdefault(child.parent_id or 0, []).append(child)
        level = [child.pk for child in children]
    found: list[Node] = []

    def descend(one: Case, depth: int) -> None:
        found.append(Node(one, depth))
        for child in below.get(one.pk, []):
            descend(child, depth + 1)

    descend(dated(visible(scope)).get(pk=root.pk), 0)
    return found


def overdue(scope: Scope, *, unit: int | None = None) -> QuerySet[Any]:
    """Open cases past a deadline, the oldest first: not signed, not answered or not submitted by the unit that works
    on it, or past the end while whoever ordered it has not reviewed it. ``rung`` is the last one climbed."""
    rungs = Notice.objects.filter(case=OuterRef("pk")).exclude(rung=Rung.TAKEN_OVER.value).order_by("-pk")
    found = dated(visible(scope)).filter(_late(clock.now())).annotate(rung=Subquery(rungs.values("rung")[:1]))
    if unit is not None:
        found = found.filter(handler_id=unit)
    return found.order_by(Coalesce("due_at", "finish_by"), "pk")


STATISTICS = """
SELECT {group} AS name, count(*) AS opened, count(*) FILTER (WHERE s.state = 'closed') AS closed,
       count(*) FILTER (WHERE s.state = 'closed' AND s.submitted_at < s.finish_by AND NOT s.lapsed) AS on_time,
       count(*) FILTER (WHERE s.state = 'closed' AND (s.submitted_at >= s.finish_by OR s.lapsed)) AS late,
       count(*) FILTER (WHERE s.returned) AS returned,
       count(*) FILTER (WHERE s.due_at <= %(now)s
                        OR s.state IN ('submitted', 'reviewed') AND s.finish_by <= %(now)s) AS overdue
FROM (
    SELECT c.kind, c.handler_id, c.state, c.opened_at,
           (SELECT max(t.at) FROM cases_step t WHERE t.case_id = c.id AND t.verb = 'submit') AS submitted_at,
           EXISTS (SELECT 1 FROM cases_step t WHERE t.case_id = c.id AND t.verb = 'return') AS returned,
           (SELECT d.due_at FROM cases_deadline d WHERE d.case_id = c.id AND d.term = 'finish'
            ORDER BY d.id DESC LIMIT 1) AS finish_by,
           EXISTS (SELECT 1 FROM cases_deadline d JOIN cases_deadline r ON r.replaces_id = d.id
                   WHERE d.case_id = c.id AND d.term = 'finish' AND r.set_at >= d.due_at AND NOT EXISTS (
                     SELECT 1 FROM cases_step t WHERE t.case_id = c.id AND t.verb = 'submit' AND t.at < d.due_at)
                  ) AS lapsed,
           (SELECT min(d.due_at) FROM cases_deadline d WHERE d.case_id = c.id AND c.state <> 'closed'
              AND NOT EXISTS (SELECT 1 FROM cases_deadline l
                              WHERE l.case_id = d.case_id AND l.term = d.term AND l.id > d.id)
              AND CASE d.term WHEN 'sign' THEN c.state = 'assigned'
                  WHEN 'answer' THEN NOT EXISTS (SELECT 1 FROM cases_step t
                                                 WHERE t.case_id = c.id AND t.verb = 'answer')
                  ELSE c.state NOT IN ('submitted', 'reviewed') END) AS due_at
    FROM cases_case c
    WHERE (c.issuer_id = ANY(%(scope)s) OR c.handler_id = ANY(%(scope)s))
      AND c.opened_at >= %(since)s AND c.opened_at < %(until)s
) s GROUP BY 1 ORDER BY {order}
"""
GROUPS: Mapping[str, tuple[str, str]] = {
    "kind": ("s.kind", "2 DESC, 1"),
    "month": ("to_char(s.opened_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')", "1"),
    "unit": ("s.handler_id::text", "7 DESC, 2 DESC, 1"),
}


def statistics(scope: Scope, since: dt.date, until: dt.date, group: str) -> list[dict[str, Any]]:
    """Counts of the cases opened from ``since`` to ``until`` by kind, month of opening or unit that works on them.

    In time is a closed case whose last submission came before the end in force, no earlier end having lapsed. Raises
    KeyError for another group.
    """
    term, order = GROUPS[group]
    after = until + dt.timedelta(days=1)
    given: dict[str, Any] = {
        "scope": sorted(scope.capacity_ids),
        "since": dt.datetime.combine(since, dt.time(), clock.CHINA),
        "until": dt.datetime.combine(after, dt.time(), clock.CHINA),
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(STATISTICS.format(group=term, order=order), given)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
