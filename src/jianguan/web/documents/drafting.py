"""Draft a document, look at its pages, send it for signature, sign it or give it back; compose bulletins."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.documents import bulletins, drafting, printing, queries
from jianguan.backbone.documents.actions import DocumentRefused
from jianguan.backbone.documents.kinds import kinds
from jianguan.backbone.documents.models import DocumentKind, Draft
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import working_calendar
from jianguan.kit import clock
from jianguan.web.asked import number_of
from jianguan.web.documents.forms import BulletinForm, NewForm, TextForm, initial_of
from jianguan.web.page import StaffRequest, page

CRUMB = "文书登记"
HIDDEN = {
    DocumentKind.OBJECTION_DECISION.value,
    *(one.value for one in bulletins.BULLETINS),
    *(one.kind for one in kinds().values() if one.layout == "form"),
}
"""Kinds that are made elsewhere: by deciding on an objection, by composing a bulletin, by an approval."""


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.DOCUMENT_DRAFT)
def new(request: StaffRequest) -> HttpResponse:
    """Choose a kind, fill in what it wants, and get a draft; ``?ref=`` names what the document is about."""
    code = request.GET.get("kind", "")
    choices = [{"kind": one, "label": DocumentKind(one.kind).label} for one in kinds().values()]
    crumbs = [{"label": CRUMB, "url": reverse("document-register")}, {"label": "拟制文书"}]
    if code not in kinds() or code in HIDDEN:
        shown = [one for one in choices if one["kind"].kind not in HIDDEN]  # type: ignore[attr-defined]
        return render(request, "documents/choose.html", {"choices": shown, "breadcrumbs": crumbs})
    form = NewForm(request.POST or None, by=request.actor, kind=kinds()[code])
    if request.method == "POST" and form.is_valid():
        try:
            made = drafting.draft(
                by=request.actor,
                kind=DocumentKind(code),
                data=form.filled,
                units=form.chosen,
                copied=form.cleaned_data["copied"],
                externals=form.externals,
                provision=form.cleaned_data["provision"].strip(),
                refs=[one[:60] for one in request.GET.getlist("ref")[:50]],
            )
        except DocumentRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已生成拟稿，请核对正文后送签。")
            return redirect("document-draft", made.pk)
    context = {"form": form, "label": DocumentKind(code).label, "breadcrumbs": crumbs}
    return render(request, "documents/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.DOCUMENT_DRAFT)
def bulletin(request: StaffRequest) -> HttpResponse:
    """Compose a monthly or weekly bulletin from the sections of the rooms."""
    today = clock.today()
    form = BulletinForm(request.POST or None, initial={"day": today})
    if request.method == "POST" and form.is_valid():
        units = Capacity.objects.filter(
            pk__in=request.actor.scope.capacity_ids - {request.actor.capacity_id},
            level__in=form.cleaned_data["levels"],
            valid__contains=today,
        )
        try:
            made = bulletins.compose(
                by=request.actor,
                kind=form.wanted,
                day=form.cleaned_data["day"],
                chosen=form.cleaned_data["chosen"],
                units=units.select_related("agency"),
                today=today,
            )
        except DocumentRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已按记录汇总成稿，请核对后送签。")
            return redirect("document-draft", made.pk)
    crumbs = [{"label": CRUMB, "url": reverse("document-register")}, {"label": "编制月报、周报"}]
    return render(
        request, "documents/bulletin.html", {"form": form, "breadcrumbs": crumbs}, status=422 if form.errors else 200
    )


def _draft(request: StaffRequest, number: int) -> Draft:
    try:
        return queries.draft(request.actor.scope, number)
    except Draft.DoesNotExist as missing:
        raise Http404("没有这份拟稿") from missing


def printed(draft: Draft) -> dict[str, Any]:
    """What would be printed of a draft today."""
    return printing.printed(draft, number="", day=clock.today(), code="", signer="")


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.DOCUMENT_READ)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """A draft: its text to be edited, its pages as they will be printed, what to do next."""
    draft = _draft(request, number)
    if draft.state == Draft.State.ISSUED:
        return redirect("document-page", draft.document.pk)
    own = draft.capacity_id == request.actor.capacity_id
    live = own and draft.state in drafting.OPEN
    may_edit = live and request.actor.may(Permission.DOCUMENT_DRAFT)
    wrote = request.actor.person_id in drafting.authors(draft)
    was_sent = draft.state == Draft.State.SENT
    given = request.POST if request.method == "POST" else None
    form = TextForm(given, by=request.actor, kind=kinds()[draft.kind], draft=draft, initial=initial_of(draft))
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            drafting.change(
                by=request.actor,
                draft=draft,
                version=words["version"],
                title=words["title"],
                body=words["body"],
                units=form.chosen,
                copied=words["copied"],
                externals=form.externals,
                attachments=words["attachments"].splitlines(),
                note=words["note"],
                tables=form.tables,
            )
        except DocumentRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已保存，须重新送签。" if was_sent else "已保存。")
            return redirect("document-draft", draft.pk)
    leads = kinds()[draft.kind].signs == "leader"
    signs = Permission.DOCUMENT_ISSUE if leads else Permission.DOCUMENT_DRAFT
    pages = len(printing.pages(printed(draft)))
    return render(
        request,
        "documents/draft.html",
        {
            "draft": draft,
            "form": form,
            "pages": range(1, pages + 1),
            "may_edit": may_edit,
            "may_send": may_edit and draft.state == Draft.State.WRITING and leads,
            "may_sign": live and request.actor.may(signs) and (was_sent or not leads) and not (leads and wrote),
            "may_give_back": live and was_sent and request.actor.may(Permission.DOCUMENT_ISSUE),
            "own_draft": leads and wrote,
            "would_lose": may_edit and leads and not wrote and request.actor.may(Permission.DOCUMENT_ISSUE),
            "changed_by": drafting.others_who_wrote(draft),
            "breadcrumbs": [
                {"label": CRUMB, "url": reverse("document-register")},
                {"label": "拟稿待签", "url": reverse("document-drafts")},
                {"label": draft.get_kind_display()},
            ],
        },
        status=422 if form.errors else 200,
    )


@require_safe
@page(Permission.DOCUMENT_READ)
def picture(request: StaffRequest, number: int, sheet: int) -> HttpResponse:
    """One page of a draft as a picture."""
    return sheet_of(printed(_draft(request, number)), sheet)


def sheet_of(data: dict[str, Any], sheet: int) -> HttpResponse:
    """Page ``sheet`` of what is printed, as PNG; 404 beyond the last."""
    pages = printing.pages(data)
    if not 1 <= sheet <= len(pages):
        raise Http404("没有这一页")
    response = HttpResponse(pages[sheet - 1], content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@page(Permission.DOCUMENT_READ)
def act(request: StaffRequest, number: int, verb: str) -> HttpResponse:
    """Send for signature, sign, give back, drop."""
    draft = _draft(request, number)
    version = number_of(request.POST.get("version"))
    reason = request.POST.get("reason", "")
    try:
        if version is None:
            raise DocumentRefused("没有写明办理的是哪一稿，请刷新后再办")
        if verb == "issue":
            document = drafting.issue(by=request.actor, draft=draft, version=version, calendar=working_calendar())
            messages.success(request, f"已签发 {document.number}，送达 {document.services.count()} 个单位。")
            return redirect("document-page", document.pk)
        if verb == "send":
            drafting.send(by=request.actor, draft=draft, version=version)
            messages.success(request, "已送签，等待领导签发。")
        elif verb == "give-back":
            drafting.give_back(by=request.actor, draft=draft, version=version, reason=reason)
            messages.success(request, "已退回修改。")
        elif verb == "drop":
            drafting.drop(by=request.actor, draft=draft, version=version, reason=reason)
            messages.success(request, "已作废。")
            return redirect("document-drafts")
        else:
            raise Http404("没有这个办理动作")
    except (DocumentRefused, NotAllowed) as refusal:
        messages.error(request, str(refusal))
    return redirect("document-draft", draft.pk)
