"""Reviews on record (复核记录): the list, one with its proof, correction, export."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.review import actions, media, queries, rules
from jianguan.backbone.review.assigning import ReviewRefused
from jianguan.backbone.review.models import Assignment, Review, Verdict
from jianguan.backbone.review.queries import ReviewFilter
from jianguan.backbone.work.checklists import IncompleteChecklist
from jianguan.backbone.work.checks import CheckRefused, items_of
from jianguan.engines.watching import BrokenChain
from jianguan.kit import clock
from jianguan.web.asked import day_of, number_of
from jianguan.web.checks.forms import Filled
from jianguan.web.page import StaffRequest, page
from jianguan.web.review.acts import answered, reasons, said
from jianguan.web.review.tabs import KINDS, VERDICT_TONES, minutes, noun, tabs, title
from jianguan.web.review.workbench import shown
from jianguan.web.rules.tabs import columns
from jianguan.web.spreadsheet import csv_response
from jianguan.web.watching.player import with_player

PAGE = 50
EXPORTED = 10_000
LOOKS = {"first": "初次复核", "second": "盲评二次复核", "superior": "上级重抽"}
COUNTED = {"yes": "计入", "no": "未计入"}


def _wanted(request: HttpRequest) -> ReviewFilter:
    asked = request.GET
    return ReviewFilter(
        kind=asked.get("kind", "")[:40],
        verdict=asked.get("verdict", "")[:12],
        look=asked.get("look", "")[:10],
        counted=asked.get("counted", "")[:3],
        day=day_of(asked.get("day")),
        person_id=number_of(asked.get("person")),
    )


def _options(pairs: Any, chosen: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": label, "selected": value == chosen} for value, label in pairs]


def _row(one: Review) -> dict[str, Any]:
    return {
        "one": one,
        "item": one.item,
        "title": title(one.item.population.kind),
        "place": one.item.subject.name if one.item.subject else one.item.stratum,
        "tone": VERDICT_TONES[one.verdict],
        "seen": minutes(one.credited_ms),
        "total": minutes(one.total_ms),
    }


@require_safe
@page(Permission.CHECK_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """Reviews of the scope, the newest first, by key pages."""
    wanted = _wanted(request)
    found = queries.reviews(request.actor.scope, request.actor.person_id, wanted)
    if (last := number_of(request.GET.get("before"))) is not None:
        found = found.filter(pk__lt=last)
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    asked = request.GET.copy()
    asked.pop("before", None)
    export_url = f"{reverse('review-export')}?{asked.urlencode()}"
    if more:
        asked["before"] = str(rows[-1].pk)
    return render(
        request,
        "review/records.html",
        {
            "tabs": tabs("review-records", request.actor),
            "rows": [_row(one) for one in rows],
            "kinds": [one | {"selected": one["value"] == wanted.kind} for one in KINDS],
            "verdicts": _options(Verdict.choices, wanted.verdict),
            "looks": _options(LOOKS.items(), wanted.look),
            "counted": _options(COUNTED.items(), wanted.counted),
            "day": wanted.day,
            "next_url": f"?{asked.urlencode()}" if more else "",
            "export_url": export_url,
            "as_of": clock.now(),
            "columns": columns(
                "提交时间", "业务日期", "类别", "业务记录", "单位", "轮次", "结论", "认可观看", "计入", "复核人"
            ),
            "breadcrumbs": [{"label": "复核工作台", "url": reverse("review")}, {"label": "复核记录"}],
        },
    )


@require_safe
@page(Permission.CHECK_READ)
def export(request: StaffRequest) -> HttpResponse:
    """What the list shows, as CSV; at most the newest ten thousand."""
    found = queries.reviews(request.actor.scope, request.actor.person_id, _wanted(request))[:EXPORTED]
    head = (
        "提交时间", "业务日期", "类别", "业务记录", "单位", "轮次", "结论",
        "应看秒数", "认可秒数", "应看照片", "已看照片", "是否计入", "未计入原因",
    )  # fmt: skip
    rows = (
        (
            one.submitted_at.astimezone(clock.CHINA).isoformat(timespec="seconds"),
            one.item.population.day,
            title(one.item.population.kind),
            one.item.member,
            one.item.population.capacity.title,
            LOOKS[one.assignment.kind],
            one.get_verdict_display(),
            one.total_ms // 1000,
            one.credited_ms // 1000,
            one.pictures,
            one.pictures_seen,
            "计入" if one.counted else "未计入",
            one.why_not,
        )
        for one in found.iterator()
    )
    return csv_response("复核记录", head, rows)


def review_of(request: StaffRequest, number: int) -> Review:
    """A review in scope that its reader need not be blind to."""
    try:
        return queries.review(request.actor.scope, request.actor.person_id, number)
    except Review.DoesNotExist:
        raise Http404("没有这份复核结论，或须先完成本人的盲评") from None


@require_safe
@page(Permission.CHECK_READ)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """One review: verdict, what was found, and the watching recomputed from its log."""
    review = review_of(request, number)
    check, item = review.check_record, review.item
    found = media.media_of(item)
    filled = (
        Filled.from_record(items_of(check.checklist), check.answers, check.remark)
        if check.checklist is not None
        else Filled([])
    )
    names = {medium.recording.pk: medium.title for medium in found}
    newer = Review.objects.filter(corrects=review).first()
    mine = review.assignment.appointment_id == request.actor.appointment_id
    return render(
        request,
        "review/show.html",
        {
            "review": review,
            "check": check,
            "item": item,
            "noun": noun(item.population.kind),
            "title": title(item.population.kind),
            "place": item.subject.name if item.subject else item.stratum,
            "tone": VERDICT_TONES[review.verdict],
            "look": LOOKS[review.assignment.kind],
            "seen": minutes(review.credited_ms),
            "total": minutes(review.total_ms),
            "proof": _proof(request, review, found),
            "groups": filled.groups(),
            "findings": list(check.findings.all()),
            "may_open_case": request.actor.may(Permission.CASE_ISSUE),
            "marks": [
                one | {"at": minutes(one["at_ms"]), "where": names.get(one["recording"], "录像")}
                for one in review.marks
            ],
            "others": [
                _row(one)
                for one in queries.reviews(request.actor.scope, request.actor.person_id)
                .filter(item__population=item.population_id, item__member=item.member)
                .exclude(assignment=review.assignment)
            ],
            "newer": newer,
            "may_correct": newer is None and mine and request.actor.may(Permission.CHECK_RECORD),
            "summary": (item.about or {}).get("summary", []),
            "breadcrumbs": [
                {"label": "复核工作台", "url": reverse("review")},
                {"label": "复核记录", "url": reverse("review-records")},
                {"label": item.member},
            ],
        },
    )


def _proof(request: StaffRequest, review: Review, found: list[media.Medium]) -> dict[str, Any]:
    """The credited stretches as the log gives them now, and whether they are those of the verdict."""
    assignment: Assignment = review.assignment
    if review.proof == rules.SYNTHETIC_PROOF:
        return {"state": "synthetic", "word": review.proof, "stretches": []}
    try:
        credit = media.credit_of(request.actor.scope, assignment, found)
    except BrokenChain:
        return {"state": "broken", "word": "日志已被改动，不能证明"}
    stretches = [
        {
            "title": medium.title,
            "total": minutes(medium.copy.duration_ms),
            "ranges": "、".join(
                f"{minutes(start)}–{minutes(end)}" for start, end in credit.ranges.get(medium.copy.pk, ())
            ),
        }
        for medium in found
        if medium.copy is not None
    ]
    elsewhere = assignment.appointment.capacity_id not in request.actor.scope
    if elsewhere:
        return {"state": "elsewhere", "word": "由上级观看，日志在上级", "stretches": []}
    same = (credit.credited_ms, credit.proof) == (review.credited_ms, review.proof)
    later = credit.credited_ms >= review.credited_ms
    word = "重新计算一致" if same else "提交后又有观看，此前部分一致" if later else "重新计算不一致"
    return {
        "state": "same" if same else "later" if later else "differs",
        "word": word,
        "stretches": stretches,
        "seen": minutes(credit.credited_ms),
    }


@require_http_methods(["GET", "POST"])
@with_player
@page(Permission.CHECK_RECORD)
def correct(request: StaffRequest, number: int) -> HttpResponse:
    """Correct a review by a new one; the desk opens on what was signed."""
    review = review_of(request, number)
    assignment = review.assignment
    if assignment.appointment_id != request.actor.appointment_id or Review.objects.filter(corrects=review).exists():
        raise Http404("只有本人可以更正，且只能更正最新的一份")
    kind = review.item.population.kind
    if kind not in rules.DESKS:
        raise Http404("这类抽查总体没有复核检查表")
    if request.method != "POST":
        check = review.check_record
        content = {
            "verdict": review.verdict,
            "remark": check.remark,
            "answers": check.answers,
            "marks": review.marks,
        }
        return shown(request, assignment, content=content, correcting=review)
    content = said(request.POST, kind)
    reason = request.POST.get("reason", "")
    try:
        new = actions.correct_review(
            by=request.actor,
            review=review,
            verdict=content["verdict"],
            answers=answered(content),
            reason=reason,
            remark=content["remark"],
            marks=content["marks"],
        )
    except (ReviewRefused, CheckRefused, IncompleteChecklist) as refusal:
        return shown(
            request,
            assignment,
            content=content,
            problems=reasons(refusal),
            correcting=review,
            reason=reason,
            status=422,
        )
    messages.success(request, f"已更正，原结论保留。{'' if new.counted else '仍不计入比例：' + new.why_not}")
    url = reverse("review-show", args=[new.pk])
    return JsonResponse({"next": url}) if request.headers.get("X-Part") == "submit" else redirect(url)
