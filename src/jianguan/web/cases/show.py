"""One case: where it stands, by when, whose turn it is, what this post may do, everything that happened."""

from typing import Any, cast

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jianguan.backbone.cases import paperwork, queries
from jianguan.backbone.cases.followups import Restriction
from jianguan.backbone.cases.models import Case, Deadline, Step
from jianguan.backbone.cases.restrictions import KIND, may_restrict
from jianguan.backbone.cases.rules import Kind, Rung, Side, State, Term, Verb, kind_of
from jianguan.backbone.complaints.models import Acceptance
from jianguan.backbone.documents import queries as documents
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.models import Parameter
from jianguan.backbone.rules.queries import working_calendar
from jianguan.kit import clock
from jianguan.web.cases import looks
from jianguan.web.cases.forms import FILED, GROUPS, LOOKS, ActForm, form_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.review.findings import pages_of
from jianguan.web.rules.tabs import UNITS, columns

STANDS = {
    State.ASSIGNED: ("{handler}签收", "签收后开始办理。"),
    State.OPENED: ("{issuer}交办", "选择承办单位，从交办起算期限。"),
    State.RECEIVED: ("{handler}办理", "查清情况后提交结果。"),
    State.REVIEWED: ("{issuer}办结", "复核已通过。"),
    State.SUBMITTED: ("{issuer}复核", "由没有办理过本事项的人员复核。"),
    State.WORKING: ("{handler}办理", "查清情况后提交结果。"),
}
NOT_HERE = frozenset({Verb.ANSWER, Verb.CLOSE})
"""What is done to a complaint at the complaint desk, because the complainant reads it."""
FORWARD = (Verb.ASSIGN, Verb.RECEIVE, Verb.SUBMIT, Verb.PASS, Verb.CLOSE, Verb.DECIDE_EXTENSION, Verb.DECIDE_OBJECTION)
"""What brings a case on; the first that is possible is the one main act of the page."""
STEPS_SHOWN = 300
Bound = tuple[Verb, ActForm]


def found(request: StaffRequest, pk: int) -> Case:
    """A case that this post may see; Http404 otherwise."""
    try:
        return queries.case(request.actor.scope, pk)
    except Case.DoesNotExist:
        raise Http404("没有这个事项") from None


@require_safe
@page(Permission.CASE_READ)
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One case."""
    return shown(request, found(request, pk))


def shown(
    request: StaffRequest,
    case: Case,
    *,
    problem: str = "",
    bound: tuple[Verb, ActForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one case, with what was refused and the form it was typed into."""
    by, now, calendar = request.actor, clock.now(), working_calendar()
    state = State(case.state)
    steps = list(
        case.steps.select_related("capacity__agency", "person", "appointment__post", "document", "decision")
        .defer("document__content")
        .order_by("-version")[:STEPS_SHOWN]
    )
    complaint = _complaint(request, case)
    groups = _acts(request, case, bound, complaint is not None)
    every = {one["verb"]: one for group in groups for one in group["acts"]}
    first = next((every[verb] for verb in FORWARD if verb in every), None)
    turn = queries.turn(case)
    who, what = STANDS.get(state, ("", ""))
    family = queries.tree(by.scope, case) if case.parent_id or case.children.exists() else []
    return render(
        request,
        "cases/show.html",
        {
            "case": case,
            "kind": kind_of(case.kind, case.flow).word,
            "state": state.word,
            "tone": looks.TONES[state],
            "supervision": looks.SUPERVISION.get(case.supervision, ""),
            "mine": turn == by.capacity_id,
            "turn": who.format(handler=case.handler.title, issuer=case.issuer.title),
            "turn_note": what,
            "clocks": _clocks(case, calendar, now),
            "groups": groups,
            "next": first,
            "steps": [_step(one, kind_of(case.kind, case.flow)) for one in steps],
            "notices": [
                {"one": one, "rung": Rung(one.rung).word, "tone": looks.RUNG_TONES[Rung(one.rung)]}
                for one in case.notices.select_related("capacity__agency").order_by("-pk")[:50]
            ],
            "drafts": paperwork.drafts(by.scope, case) if by.may(Permission.DOCUMENT_READ) else [],
            "owed": paperwork.duties(by.scope, case, by.capacity_id) if by.may(Permission.DOCUMENT_DRAFT) else [],
            "may_draft": by.may(Permission.DOCUMENT_DRAFT),
            "now": now,
            "documents": documents.visible(by.scope).filter(refs__ref=f"case/{case.pk}")[:50]
            if by.may(Permission.DOCUMENT_READ)
            else [],
            "files": case.attachments.select_related("stored", "step").order_by("-pk")[:100],
            "may_attach": state is not State.CLOSED and by.may(Permission.CASE_HANDLE) and Verb.NOTE in every,
            "filed": FILED,
            "restriction": Restriction.objects.filter(case=case, lift=None).first() if case.kind == KIND else None,
            "may_restrict": may_restrict(by, case),
            "learner": case.data.get("masked", ""),
            "session": case.data.get("session", ""),
            "parties": [
                {"one": one, "side": Side(one.side).word}
                for one in case.parties.select_related("capacity__agency").order_by("pk")
            ],
            "family": [looks.row(one.case, calendar, now, by.capacity_id) | {"depth": one.depth} for one in family],
            "family_columns": columns("编号", "承办单位", "期限", "状态"),
            "repeats": _repeats(request, case),
            "finding_url": pages_of([case.finding]).get(case.finding.check_record_id, "") if case.finding else "",
            "outcome": _outcome(case, steps),
            "complaint": complaint,
            "to_answer": complaint is not None and state is State.REVIEWED and turn == by.capacity_id,
            "problem": problem,
            "typed": bound[1].data.get("text", "") if bound else "",
            "lost": bound is not None and bound[0] not in every,
            "as_of": now,
            "breadcrumbs": [{"label": "事项", "url": reverse("cases")}, {"label": case.number}],
        },
        status=status,
    )


def _complaint(request: StaffRequest, case: Case) -> Any:
    """The complaint that a case follows, for posts that may read complaints."""
    if case.kind != "complaint" or not request.actor.may(Permission.COMPLAINT_READ):
        return None
    taken = Acceptance.objects.filter(case=case).select_related("complaint").order_by("-pk").first()
    return taken.complaint if taken else None


def _acts(request: StaffRequest, case: Case, bound: Bound | None, complaint: bool) -> list[Any]:
    """What this post can do now, in groups, each act with its form."""
    allowed = set(queries.possible(request.actor, case)) - (NOT_HERE if complaint else set())
    groups = []
    for title, verbs in GROUPS.items():
        acts = [_act(request, case, verb, bound) for verb in verbs if verb in allowed]
        if acts:
            groups.append({"title": title, "acts": acts})
    return groups


def _act(request: StaffRequest, case: Case, verb: Verb, bound: Bound | None) -> dict[str, Any]:
    again = bound is not None and bound[0] is verb
    form = form_of(verb, case, request.actor)
    if again and bound is not None:
        sent = cast("QueryDict", bound[1].data).copy()
        sent["version"] = str(case.version)
        form = form_of(verb, case, request.actor, sent)
        form.is_valid()
    return {
        "verb": verb,
        "value": verb.value,
        "word": verb.word,
        "icon": looks.ICONS[verb],
        "look": LOOKS[verb],
        "form": form,
        "open": again,
    }


def _clocks(case: Case, calendar: Any, now: Any) -> list[dict[str, Any]]:
    """The deadlines still to be met and the end in force, each with where its length comes from."""
    open_now = {one.pk for one in queries.unmet().filter(case=case)}
    standing = case.deadlines.filter(replaced_by=None).select_related("step").order_by("due_at")
    titles = dict(Parameter.objects.filter(key__startswith="deadline.").values_list("key", "title"))
    ended = case.state == State.CLOSED
    return [
        {
            "one": one,
            "term": Term(one.term).word,
            "left": None if ended or one.pk not in open_now else looks.left(one.due_at, calendar, now),
            "last_day": looks.last_day(one.due_at),
            **_basis(one, titles),
        }
        for one in standing
    ]


def _basis(one: Deadline, titles: dict[str, str]) -> dict[str, str]:
    for key, value in one.pinned.items():
        if key in titles:
            length = f"{value['value']} {UNITS.get(one.unit, '')}"
            return {"basis": f"{titles[key]} {length}（{value['reference']}）", "key": key}
    if "decision" in one.pinned:
        return {"basis": f"决定第 {one.pinned['decision']} 号", "key": ""}
    if "parent" in one.pinned:
        return {"basis": "与上级事项同一期限", "key": ""}
    return {"basis": "交办时指定的日期", "key": ""}


def _step(one: Step, kind: Kind) -> dict[str, Any]:
    verb, to = Verb(one.verb), State(one.to_state).word
    data = one.data
    more = []
    if one.verb == Verb.SUBMIT:
        more += _said(data, kind)
    if data.get("last_day"):
        more.append(f"希望延至 {data['last_day']}")
    if "granted" in data:
        more.append("同意延期" if data["granted"] else "不同意延期")
    if "agreed" in data:
        more.append("同意" if data["agreed"] else "不同意")
    if "upheld" in data:
        more.append("申诉成立" if data["upheld"] else "维持原处理")
    return {
        "one": one,
        "word": verb.word,
        "icon": looks.ICONS[verb],
        "tone": looks.tone_of(verb),
        "to": "" if one.to_state == one.from_state or to in verb.word else to,
        "who": one.person.name if one.person else "" if one.person_id else "系统",
        "post": one.appointment.post.title if one.appointment else "",
        "capacity": one.capacity.title if one.capacity else "",
        "side": Side(one.side).word,
        "more": more,
    }


def _said(data: dict[str, Any], kind: Kind) -> list[str]:
    """The outcome of a submission and what it asked for."""
    outcome = str(data.get("outcome", ""))
    lines = [f"结论：{kind.outcomes[outcome]}"] if outcome in kind.outcomes else []
    for name, ask in kind.asks.get(outcome, {}).items():
        lines.append(f"{ask.label}：{ask.choices.get(data.get(name, ''), data.get(name, ''))}")
    return lines


def _outcome(case: Case, steps: list[Step]) -> str:
    last = next((one for one in steps if one.verb == Verb.SUBMIT), None)
    return kind_of(case.kind, case.flow).outcomes.get(last.data.get("outcome", ""), "") if last else ""


def _repeats(request: StaffRequest, case: Case) -> list[Case]:
    """The case that this one repeats and those that repeat it."""
    seen = queries.visible(request.actor.scope)
    earlier = [case.repeats] if case.repeats else []
    return [*earlier, *seen.filter(repeats=case.pk)[:10]]
