"""Reads of complaints: the desk's list, one complaint, what its complainant may see, likely duplicates, figures."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases.deadlines import standing
from jianguan.backbone.cases.models import Deadline, Step
from jianguan.backbone.cases.rules import State, Term, Verb
from jianguan.backbone.complaints import rules
from jianguan.backbone.complaints.actions import root_of
from jianguan.backbone.complaints.handling import case_of, merging_refused
from jianguan.backbone.complaints.models import (
    Acceptance,
    Complaint,
    DisputeDecision,
    Entry,
    IdentityRequest,
    Photo,
)
from jianguan.backbone.complaints.rules import EntryKind, Satisfaction, Stage, Told
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.scope.scope import Scope
from jianguan.kit import clock

COMPARED = 300
"""Newest complaints of the same receiver that a new one is compared with."""
PUBLISHED = {
    False: ("内容不公开", "您同意公开，受理单位看过后决定不公开内容；公开数据里只有状态和日期。"),
    True: ("内容已公开", "您同意公开的内容、地点和照片，受理单位看过后已公开；姓名和联系方式从不公开。"),
}
"""What a complainant who opened his words is told of their publication, by whether they were released."""
AT_WORK = (State.RECEIVED.value, State.WORKING.value)


UNREAD = Entry.objects.filter(kind=EntryKind.ADDITION.value, reading=None)
"""What complainants added (补充情况) and the receiving unit has not read."""


def staged(found: QuerySet[Complaint] | None = None) -> QuerySet[Any]:
    """Complaints with ``stage``, ``root_id``, ``finish_by``: where each stands, in the complainant's words.

    ``again``: the last answer no longer stands, by the superior's decision or because the case was reopened.
    """
    base: QuerySet[Any] = Complaint.objects.all() if found is None else found
    latest = Acceptance.objects.filter(complaint_id=OuterRef("root_id")).order_by("-pk")
    answers = Entry.objects.filter(complaint_id=OuterRef("root_id"), kind=EntryKind.ANSWER.value).order_by("-pk")
    again = DisputeDecision.objects.filter(
        Q(rating__about_id=OuterRef("answer_id")) | Q(at__gt=OuterRef("answered_at")),
        rating__about__complaint_id=OuterRef("root_id"),
        again=True,
    )
    disputes = Entry.objects.filter(
        complaint_id=OuterRef("pk"),
        satisfaction=Satisfaction.DISSATISFIED.value,
        decision=None,
    )
    finish = Deadline.objects.filter(case_id=OuterRef("case_id"), term=Term.FINISH.value, replaced_by=None)
    return base.annotate(
        root_id=Coalesce("merger__into_id", "pk", output_field=IntegerField()),
        taken=Subquery(latest.values("accepted")[:1], output_field=BooleanField()),
        case_id=Subquery(latest.values("case_id")[:1], output_field=IntegerField()),
        case_state=Subquery(latest.values("case__state")[:1]),
        answer_id=Subquery(answers.values("pk")[:1]),
        answered_at=Subquery(answers.values("at")[:1]),
        disputed=Exists(disputes),
        again=ExpressionWrapper(
            Exists(again) | (Q(answer_id__isnull=False, taken=True) & ~Q(case_state=State.CLOSED.value)),
            output_field=BooleanField(),
        ),
        finish_by=Subquery(finish.order_by("-set_at", "-pk").values("due_at")[:1]),
    ).annotate(
        stage=Case(
            When(disputed=True, then=Value(Stage.DISPUTED.value)),
            When(taken=False, again=False, then=Value(Stage.DECLINED.value)),
            When(answer_id__isnull=False, again=False, then=Value(Stage.ANSWERED.value)),
            When(taken=None, then=Value(Stage.RECEIVED.value)),
            When(taken=False, then=Value(Stage.RECEIVED.value)),
            When(case_state=State.ASSIGNED.value, then=Value(Stage.ASSIGNED.value)),
            When(case_state__in=AT_WORK, then=Value(Stage.WORKING.value)),
            When(case_state=State.OPENED.value, then=Value(Stage.ASSIGNED.value)),
            default=Value(Stage.REVIEWING.value),
        )
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the desk's list is narrowed to; empty fields narrow nothing."""

    stage: str = ""
    channel: str = ""
    matter: str = ""
    words: str = ""
    late: bool = False
    added: bool = False


def board(scope: Scope, asked: Asked) -> QuerySet[Any]:
    """Complaints that the scope received or works on, newest first; page them by key.

    ``added``: its complainant, or one merged into it, added something that the receiving unit has not read.
    """
    found = staged().filter(Q(receiver_id__in=scope.capacity_ids) | Q(pk__in=_at_work(scope)))
    own, joined = (Exists(UNREAD.filter(**{of: OuterRef("pk")})) for of in ("complaint", "complaint__merger__into"))
    found = found.annotate(added=ExpressionWrapper(own | joined, output_field=BooleanField()))
    if asked.added:
        found = found.filter(added=True)
    if asked.channel:
        found = found.filter(channel=asked.channel)
    if asked.matter:
        found = found.filter(matter=asked.matter)
    if asked.words:
        words = Q(text__icontains=asked.words) | Q(place__icontains=asked.words)
        here = Q(receiver_id__in=scope.capacity_ids)  # who only works on it reads what was handed on
        found = found.filter(Q(number__icontains=asked.words) | here & words)
    if asked.stage:
        found = found.filter(stage=asked.stage)
    if asked.late:
        now = clock.now()
        found = found.filter(Q(stage=Stage.RECEIVED, accept_by__lte=now) | Q(finish_by__lte=now)).exclude(
            stage__in=[Stage.ANSWERED, Stage.DECLINED]
        )
    return found.select_related("receiver__agency", "unit__agency").order_by("-pk")


def _at_work(scope: Scope) -> QuerySet[Acceptance, Any]:
    """Complaints whose case the scope handles."""
    return Acceptance.objects.filter(case__handler_id__in=scope.capacity_ids).values("complaint_id")


def complaint(scope: Scope, number: str) -> Any:
    """One complaint that the scope sees, with its stage. Raises Complaint.DoesNotExist."""
    del scope  # row security decides; the case's parties see it too
    return staged().select_related("receiver__agency", "unit__agency", "merger__into", "identity").get(number=number)


def waiting(scope: Scope, capacity_id: int) -> Mapping[str, int]:
    """How many wait for a capacity: to be taken up, answered, decided as the superior; additions to be read."""
    kept = _with_left({capacity_id}) & scope.capacity_ids
    own = staged(Complaint.objects.filter(receiver_id__in=kept))
    below = list(Complaint.objects.filter(pk__in=disputed_below(scope, capacity_id)).values_list("pk", flat=True)[:100])
    return {
        "received": own.filter(stage=Stage.RECEIVED, merger=None).count(),
        "answer": own.filter(stage=Stage.REVIEWING, case_state__in=[State.REVIEWED, State.CLOSED], merger=None).count(),
        "disputed": len(below),
        "added": UNREAD.filter(complaint__receiver_id__in=kept).count(),
    }


def disputed_below(scope: Scope, capacity_id: int) -> QuerySet[Entry, Any]:
    """Complaints, by id, with a 'dissatisfied' that this capacity decides on: those of its direct subordinates."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT capacity_id FROM agencies_oversight WHERE superior_id = %(own)s AND valid @> %(on)s::date"
            " UNION SELECT %(own)s WHERE NOT EXISTS (SELECT 1 FROM agencies_oversight"
            " WHERE capacity_id = %(own)s AND valid @> %(on)s::date)",
            {"own": capacity_id, "on": clock.today()},
        )
        receivers = [row[0] for row in cursor.fetchall()]
    return (
        Entry.objects.filter(
            complaint__receiver_id__in=scope.capacity_ids & _with_left(receivers),
            kind=EntryKind.RATING.value,
            satisfaction=Satisfaction.DISSATISFIED.value,
            decision=None,
        )
        .order_by("pk")
        .values("complaint_id")
    )


def _with_left(capacities: Collection[int]) -> frozenset[int]:
    """The capacities, with those that were dissolved and left their complaints to them."""
    left = agencies.heirs(clock.today())
    return frozenset(capacities) | {gone for gone, heir in left.items() if heir in capacities}


def unread(one: Complaint) -> list[Entry]:
    """Additions to a complaint and to those merged into it that the receiving unit has not read, oldest first."""
    found = UNREAD.filter(complaint_id__in=[one.pk, *one.merged.values_list("complaint_id", flat=True)])
    return list(found.select_related("complaint").prefetch_related("photos").order_by("pk"))


def disputes(one: Complaint) -> list[Entry]:
    """The 'dissatisfied' ratings of a complaint, with their decisions, oldest first."""
    return list(
        one.entries.filter(satisfaction=Satisfaction.DISSATISFIED.value).select_related("decision").order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class Similar:
    """A complaint that may be about the same, 0 to 100 alike; ``refused``: why it cannot be merged into."""

    complaint: Complaint
    percent: int
    refused: str = ""


def similar(scope: Scope, one: Complaint, *, limit: int = 5) -> list[Similar]:
    """Complaints of the same receiver that may be about the same, most alike first; merged ones stand by their root."""
    candidates = (
        Complaint.objects.filter(receiver_id__in=scope.capacity_ids & {one.receiver_id}, merger=None)
        .exclude(pk=one.pk)
        .select_related("unit__agency")
        .order_by("-pk")[:COMPARED]
    )
    told = _told(one)
    found = [Similar(other, round(100 * rules.likeness(told, _told(other)))) for other in candidates]
    found = [other for other in found if other.percent >= 100 * rules.SUGGESTED]
    best = sorted(found, key=lambda other: -other.percent)[:limit]
    return [replace(other, refused=merging_refused(one, other.complaint)) for other in best]


def _told(one: Complaint) -> Told:
    return Told(one.text, one.place, one.matter, one.unit_id, one.received_at.timestamp() / rules.HOUR)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in the complainant's story."""

    at: dt.datetime
    title: str
    text: str
    mine: bool = False
    reported: bool = False  # the report or an addition: words that a unit at work reads as they were handed on
    photos: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Story:
    """All that a complainant may see: his own words, states, answers and deadlines; nothing from inside."""

    complaint: Complaint
    stage: Stage
    lines: list[Line]
    accept_by: dt.datetime | None
    answer_by: dt.datetime | None
    finish_by: dt.datetime | None
    to_rate: Entry | None


def story(pk: int) -> Story:
    """What the complainant sees, whatever was merged. For the portal, which has no scope of its own."""
    with scopes.within(scopes.everything()):
        one = staged().select_related("receiver__agency", "unit__agency", "merger__into").get(pk=pk)
        root, case = root_of(one), case_of(one)
        stage = Stage(one.stage)
        lines = [Line(one.received_at, "您的投诉", one.text, True, True, _photos(one, None))]
        lines += _lines_of_acceptance(root, one)
        if case is not None:
            answers = Step.objects.filter(case=case, verb=Verb.ANSWER.value).order_by("pk")
            lines += [Line(step.at, "首次答复", step.text) for step in answers]
        answers_to_all = root.entries.filter(kind=EntryKind.ANSWER.value)
        declined = stage is Stage.DECLINED
        lines += [Line(entry.at, "不予受理" if declined else "答复", entry.text) for entry in answers_to_all]
        for entry in one.entries.exclude(kind=EntryKind.ANSWER.value).select_related("decision"):
            lines += _lines_of(one, entry)
        last = answers_to_all.order_by("-pk").first()
        rated = last is not None and one.entries.filter(about=last).exists()
        over = one.again or stage not in {Stage.ANSWERED, Stage.DECLINED}
        first = None if case is None else _open_answer(case.pk)
        return Story(
            complaint=one,
            stage=stage,
            lines=sorted(lines, key=lambda line: line.at),
            accept_by=one.accept_by if stage is Stage.RECEIVED else None,
            answer_by=first,
            finish_by=one.finish_by if stage in {Stage.ASSIGNED, Stage.WORKING, Stage.REVIEWING} else None,
            to_rate=None if rated or over else last,
        )


def _lines_of_acceptance(root: Complaint, one: Complaint) -> list[Line]:
    taken = Acceptance.objects.filter(complaint=root, accepted=True).order_by("pk")
    lines = [Line(max(made.at, one.received_at), "已受理", made.text) for made in taken]
    if one.public and one.pk == root.pk:
        lines += [Line(made.at, *PUBLISHED[made.released]) for made in taken]
    return lines


def _lines_of(one: Complaint, entry: Entry) -> list[Line]:
    if entry.kind == EntryKind.ADDITION.value:
        return [Line(entry.at, "您的补充", entry.text, True, True, _photos(one, entry))]
    word = Satisfaction(entry.satisfaction).word
    lines = [Line(entry.at, f"您的评价：{word}", entry.text, True)]
    decision = getattr(entry, "decision", None)
    if decision is not None:
        title = "上级复核：重新办理" if decision.again else "上级复核：维持原答复"
        lines.append(Line(decision.at, title, decision.text))
    return lines


def _photos(one: Complaint, entry: Entry | None) -> list[int]:
    return list(one.photos.filter(entry=entry).order_by("pk").values_list("pk", flat=True))


def _open_answer(case_id: int) -> dt.datetime | None:
    """The deadline of the first answer while it is not given."""
    due = Deadline.objects.filter(case_id=case_id, term=Term.ANSWER.value).select_related("case").first()
    given = Step.objects.filter(case_id=case_id, verb=Verb.ANSWER.value).exists()
    return None if due is None or given else due.due_at


def photo(pk: int, complaint_id: int) -> Photo | None:
    """A photo of the complaint that the complainant follows."""
    with scopes.within(scopes.everything()):
        return Photo.objects.select_related("stored").filter(pk=pk, complaint_id=complaint_id).first()


def clocks(one: Complaint) -> dict[str, dt.datetime | None]:
    """The deadlines of a complaint as the desk shows them: taking up, first answer, finish."""
    case = case_of(one)
    finish = standing(case, Term.FINISH) if case else None
    return {
        "accept_by": one.accept_by,
        "answer_by": _open_answer(case.pk) if case else None,
        "finish_by": finish.due_at if finish else None,
    }


def identity_requests(scope: Scope, *, open_only: bool) -> QuerySet[IdentityRequest]:
    """Requests to see an identity in scope, newest first."""
    found = IdentityRequest.objects.filter(complaint__receiver_id__in=scope.capacity_ids)
    if open_only:
        found = found.filter(decision=None)
    return found.select_related(
        "complaint", "capacity__agency", "by__person", "by__post", "decision__by__person"
    ).order_by("-pk")


FIGURES = """
SELECT {group} AS name, count(*) AS received,
       count(*) FILTER (WHERE s.taken IS NOT NULL OR s.merged) AS taken,
       count(*) FILTER (WHERE s.taken_at < s.accept_by) AS taken_in_time,
       count(*) FILTER (WHERE s.answered_at IS NOT NULL) AS answered,
       count(*) FILTER (WHERE s.answered_at < s.due_at) AS answered_in_time,
       count(*) FILTER (WHERE s.due_at <= %(now)s AND (s.answered_at IS NULL OR s.answered_at >= s.due_at)) AS late,
       count(*) FILTER (WHERE s.rating IN ('satisfied', 'fair')) AS content,
       count(*) FILTER (WHERE s.rating = 'dissatisfied') AS discontent
FROM (
    SELECT c.channel, c.matter, c.receiver_id, c.received_at, c.accept_by, m.id IS NOT NULL AS merged,
           a.accepted AS taken, coalesce(a.first_at, m.at) AS taken_at, e.at AS answered_at, d.due_at,
           (SELECT r.satisfaction FROM complaints_entry r WHERE r.complaint_id = c.id AND r.kind = 'rating'
            ORDER BY r.id DESC LIMIT 1) AS rating,
           coalesce((SELECT t.data ->> 'outcome' FROM cases_step t WHERE t.case_id = a.case_id AND t.verb = 'submit'
            ORDER BY t.version DESC LIMIT 1), CASE WHEN a.accepted = false THEN 'declined' ELSE 'open' END) AS outcome
    FROM complaints_complaint c
    LEFT JOIN complaints_merger m ON m.complaint_id = c.id
    LEFT JOIN LATERAL (SELECT x.accepted, x.case_id, min(x.at) OVER () AS first_at FROM complaints_acceptance x
                       WHERE x.complaint_id = coalesce(m.into_id, c.id) ORDER BY x.id DESC LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT min(x.at) AS at FROM complaints_entry x
                       WHERE x.complaint_id = coalesce(m.into_id, c.id) AND x.kind = 'answer') e ON true
    LEFT JOIN LATERAL (SELECT x.due_at FROM cases_deadline x WHERE x.case_id = a.case_id AND x.term = 'finish'
                       ORDER BY x.set_at DESC, x.id DESC LIMIT 1) d ON true
    WHERE c.receiver_id = ANY(%(scope)s) AND c.received_at >= %(since)s AND c.received_at < %(until)s
) s GROUP BY 1 ORDER BY 2 DESC, 1
"""
GROUPS = {"channel": "s.channel", "matter": "s.matter", "outcome": "s.outcome", "receiver": "s.receiver_id::text"}


def figures(scope: Scope, since: dt.datetime, until: dt.datetime, group: str) -> list[dict[str, Any]]:
    """Counts of complaints received in a span by channel, matter, outcome or receiver: timeliness and satisfaction.

    Raises KeyError for another ``group``.
    """
    given: dict[str, Any] = {"scope": sorted(scope.capacity_ids), "since": since, "until": until, "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(FIGURES.format(group=GROUPS[group]), given)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
