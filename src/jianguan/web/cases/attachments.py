"""Files laid to a case (附件): laid to a note from the page, saved by whoever sees the case."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.cases import attachments
from jianguan.backbone.cases.actions import CaseRefused, take
from jianguan.backbone.cases.models import Attachment, Case, Step
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.web.cases.show import found, shown
from jianguan.web.objects import content_of, saved
from jianguan.web.page import StaffRequest, page

UNPROCESSABLE = 422


def lay(by: Actor, case: Case, step: Step, request: HttpRequest) -> None:
    """Lay the files of a form to a step just taken. Raises AttachmentRefused; the step is then to be undone."""
    sent = request.FILES.getlist("files")
    if any((one.size or 0) > attachments.LARGEST for one in sent):
        raise attachments.AttachmentRefused(f"单个附件不能超过{attachments.LARGEST >> 20}MB")
    for one in sent:
        attachments.attach(by=by, case=case, file=one.read(), name=one.name or "", step=step)


@require_POST
@page(Permission.CASE_HANDLE)
def add(request: StaffRequest, pk: int) -> HttpResponse:
    """Lay files to a note made for them."""
    case = found(request, pk)
    sent = request.FILES.getlist("files")
    try:
        if not sent:
            raise attachments.AttachmentRefused("请选择文件")
        with transaction.atomic():
            told = request.POST.get("text", "").strip() or f"补充附件 {len(sent)} 个"
            step = take(by=request.actor, case=case, verb=Verb.NOTE, version=case.version, text=told)
            lay(request.actor, case, step, request)
    except CaseRefused as refused:
        return shown(request, found(request, pk), problem=str(refused), status=UNPROCESSABLE)
    messages.success(request, f"已附 {len(sent)} 个文件。")
    return redirect("case", pk)


@require_safe
@page(Permission.CASE_READ)
def download(request: StaffRequest, number: int) -> HttpResponse:
    """One file, as a download."""
    one = Attachment.objects.select_related("stored").filter(pk=number).first()
    if one is None:
        raise Http404("没有这个附件")
    found(request, one.case_id)
    return saved(content_of(one.stored), one.name, one.stored.media_type)
