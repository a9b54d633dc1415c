"""The complaint desk (投诉办理): the list, one complaint, figures. What is done there stands in ``acts``."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.cases.rules import TRUE_OR_NOT, State
from jianguan.backbone.complaints import handling, identity, queries, rules
from jianguan.backbone.complaints.actions import root_of
from jianguan.backbone.complaints.models import Complaint, IdentityRequest, Photo
from jianguan.backbone.complaints.queries import Asked, Line
from jianguan.backbone.complaints.rules import EXPLAINED, MATTERS, Channel, Stage
from jianguan.backbone.people.permissions import Permission
from jianguan.kit import clock
from jianguan.web.asked import day_of, number_of
from jianguan.web.objects import inline
from jianguan.web.page import StaffRequest, page
from jianguan.web.people.forms import seats
from jianguan.web.rules.tabs import columns
from jianguan.web.spreadsheet import csv_response

PAGE = 50
TONES = {
    Stage.ANSWERED: "neutral",
    Stage.ASSIGNED: "info",
    Stage.DECLINED: "neutral",
    Stage.DISPUTED: "bad",
    Stage.RECEIVED: "warn",
    Stage.REVIEWING: "info",
    Stage.WORKING: "info",
}
GROUPS = {"channel": "渠道", "matter": "事由", "outcome": "核查结论", "receiver": "受理单位"}
OUTCOMES = TRUE_OR_NOT | {"declined": "不予受理", "open": "尚无结论"}
DAYS = 90
HANDED_ON = "由受理单位转述，见事项"
"""What a unit at work reads in place of the complainant's words, in which he may have named himself."""
HEAD = ("收到", "已决定", "按期决定", "已答复", "按期答复", "超期", "满意和基本满意", "不满意")


def options(pairs: Any, chosen: str) -> list[dict[str, Any]]:
    """Choices of a filter."""
    return [{"value": value, "label": label, "selected": value == chosen} for value, label in pairs]


def last_day(due: dt.datetime | None) -> dt.date | None:
    """The last day in time; the deadline itself is the first instant too late."""
    return (due - dt.timedelta(microseconds=1)).astimezone(clock.CHINA).date() if due else None


def _wanted(request: HttpRequest) -> Asked:
    asked = request.GET
    return Asked(
        stage=asked.get("stage", "")[:12],
        channel=asked.get("channel", "")[:12],
        matter=asked.get("matter", "")[:12],
        words=asked.get("q", "").strip()[:60],
        late=asked.get("late") == "1",
        added=asked.get("added") == "1",
    )


def _row(one: Any, now: dt.datetime, *, here: bool) -> dict[str, Any]:
    stage = Stage(one.stage)
    over = stage in {Stage.ANSWERED, Stage.DECLINED}
    due = one.accept_by if stage is Stage.RECEIVED else one.finish_by
    return {
        "one": one,
        "stage": stage.word,
        "tone": TONES[stage],
        "matter": MATTERS[one.matter].word,
        "text": one.text if here else HANDED_ON,
        "last_day": None if over else last_day(due),
        "late": not over and due is not None and due <= now,
        "added": one.added,
        "to_answer": stage is Stage.REVIEWING and one.case_state == State.REVIEWED,
        "unanswered": stage is Stage.REVIEWING and one.case_state == State.CLOSED,
    }


@require_safe
@page(Permission.COMPLAINT_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """Complaints in scope, newest first, by key pages; above them what waits for this post."""
    wanted, now = _wanted(request), clock.now()
    found = queries.board(request.actor.scope, wanted)
    if (last := number_of(request.GET.get("before"))) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    asked = request.GET.copy()
    if more:
        asked["before"] = str(rows[-1].pk)
    return render(
        request,
        "complaints/list.html",
        {
            "rows": [_row(one, now, here=one.receiver_id in request.actor.scope) for one in rows],
            "columns": columns("编号", "事由", "内容", "涉及单位", "受理单位", "渠道", "期限", "状态"),
            "waiting": queries.waiting(request.actor.scope, request.actor.capacity_id),
            "stages": options(Stage.choices(), wanted.stage),
            "channels": options(Channel.choices(), wanted.channel),
            "matters": options(((key, one.word) for key, one in MATTERS.items()), wanted.matter),
            "late": wanted.late,
            "added": wanted.added,
            "words": wanted.words,
            "narrowed": wanted != Asked(),
            "as_of": now,
            "may_enter": request.actor.may(Permission.COMPLAINT_HANDLE),
            "next_url": f"?{asked.urlencode()}" if more else "",
            "breadcrumbs": [{"label": "投诉举报"}],
        },
    )


def found(request: StaffRequest, number: str) -> Any:
    """A complaint that this post may see; Http404 otherwise."""
    try:
        return queries.complaint(request.actor.scope, number)
    except Complaint.DoesNotExist:
        raise Http404("没有这件投诉") from None


@require_safe
@page(Permission.COMPLAINT_READ)
def show(request: StaffRequest, number: str) -> HttpResponse:
    """One complaint: what was said, where it stands, what this post may do."""
    return shown(request, found(request, number))


def shown(request: StaffRequest, one: Any, *, problem: str = "", status: int = 200, **more: Any) -> HttpResponse:
    """The page of one complaint, with what was refused."""
    by, now = request.actor, clock.now()
    case, root = handling.case_of(one), root_of(one)
    handles = by.may(Permission.COMPLAINT_HANDLE)
    own = handles and by.capacity_id == handling.receiving_id(one)
    stage = Stage(one.stage)
    merged = one.pk != root.pk
    undecided = stage is Stage.RECEIVED and not merged
    similar = queries.similar(by.scope, one) if own and undecided else []
    disputes = queries.disputes(one)
    open_dispute = next((entry for entry in disputes if not hasattr(entry, "decision")), None)
    clocks = [
        {"title": title, "last_day": last_day(due), "over": due <= now}
        for title, due in zip(("受理决定", "首次答复", "办结答复"), queries.clocks(one).values(), strict=True)
        if due is not None and (title != "受理决定" or undecided)
    ]
    return render(
        request,
        "complaints/show.html",
        {
            "one": one,
            "released": one.public and root.acceptances.filter(released=True).exists(),
            "here": one.receiver_id in by.scope,
            "handed_on": HANDED_ON,
            "root": root,
            "merged": merged,
            "case": case,
            "stage": stage.word,
            "tone": TONES[stage],
            "explained": EXPLAINED[stage],
            "matter": MATTERS[one.matter].word,
            "channel": Channel(one.channel).word,
            "clause": rules.provision(one.receiver.level, one.matter),
            "clocks": [] if stage in {Stage.ANSWERED, Stage.DECLINED, Stage.DISPUTED} else clocks,
            "story": _story(request, one),
            "photos": list(one.photos.order_by("pk")),
            "joined": list(handling.joined(one)),
            "unread": queries.unread(one) if own else [],
            "hands_on": case is not None and case.state != State.CLOSED,
            "similar": similar,
            "mergeable": [other for other in similar if not other.refused],
            "may_decide": own and undecided,
            "may_answer_first": case is not None
            and handles
            and case.handler_id == by.capacity_id
            and stage in {Stage.ASSIGNED, Stage.WORKING},
            "may_answer": handles and by.capacity_id == handling.keeper_id(one) and not merged
            and case is not None and case.state in {State.REVIEWED, State.CLOSED} and stage is Stage.REVIEWING,
            "dispute": open_dispute,
            "may_dispute": open_dispute is not None
            and by.may(Permission.DECISION_ADOPT)
            and by.capacity_id == handling.superior_id(root),
            "handlers": seats(_may_handle(by.scope.capacity_ids, one)) if own and undecided else [],
            "handler": one.unit_id,
            "told": request.POST.get("told") or handling.handed_on(one),
            **_identity(request, one),
            "problem": problem,
            "breadcrumbs": [{"label": "投诉举报", "url": reverse("complaints")}, {"label": one.number}],
            **more,
        },
        status=status,
    )  # fmt: skip


def _story(request: StaffRequest, one: Complaint) -> list[Line]:
    """The complainant's story; to whom only works on the case, what he reported and added as it was handed on."""
    lines, here = queries.story(one.pk).lines, one.receiver_id in request.actor.scope
    return [line if here or not line.reported else replace(line, text=HANDED_ON) for line in lines]


def _may_handle(capacity_ids: Iterable[int], one: Complaint) -> QuerySet[Capacity, int]:
    """Who may be given a complaint; what is said of a unit's conduct is given neither to it nor to one below it."""
    refused = handling.read_by_accused(one) if rules.of_conduct(one.matter) else frozenset()
    return Capacity.objects.filter(pk__in=set(capacity_ids) - refused).values_list("pk", flat=True)


def _identity(request: StaffRequest, one: Any) -> dict[str, Any]:
    """What is known of who complained without opening it, and this person's own requests."""
    asked = IdentityRequest.objects.filter(complaint=one).select_related("decision", "by__person", "capacity__agency")
    now = clock.now()
    own = [entry for entry in asked.order_by("-pk") if entry.by_id == request.actor.appointment_id]
    decided = [entry for entry in own if hasattr(entry, "decision")]
    open_now = [entry for entry in decided if entry.decision.until is not None and entry.decision.until > now]
    sealed = getattr(one, "identity", None)
    return {
        "sealed": sealed,
        "may_ask": request.actor.may(Permission.COMPLAINT_HANDLE)
        and not identity.is_complained_of(one, request.actor.capacity_id)
        and len(decided) == len(own)
        and not open_now,
        "waiting_request": next((entry for entry in own if not hasattr(entry, "decision")), None),
        "granted": next(iter(open_now), None),
        "refused": next((entry for entry in decided[:1] if not entry.decision.granted), None),
    }


@require_safe
@page(Permission.COMPLAINT_READ)
def photo(request: StaffRequest, name: str) -> HttpResponse:
    """A photo to a complaint in scope."""
    one = Photo.objects.select_related("stored").filter(name=name).first()
    if one is None:
        raise Http404("没有这张照片")
    return inline(one.stored)


def _figures(request: HttpRequest, actor: Any) -> tuple[str, dt.date, dt.date, list[dict[str, Any]]]:
    today = clock.today()
    until = day_of(request.GET.get("until")) or today
    since = day_of(request.GET.get("since")) or until - dt.timedelta(days=DAYS)
    group = request.GET.get("by", "channel")
    group = group if group in GROUPS else "channel"
    midnight = dt.time(tzinfo=clock.CHINA)
    rows = queries.figures(
        actor.scope,
        dt.datetime.combine(since, midnight),
        dt.datetime.combine(until + dt.timedelta(days=1), midnight),
        group,
    )
    for row in rows:
        row["key"] = row["name"]
        row["name"] = _name(group, row["name"])
    return group, since, until, rows


def _name(group: str, value: str) -> str:
    if group == "receiver":
        return Capacity.objects.select_related("agency").get(pk=int(value)).title
    words = {"channel": dict(Channel.choices()), "outcome": OUTCOMES}.get(group)
    return words.get(value, value) if words else MATTERS[value].word


@require_safe
@page(Permission.COMPLAINT_READ)
def figures(request: StaffRequest) -> HttpResponse:
    """Complaints received in a span by channel, matter, outcome or unit: timeliness and satisfaction."""
    group, since, until, rows = _figures(request, request.actor)
    total = {key: sum(row[key] for row in rows) for key in rows[0] if key not in {"name", "key"}} if rows else {}
    asked = request.GET.copy()
    tabs = []
    for key, label in GROUPS.items():
        asked["by"] = key
        tabs.append({"label": f"按{label}", "url": f"?{asked.urlencode()}", "active": key == group})
    asked["by"] = group
    return render(
        request,
        "complaints/figures.html",
        {
            "rows": rows,
            "total": total,
            "group": group,
            "tabs": tabs,
            "since": since,
            "until": until,
            "linked": group if group in {"channel", "matter"} else "",
            "columns": columns(GROUPS[group], *(f"{one}#" for one in HEAD)),
            "export_url": f"{reverse('complaint-figures-export')}?{asked.urlencode()}",
            "as_of": clock.now(),
            "breadcrumbs": [{"label": "投诉举报", "url": reverse("complaints")}, {"label": "统计"}],
        },
    )


@require_safe
@page(Permission.COMPLAINT_READ)
def figures_csv(request: StaffRequest) -> HttpResponse:
    """The figures shown, as CSV."""
    group, _, _, rows = _figures(request, request.actor)
    return csv_response("投诉统计", (GROUPS[group], *HEAD), (list(row.values())[: len(HEAD) + 1] for row in rows))
