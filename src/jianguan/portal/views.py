"""The public's pages (群众门户): report, follow, add, rate. Nobody is signed in; a session names one complaint."""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

from axes.helpers import get_client_ip_address
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianguan.backbone.complaints import actions, counting, queries, rules
from jianguan.backbone.complaints.actions import ComplaintRefused
from jianguan.backbone.complaints.counting import TooOften
from jianguan.backbone.complaints.models import Complaint
from jianguan.backbone.complaints.photos import PhotoRefused
from jianguan.backbone.complaints.rules import EXPLAINED, Satisfaction
from jianguan.backbone.evidence.store import NoSuchObject, content
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from jianguan.portal import asked, robots
from jianguan.portal.robots import RobotRefused

SESSION_KEY = "portal-complaint"
REFUSED = (ComplaintRefused, PhotoRefused, RobotRefused)
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A page for everybody: never cached, and past a limit 429 with when to try again.

    It runs in no transaction: a count stays whatever comes after, and actions open their own.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except TooOften as refused:
            response = later(render(request, "portal/problem.html", {"problem": str(refused)}, status=429), refused)
        response.headers["Cache-Control"] = "no-store"
        return response

    return transaction.non_atomic_requests(guarded)


def later(response: HttpResponse, often: TooOften) -> HttpResponse:
    """The answer with when to try again."""
    response["Retry-After"] = str(often.seconds)
    return response


def address(request: HttpRequest) -> str:
    """Where a visitor comes from; it is counted as a keyed digest and never stored."""
    return get_client_ip_address(request) or ""


@require_safe
@public
def home(request: HttpRequest) -> HttpResponse:
    """What can be done here, by when one is answered, who sees one's name."""
    return render(request, "portal/home.html")


@sensitive_post_parameters("name", "contact", "text")
@GET_OR_POST
@public
def report(request: HttpRequest) -> HttpResponse:
    """The form of three steps; sent, it answers with the receipt code, shown this one time."""
    if request.method != "POST":
        return _form(request, {"matter": "", "unit": ""}, "", 200)
    try:
        counting.allow("report", address(request))
        counting.allow("report-all")
        given = asked.report_of(request)
        with_script = _person(request)
        if not with_script:
            counting.allow("report-asked", address(request))
        receipt = actions.receive(report=given)
    except REFUSED as refused:
        return _form(request, asked.filled(request), str(refused), 422)
    except TooOften as often:
        return later(_form(request, asked.filled(request), str(often), 429), often)
    request.session[SESSION_KEY] = receipt.complaint.pk
    return render(
        request,
        "portal/receipt.html",
        {
            "code": rules.grouped(receipt.code),
            "receiver": receipt.complaint.receiver.agency.name,
            "last_day": _last_day(receipt.complaint.accept_by),
        },
    )


def _person(request: HttpRequest) -> bool:
    """Whether the visitor's browser did the work; raises RobotRefused when nothing shows a person."""
    given = request.POST
    how = robots.passed(given.get("challenge", ""), given.get("proof", ""), given.get("answer", ""))
    return how == "proof"


def _form(request: HttpRequest, given: dict[str, str], problem: str, status: int) -> HttpResponse:
    context = {
        "given": given,
        "problem": problem,
        "challenge": robots.challenge(),
        "matters": asked.matters(given["matter"]),
        "groups": asked.units(given["unit"]),
        "most_photos": rules.MOST_PHOTOS,
        "shortest": rules.SHORTEST_TEXT,
        "longest": rules.LONGEST_TEXT,
    }
    return render(request, "portal/report.html", context, status=status)


@sensitive_post_parameters("code")
@GET_OR_POST
@public
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for the code; right, the session names the complaint and the code is forgotten."""
    if request.method != "POST":
        return render(request, "portal/follow.html")
    counting.allow("follow", address(request))
    counting.allow("follow-all")
    found = actions.find(request.POST.get("code", ""))
    if found is None:
        return render(request, "portal/follow.html", {"problem": "没有这个查询码，请核对后再输一次"}, status=422)
    request.session.cycle_key()
    request.session[SESSION_KEY] = found.pk
    return redirect("portal-mine")


@require_safe
@public
def mine(request: HttpRequest) -> HttpResponse:
    """Where one's complaint stands: state, clocks, answers, what one may do now."""
    held = _held(request)
    return redirect("portal-follow") if held is None else _story(request, held)


@sensitive_post_parameters("text")
@require_POST
@public
def add(request: HttpRequest) -> HttpResponse:
    """Add words and photos."""
    held = _held(request)
    if held is None:
        return redirect("portal-follow")
    try:
        counting.allow("add", str(held))
        actions.add(complaint=_complaint(held), text=request.POST.get("text", ""), photos=asked.photos(request))
    except REFUSED as refused:
        return _story(request, held, problem=str(refused), typed=request.POST.get("text", ""))
    except TooOften as often:
        story = _story(request, held, 429, problem=str(often), typed=request.POST.get("text", ""))
        return later(story, often)
    return redirect("portal-mine")


@sensitive_post_parameters("text")
@require_POST
@public
def rate(request: HttpRequest) -> HttpResponse:
    """Rate the answer; 'dissatisfied' goes to the superior."""
    held = _held(request)
    if held is None:
        return redirect("portal-follow")
    given = request.POST.get("satisfaction", "")
    answer = queries.story(held).to_rate
    try:
        counting.allow("add", str(held))
        if answer is None or given not in set(Satisfaction):
            raise ComplaintRefused("请选择满意、基本满意或不满意")
        actions.rate(
            complaint=_complaint(held),
            answer=answer,
            satisfaction=Satisfaction(given),
            text=request.POST.get("text", ""),
        )
    except REFUSED as refused:
        return _story(request, held, problem=str(refused), rated=given, reason=request.POST.get("text", ""))
    except TooOften as often:
        story = _story(request, held, 429, problem=str(often), rated=given, reason=request.POST.get("text", ""))
        return later(story, often)
    return redirect("portal-mine")


@require_POST
@public
def leave(request: HttpRequest) -> HttpResponse:
    """Forget on this device which complaint was followed."""
    request.session.pop(SESSION_KEY, None)
    return redirect("portal")


@require_safe
@public
def photo(request: HttpRequest, number: int) -> HttpResponse:
    """A photo of one's own complaint."""
    held = _held(request)
    found = queries.photo(number, held) if held is not None else None
    if found is None:
        raise Http404("没有这张照片")
    try:
        return HttpResponse(content(found.stored.sha256), content_type=found.stored.media_type)
    except NoSuchObject:
        raise Http404("这张照片已不在对象库中") from None


def _held(request: HttpRequest) -> int | None:
    held = request.session.get(SESSION_KEY)
    return held if isinstance(held, int) else None


def _complaint(pk: int) -> Complaint:
    with scopes.within(scopes.everything()):
        return Complaint.objects.select_related("merger__into").get(pk=pk)


def _story(request: HttpRequest, pk: int, status: int = 422, **more: Any) -> HttpResponse:
    story = queries.story(pk)
    now = clock.now()
    clocks = [
        {"title": title, "last_day": _last_day(due), "over": now >= due}
        for title, due in (
            ("答复是否受理", story.accept_by),
            ("首次答复", story.answer_by),
            ("办结并答复", story.finish_by),
        )
        if due is not None
    ]
    context = {
        "story": story,
        "explained": EXPLAINED[story.stage],
        "matter": rules.MATTERS[story.complaint.matter].word,
        "clocks": clocks,
        "choices": [
            {"value": one.value, "word": one.word}
            for one in (Satisfaction.SATISFIED, Satisfaction.FAIR, Satisfaction.DISSATISFIED)
        ],
        "most_photos": rules.MOST_PHOTOS,
        **more,
    }
    return render(request, "portal/mine.html", context, status=status if "problem" in more else 200)


def _last_day(due: dt.datetime | None) -> dt.date | None:
    """The last day on which something is in time; the deadline itself is the first instant too late."""
    return (due - dt.timedelta(microseconds=1)).astimezone(clock.CHINA).date() if due else None
