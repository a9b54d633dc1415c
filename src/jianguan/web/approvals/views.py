"""The list of approvals, one application with its route, its files and its form."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jianguan.backbone.approvals import actions, queries
from jianguan.backbone.approvals import printing as forms_printing
from jianguan.backbone.approvals.actions import ApprovalRefused
from jianguan.backbone.approvals.models import Application
from jianguan.backbone.approvals.planning import definition, standing_of
from jianguan.backbone.approvals.queries import Asked
from jianguan.backbone.approvals.rules import ENDED, SIGN_WORDS, State, Verb
from jianguan.backbone.documents import printing
from jianguan.backbone.people.permissions import Permission
from jianguan.kit import clock
from jianguan.web.approvals import looks
from jianguan.web.approvals.forms import CRUMB, fields, found
from jianguan.web.asked import number_of
from jianguan.web.objects import content_of, saved
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules.tabs import columns
from jianguan.web.spreadsheet import csv_response

PAGE = 50
MOST_EXPORTED = 5000
TABS = {"": "待我办理", "mine": "我办过的", "all": "全部"}
HEAD = ("编号", "类别", "事由", "申请单位", "环节", "期限", "状态")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _wanted(request: HttpRequest) -> tuple[str, Asked]:
    asked = request.GET
    tab = asked.get("tab", "")
    return tab if tab in TABS else "", Asked(
        flow=asked.get("flow", "")[:40],
        state=asked.get("state", "") if asked.get("state", "") in set(State) else "",
        words=asked.get("q", "").strip()[:60],
        late=asked.get("late") == "1",
    )


def _found(request: StaffRequest, tab: str, asked: Asked) -> Any:
    if tab == "all":
        return queries.applications(request.actor.scope, asked)
    return (queries.mine if tab == "mine" else queries.waiting)(request.actor, asked)


@require_safe
@page(Permission.APPROVAL_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """What waits for me, what I did, everything in scope; by key pages."""
    tab, asked = _wanted(request)
    chosen = _found(request, tab, asked)
    if (last := number_of(request.GET.get("before"))) is not None:
        chosen = chosen.filter(pk__lt=last)
    page_of = list(chosen[: PAGE + 1])
    more, page_of = len(page_of) > PAGE, page_of[:PAGE]
    address = request.GET.copy()
    address.pop("before", None)
    export_url = f"{reverse('approvals-export')}?{address.urlencode()}"
    if more:
        address["before"] = str(page_of[-1].pk)
    return render(
        request,
        "approvals/list.html",
        {
            "rows": looks.rows(page_of),
            "columns": columns(*HEAD),
            "tab": tab,
            "tabs": [
                {"label": label, "url": f"?tab={key}" if key else reverse("approvals"), "active": key == tab}
                for key, label in TABS.items()
            ],
            "flows": [
                {"value": one.key, "label": one.title, "selected": one.key == asked.flow}
                for one in queries.newest_flows()
            ],
            "states": [{"value": one, "label": one.word, "selected": one == asked.state} for one in State],
            "words": asked.words,
            "late": asked.late,
            "narrowed": asked != Asked(),
            "may_apply": request.actor.may(Permission.APPROVAL_APPLY),
            "next_url": f"?{address.urlencode()}" if more else "",
            "export_url": export_url,
            "as_of": clock.now(),
            "breadcrumbs": [{"label": CRUMB}],
        },
    )


@require_safe
@page(Permission.APPROVAL_READ)
def export(request: StaffRequest) -> HttpResponse:
    """What the list shows, as CSV."""
    tab, asked = _wanted(request)
    lines = looks.rows(list(_found(request, tab, asked)[:MOST_EXPORTED]))
    return csv_response(
        "审批",
        HEAD,
        (
            (
                row["one"].number,
                row["one"].flow.title,
                row["title"],
                row["one"].capacity.title,
                row["stage"],
                row["last_day"] or "",
                row["state"],
            )
            for row in lines
        ),
    )


@require_safe
@page(Permission.APPROVAL_READ)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One application: what is asked, the route, what this person can do now."""
    return shown(request, found(request, number))


def shown(
    request: StaffRequest, one: Application, *, problem: str = "", status: int = 200, why_clear: str = ""
) -> HttpResponse:
    """The page of one application; ``why_clear``, the reason that was given, shows what is sensitive."""
    clear = bool(why_clear)
    by, flow = request.actor, definition(one.flow)
    contents, state = queries.contents_of(one), State(one.state)
    content = contents[-1]
    ended = state in ENDED
    seat, why = queries.open_seat(one, by)
    blanks = flow.seat(seat.stage, seat.seat).fields if seat else ()
    persons = queries.executors(by.capacity_id, [act.person_id for act in standing_of(one).acts]) if seat else {}
    typed = {name[2:]: str(value) for name, value in request.POST.items() if name.startswith("f-")} if problem else {}
    signed_now = one.steps.filter(person_id=by.person_id, round=one.round, seat__isnull=False).exists()
    form = queries.form_of(one)
    due = queries.standing_dues([one]).get(one.pk)
    return render(
        request,
        "approvals/show.html",
        {
            "one": one,
            "flow": flow,
            "title": looks.free(one.title, clear=clear),
            "content": content,
            "reason": looks.free(content.reason, clear=clear),
            "earlier": looks.earlier(contents, flow, clear=clear),
            "earlier_columns": columns("项目", "当时", "后来"),
            "state": state.word,
            "tone": looks.TONES[state],
            "ended": ended,
            "due": looks.last_day(due.due_at) if due and not ended else None,
            "late": due is not None and not ended and due.due_at <= clock.now(),
            "branch": flow.branches.get(one.branch, ""),
            "asked": looks.asked_for(content, flow, clear=clear),
            "changes": looks.changes(content, clear=clear),
            "change_columns": columns("字段", "修改前", "修改后"),
            "route": looks.drawn(queries.route(one, flow), {} if one.branch else flow.branches, ended=ended),
            "story": looks.told(queries.steps_of(one), flow, clear=clear),
            "seat": seat,
            "stage": flow.stage(seat.stage) if seat else None,
            "seat_word": flow.seat(seat.stage, seat.seat).word if seat else "",
            "sign_word": SIGN_WORDS[seat.phase] if seat else "",
            "why_not": "" if signed_now else why,
            "signed_now": signed_now and not ended,
            "fields": fields(blanks, typed, persons=persons),
            "typed_text": request.POST.get("text", "") if problem else "",
            "branches": list(flow.branches.items()) if seat and seat.chooses else [],
            "may_return": seat is not None and seat.phase in {"approve", "execute"},
            "may_correct": queries.may(one, by, Verb.SUBMIT),
            "may_withdraw": queries.may(one, by, Verb.WITHDRAW),
            "may_roll_back": queries.may(one, by, Verb.ROLL_BACK),
            "may_reveal": not clear and by.may(Permission.APPROVAL_REVEAL) and looks.hides(one, contents, flow),
            "clear": clear,
            "why_clear": why_clear,
            "form": form,
            "may_print": ended and form is None and bool(flow.document) and by.may(Permission.DOCUMENT_DRAFT),
            "has_form": bool(flow.document),
            "problem": problem,
            "breadcrumbs": [{"label": CRUMB, "url": reverse("approvals")}, {"label": one.number}],
        },
        status=status,
    )


@require_safe
@page(Permission.APPROVAL_READ)
def pdf(request: StaffRequest, number: int) -> HttpResponse:
    """The form as PDF: as it was issued, or as it stands, marked as not issued."""
    one = found(request, number)
    issued = queries.form_of(one)
    content = bytes(issued.content or b"") if issued else printing.pdf(_preview(one))
    return saved(content, f"{one.number}.pdf", "application/pdf")


@require_safe
@page(Permission.APPROVAL_READ)
def word(request: StaffRequest, number: int) -> HttpResponse:
    """The form as a Word file, as ``pdf``."""
    one = found(request, number)
    issued = queries.form_of(one)
    data = printing.data_of(issued) if issued else _preview(one)
    if not data:
        raise Http404("这份审批表没有 Word 文件")
    return saved(printing.word(data), f"{one.number}.docx", WORD)


def _preview(one: Application) -> dict[str, Any]:
    try:
        return forms_printing.preview(one)
    except ApprovalRefused as refused:
        raise Http404(str(refused)) from refused


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.APPROVAL_READ)
def kept(request: StaffRequest, number: int, digest: str) -> HttpResponse:
    """A file laid to the application; a sensitive one with the reason for which the page was shown in clear."""
    one = found(request, number)
    try:
        file = actions.open_file(
            by=request.actor, application=one, sha256=digest, reason=request.POST.get("reason", "")
        )
    except ApprovalRefused:
        return shown(request, one, problem="这份材料是敏感的，请先“显示敏感内容”，写明理由以后再打开", status=422)
    if file is None:
        raise Http404("没有这份材料")
    response = saved(content_of(file.stored), file.name, file.stored.media_type)
    response["Cache-Control"] = "no-store"
    return response
