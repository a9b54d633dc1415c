"""Campaigns (专项检查, clauses 4.4, 10.3): organise, freeze, draw, follow, publish; what was published."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianguan.backbone.campaigns import actions, queries, rules
from jianguan.backbone.campaigns.actions import CampaignRefused
from jianguan.backbone.campaigns.models import Campaign
from jianguan.backbone.draws.models import Draw
from jianguan.backbone.people.permissions import Permission
from jianguan.kit import clock
from jianguan.web.asked import number_of
from jianguan.web.campaigns.forms import NewCampaign
from jianguan.web.objects import content_of, saved
from jianguan.web.page import StaffRequest, page

PAGE = 50


@require_safe
@page(Permission.CHECK_READ)
def listed(request: StaffRequest) -> HttpResponse:
    """The campaigns of the scope, and what everybody published."""
    found = queries.campaigns(request.actor.scope).order_by("-pk")
    before = number_of(request.GET.get("before"))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return render(
        request,
        "campaigns/list.html",
        {
            "rows": rows,
            "undrawn": queries.undrawn([one.pk for one in rows]),
            "columns": [{"label": label} for label in ("名称", "方式", "身份", "期间", "进度", "状态")],
            "published": list(queries.publications()[:20]),
            "published_columns": [{"label": label} for label in ("名称", "公布日", "公布人", "对象", "有问题")],
            "may_record": request.actor.may(Permission.CHECK_RECORD),
            "next_url": f"?before={rows[-1].pk}" if more else "",
            "breadcrumbs": [{"label": "专项检查"}],
        },
    )


@require_http_methods(["GET", "POST"])
@page(Permission.CHECK_RECORD)
def new(request: StaffRequest) -> HttpResponse:
    """Organise a campaign."""
    today = clock.today()
    form = NewCampaign(
        request.POST or None, by=request.actor, initial={"first": today, "area": request.actor.capacity_id}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_campaign(
                by=request.actor,
                plan=form.plan(),
                target_kind=form.cleaned_data["target_kind"],
                area=form.cleaned_data["area"],
            )
        except CampaignRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("campaign", made.pk)
    crumbs = [{"label": "专项检查", "url": reverse("campaigns")}, {"label": "组织专项检查"}]
    status = 422 if form.errors else 200
    return render(request, "campaigns/new.html", {"form": form, "breadcrumbs": crumbs}, status=status)


def _campaign(request: StaffRequest, campaign_id: int) -> Campaign:
    found = queries.campaigns(request.actor.scope).filter(pk=campaign_id).first()
    if found is None:
        raise Http404("没有这次专项检查")
    return found


@require_safe
@page(Permission.CHECK_READ)
def show(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """One campaign: what is next, the population and the draw, the inspections and what they came to."""
    campaign = _campaign(request, campaign_id)
    frame = getattr(campaign, "frame", None)
    inspections = list(
        queries.inspections(request.actor.scope)
        .filter(campaign=campaign)
        .prefetch_related("inspectors__appointment__person", "submissions__check_record")
        .order_by("pk")
    )
    size = frame.population.size if frame else _size(campaign)
    may = request.actor.may(Permission.CHECK_RECORD) and campaign.capacity_id == request.actor.capacity_id
    publication = getattr(campaign, "publication", None)
    return render(
        request,
        "campaigns/show.html",
        {
            "campaign": campaign,
            "target": dict(queries.target_kinds()).get(campaign.target_kind, campaign.target_kind),
            "population": frame.population if frame else None,
            "size": size,
            "quota": rules.quota(percent=campaign.percent, count=campaign.count, size=size or 0),
            "draws": list(Draw.objects.filter(population=frame.population)) if frame else [],
            "inspections": [{"one": one, "form": _counting(one)} for one in inspections],
            "columns": [{"label": label} for label in ("对象", "单位", "检查人", "结果", "提交")],
            "embargoed": campaign.embargo_until is not None and clock.now() < campaign.embargo_until,
            "publication": publication,
            "may_freeze": may and frame is None,
            "undrawn": queries.undrawn([campaign.pk]).get(campaign.pk),
            "may_publish": bool(inspections)
            and publication is None
            and request.actor.may(Permission.DOCUMENT_ISSUE)
            and campaign.capacity_id == request.actor.capacity_id,
            "breadcrumbs": [{"label": "专项检查", "url": reverse("campaigns")}, {"label": campaign.title}],
        },
    )


def _size(campaign: Campaign) -> int:
    on = clock.today()
    return len(queries.targets(campaign.target_kind, campaign.area_id, campaign.capacity_id, on))


def _counting(inspection: object) -> object:
    return next((one for one in inspection.submissions.all() if not one.in_conflict), None)  # type: ignore[attr-defined]


def _done(request: StaffRequest, campaign_id: int, act: Callable[..., object], said: str) -> HttpResponse:
    campaign = _campaign(request, campaign_id)
    try:
        act(by=request.actor, campaign=campaign)
    except CampaignRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("campaign", campaign_id)


@require_POST
@page(Permission.CHECK_RECORD)
def freeze(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Freeze targets and inspectors."""
    return _done(request, campaign_id, actions.freeze_campaign, "检查对象和检查人已封存，种子齐备即由平台抽取。")


@require_POST
@page(Permission.DOCUMENT_ISSUE)
def publish(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Publish the results."""
    return _done(request, campaign_id, actions.publish, "结果已公布，各单位均可查看。")


@require_safe
@page(Permission.CHECK_READ)
def export(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The draw as a file that anybody can compute again."""
    campaign = _campaign(request, campaign_id)
    drawn = Draw.objects.filter(population__campaign__campaign=campaign).select_related("export").first()
    if drawn is None:
        raise Http404("还没有抽取")
    return saved(content_of(drawn.export), f"campaign-{campaign.pk}-draw.txt", "text/plain; charset=utf-8")


@require_safe
@page(Permission.CHECK_READ)
def published(request: StaffRequest, publication_id: int) -> HttpResponse:
    """Published results, open to every post of every unit."""
    found = queries.publications().filter(pk=publication_id).first()
    if found is None:
        raise Http404("没有这份公布")
    return render(
        request,
        "campaigns/published.html",
        {
            "publication": found,
            "results": found.results,
            "columns": [{"label": label} for label in ("对象", "单位", "检查日", "结果", "问题")],
            "breadcrumbs": [{"label": "专项检查", "url": reverse("campaigns")}, {"label": found.title}],
        },
    )
