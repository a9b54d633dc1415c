"""Pre-exam check (考前检查, clause 6.4): today's sites, sign, result, log, history, correction."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jianguan.backbone.campaigns.models import Submission
from jianguan.backbone.patrol.models import PatrolResult
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.checklists import IncompleteChecklist, Problem
from jianguan.backbone.work.checks import CheckRefused, items_of
from jianguan.backbone.work.models import Check
from jianguan.domains.licensing import actions, queries, rules
from jianguan.domains.licensing.queries import SiteToday
from jianguan.domains.licensing.rules import SiteState
from jianguan.kit import clock
from jianguan.web.asked import day_of, number_of, start_of
from jianguan.web.checks.forms import Filled
from jianguan.web.page import StaffRequest, page

PAGE = 50
DONE = (SiteState.PASSED, SiteState.FAILED, SiteState.LATE)
NOT_CONFIRMED = Problem("confirmed", "请核对后勾选“以上结果由本人现场检查所得”，再签字")


def _day(request: HttpRequest) -> dt.date:
    today = clock.today()
    return min(day_of(request.GET.get("date")) or today, today)


def _ledger_word(one: SiteToday, *, is_today: bool) -> str:
    words = {
        SiteState.PASSED: "已履行",
        SiteState.FAILED: "已履行",
        SiteState.LATE: "逾期履行",
        SiteState.DUE: "待履行",
        SiteState.NO_EXAM: "免除",
    }
    return words.get(one.state) or ("待履行" if is_today else "未履行")


@require_safe
@page(Permission.CHECK_READ)
def today(request: StaffRequest) -> HttpResponse:
    """The exam sites of the scope on a day, what is still to do first."""
    on, now = _day(request), clock.now()
    is_today = on == now.date()
    everything = queries.day(request.actor.scope, on, now)
    wanted = request.GET.get("state", "")
    found = [one for one in everything if not wanted or one.state == wanted]
    start = start_of(request.GET)
    shown = found[start : start + PAGE]
    may_sign = is_today and request.actor.may(Permission.CHECK_RECORD)
    keep = {"state": wanted} if wanted else {}
    return render(
        request,
        "checks/today.html",
        {
            "rows": [
                {
                    "one": one,
                    "word": _ledger_word(one, is_today=is_today),
                    "past_due": one.state is SiteState.MISSED,
                    "may_sign": may_sign and one.check is None and one.site.capacity_id == request.actor.capacity_id,
                }
                for one in shown
            ],
            "columns": [{"label": label} for label in ("考场", "单位", "科目", "首场开考", "状态", "检查人", "办理")],
            "counts": [
                {
                    "label": "应检查考场",
                    "value": sum(one.state is not SiteState.NO_EXAM for one in everything),
                    "state": "",
                },
                {"label": "已检查", "value": sum(one.state in DONE for one in everything), "state": ""},
                {"label": "待检查", "value": _count(everything, SiteState.DUE), "state": SiteState.DUE.value},
                {
                    "label": "已过开考未检查",
                    "value": _count(everything, SiteState.MISSED),
                    "state": SiteState.MISSED.value,
                },
                {"label": "有异常", "value": _count(everything, SiteState.FAILED), "state": SiteState.FAILED.value},
            ],
            "states": [{"value": one.value, "label": one.value, "selected": wanted == one.value} for one in SiteState],
            "on": on,
            "prev_day": f"?{urlencode({'date': on - queries.ONE_DAY} | keep)}",
            "next_day": "" if is_today else f"?{urlencode({'date': on + queries.ONE_DAY} | keep)}",
            "next_url": _page_url(request, start + PAGE) if start + PAGE < len(found) else "",
            "prev_url": _page_url(request, max(start - PAGE, 0)) if start else "",
            "total": len(found),
            "now": now,
            "breadcrumbs": [{"label": "考前检查"}],
        },
    )


def _count(found: list[SiteToday], state: SiteState) -> int:
    return sum(one.state is state for one in found)


def _page_url(request: HttpRequest, start: int) -> str:
    asked = request.GET.copy()
    asked["start"] = str(start)
    return f"?{asked.urlencode()}"


@require_http_methods(["GET", "POST"])
@page(Permission.CHECK_RECORD)
def sign(request: StaffRequest, site_id: int) -> HttpResponse:
    """The checklist of a site for today; signing makes check and log."""
    on = clock.today()
    site = queries.sites(request.actor.scope, on).filter(pk=site_id).first()
    if site is None:
        raise Http404("考场不在监管范围内")
    done = queries.effective(request.actor.scope).filter(subject=site, happened_at__date=on).first()
    if done is not None:
        messages.info(request, "该考场今天已经检查签字。")
        return redirect("check", done.pk)
    items = rules.applicable(items_of(queries.checklist(on)), queries.approved(site, on).subjects)
    if request.method != "POST":
        return _form(request, site, Filled(items))
    filled = Filled.from_post(items, request.POST)
    if "fill" in request.POST:
        filled.fill_as_normal()
        filled.confirmed = False
        return _form(request, site, filled)
    try:
        _require_confirmed(filled)
        check, document = actions.sign_pre_exam(
            by=request.actor, site=site, answers=filled.answers, remark=filled.remark
        )
    except (IncompleteChecklist, CheckRefused) as refusal:
        return _form(request, site, filled, _reasons(refusal), status=422)
    messages.success(request, f"已签字，考前检查日志 {document.number} 已生成。")
    return redirect("check", check.pk)


@require_http_methods(["GET", "POST"])
@page(Permission.CHECK_RECORD)
def correct(request: StaffRequest, check_id: int) -> HttpResponse:
    """Correct a signed check by a new one, with a reason."""
    check = _check(request, check_id)
    site = check.subject
    if site is None or check.checklist is None:
        raise Http404("这份记录不是考前检查")
    subjects = queries.approved(site, check.happened_at.date()).subjects
    items = rules.applicable(items_of(check.checklist), subjects)
    if request.method != "POST":
        return _form(request, site, Filled.from_record(items, check.answers, check.remark), correcting=check)
    filled = Filled.from_post(items, request.POST)
    try:
        _require_confirmed(filled)
        new, document = actions.correct_pre_exam(
            by=request.actor, check=check, answers=filled.answers, remark=filled.remark, reason=filled.reason
        )
    except (IncompleteChecklist, CheckRefused) as refusal:
        return _form(request, site, filled, _reasons(refusal), correcting=check, status=422)
    messages.success(request, f"已更正，新日志 {document.number} 已生成，原记录保留。")
    return redirect("check", new.pk)


def _require_confirmed(filled: Filled) -> None:
    if not filled.confirmed:
        raise IncompleteChecklist([NOT_CONFIRMED])


def _reasons(refusal: IncompleteChecklist | CheckRefused) -> list[Problem]:
    return refusal.problems if isinstance(refusal, IncompleteChecklist) else [Problem("", str(refusal))]


def _form(
    request: StaffRequest,
    site: Subject,
    filled: Filled,
    problems: list[Problem] | None = None,
    *,
    correcting: Check | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    on = correcting.happened_at.astimezone(clock.CHINA).date() if correcting else now.date()
    due = queries.due_of(site, on)
    return render(
        request,
        "checks/form.html",
        {
            "site": site,
            "subjects": "、".join(name for name in rules.SUBJECTS if name in queries.approved(site, on).subjects),
            "groups": filled.groups(problems or ()),
            "filled": filled,
            "problems": problems or [],
            "correcting": correcting,
            "due": due,
            "late": correcting is None and now >= due,
            "on": on,
            "mine": site.capacity_id == request.actor.capacity_id,
            "breadcrumbs": [
                {"label": "考前检查", "url": reverse("checks")},
                {"label": "更正" if correcting else site.name},
            ],
        },
        status=status,
    )


def _check(request: StaffRequest, check_id: int) -> Check:
    found = (
        Check.objects.filter(kind=queries.KIND, capacity_id__in=request.actor.scope.capacity_ids, pk=check_id)
        .select_related("subject__capacity__agency", "checklist", "signed_by__person", "signed_by__post", "corrects")
        .first()
    )
    if found is None:
        raise Http404("没有这份考前检查")
    return found


def _elsewhere(check_id: int) -> HttpResponse | None:
    """The page of the patrol or the inspection that made a check, when one did; row security hides the rest."""
    if (stop := PatrolResult.objects.filter(check_record_id=check_id).first()) is not None:
        return redirect("patrol-result", stop.stop_id)
    if (form := Submission.objects.filter(check_record_id=check_id).first()) is not None:
        return redirect("inspection", form.inspection_id)
    return None


def _content(request: StaffRequest, check: Check) -> dict[str, Any]:
    site = check.subject
    if site is None or check.checklist is None:
        raise Http404("这份记录不是考前检查")
    on = check.happened_at.astimezone(clock.CHINA).date()
    subjects = queries.approved(site, on).subjects
    filled = Filled.from_record(rules.applicable(items_of(check.checklist), subjects), check.answers, check.remark)
    deviations = {item: answer.get("deviation", "") for item, answer in check.answers.items()}
    due = queries.due_of(site, on)
    return {
        "check": check,
        "site": site,
        "on": on,
        "due": due,
        "late": queries.original(check).signed_at >= due,
        "subjects": "、".join(name for name in rules.SUBJECTS if name in subjects),
        "groups": filled.groups(deviations=deviations),
        "findings": list(check.findings.all()),
        "may_open_case": request.actor.may(Permission.CASE_ISSUE),
        "log": queries.log_of(request.actor.scope, check),
        "newer": Check.objects.filter(corrects=check).first(),
    }


@require_safe
@page(Permission.CHECK_READ)
def show(request: StaffRequest, check_id: int) -> HttpResponse:
    """A signed check with its findings, versions and log; one of a patrol or an inspection has a page of its own."""
    if (elsewhere := _elsewhere(check_id)) is not None:
        return elsewhere
    check = _check(request, check_id)
    content = _content(request, check)
    may_correct = (
        content["newer"] is None
        and request.actor.may(Permission.CHECK_RECORD)
        and check.capacity_id == request.actor.capacity_id
    )
    crumbs = [{"label": "考前检查", "url": reverse("checks")}, {"label": f"{content['site'].name} {content['on']}"}]
    return render(request, "checks/show.html", {**content, "may_correct": may_correct, "breadcrumbs": crumbs})


@require_safe
@page(Permission.CHECK_READ)
def paper(request: StaffRequest, check_id: int) -> HttpResponse:
    """The check as a page to print, saying who prints it when."""
    return render(request, "checks/paper.html", _content(request, _check(request, check_id)))


@require_safe
@page(Permission.CHECK_READ)
def log(request: StaffRequest, check_id: int) -> HttpResponse:
    """The log as the PDF that was filed."""
    document = queries.log_of(request.actor.scope, _check(request, check_id))
    if document is None:
        raise Http404("没有日志")
    answer = HttpResponse(actions.log_pdf(document), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="pre-exam-log-{check_id}.pdf"'
    return answer


@require_safe
@page(Permission.CHECK_READ)
def history(request: StaffRequest) -> HttpResponse:
    """Checks of the scope, newest first, by key pages; filtered by site, day and result."""
    scope = request.actor.scope
    site, result, day = (request.GET.get(name, "") for name in ("site", "result", "day"))
    found = queries.effective(scope)
    if (chosen := number_of(site)) is not None:
        found = found.filter(subject_id=chosen)
    if result in {"passed", "failed"}:
        found = found.filter(passed=result == "passed")
    if (on := day_of(day)) is not None:
        found = found.filter(happened_at__date=on)
    found = _before(found, request.GET.get("before", ""))
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    asked = request.GET.copy()
    if more:
        asked["before"] = f"{rows[-1].happened_at.isoformat()}_{rows[-1].pk}"
    own = queries.sites(scope, clock.today())[:200]
    return render(
        request,
        "checks/history.html",
        {
            "rows": rows,
            "columns": [{"label": label} for label in ("检查时间", "考场", "单位", "结果", "检查人", "版本", "日志")],
            "sites": [{"value": one.pk, "label": one.name, "selected": site == str(one.pk)} for one in own],
            "results": [
                {"value": "passed", "label": "正常", "selected": result == "passed"},
                {"value": "failed", "label": "有异常", "selected": result == "failed"},
            ],
            "day": day,
            "next_url": f"?{asked.urlencode()}" if more else "",
            "breadcrumbs": [{"label": "考前检查", "url": reverse("checks")}, {"label": "检查记录"}],
        },
    )


def _before(found: Any, key: str) -> Any:
    """The rows after the last one shown; a key that makes no sense shows the first page."""
    moment, _, number = key.rpartition("_")
    try:
        at = dt.datetime.fromisoformat(moment)
    except ValueError:
        return found
    last = number_of(number)
    if last is None or at.tzinfo is None:
        return found
    return found.filter(happened_at__lte=at).exclude(happened_at=at, pk__gte=last)
