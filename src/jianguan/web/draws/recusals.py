"""Recusals (回避): who reviews nothing of which site or of whose doing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jianguan.backbone.draws import actions, queries
from jianguan.backbone.draws.models import Recusal
from jianguan.backbone.people import queries as people
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.subjects.models import Subject
from jianguan.kit import clock
from jianguan.web.draws.populations import tabs
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules.tabs import columns

SHOWN = 200


class RecusalForm(forms.Form):
    """Who stands back from what."""

    appointment = forms.TypedChoiceField(label="回避人", coerce=int)
    subject = forms.TypedChoiceField(label="场所", coerce=int, required=False, empty_value=None)
    doer = forms.CharField(label="经办人编号", max_length=64, required=False, help_text="场所和经办人只写一项。")
    reason = forms.CharField(label="理由", max_length=200, help_text="如：亲属在该场所任职。")

    def __init__(self, *args: Any, holders: list[Appointment], sites: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appointment"].choices = [  # type: ignore[attr-defined]
            (one.pk, f"{one.person.name}（{one.post.title}）") for one in holders
        ]
        self.fields["subject"].choices = [("", "—"), *sites]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.DRAW_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """The recusals in scope; whoever may declares one for his unit."""
    actor = request.actor
    form = None
    if actor.may(Permission.RECUSAL_DECLARE):
        sites = Subject.objects.filter(capacity_id__in=actor.scope.capacity_ids, valid__contains=clock.today())
        form = RecusalForm(
            request.POST or None,
            holders=people.holders(actor.scope, actor.capacity_id, clock.today()),
            sites=list(sites.order_by("name").values_list("pk", "name")[:1000]),
        )
    if request.method == "POST":
        actor.require(Permission.RECUSAL_DECLARE)
    status = 200
    if form is not None and form.is_bound:
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.declare_recusal(
                    by=actor,
                    appointment=people.appointment(actor.scope, given["appointment"]),
                    subject=Subject.objects.filter(pk=given["subject"]).first() if given["subject"] else None,
                    doer=given["doer"],
                    reason=given["reason"],
                )
            except (actions.RecusalRefused, NotAllowed) as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "已申报回避，自下一次封存起生效。")
                return redirect("recusals")
    return render(
        request,
        "draws/recusals.html",
        {
            "tabs": tabs("recusals"),
            "form": form,
            "rows": [
                {
                    "one": row,
                    "ended": getattr(row, "ended_by", None),
                    "may_end": form is not None
                    and row.capacity_id == actor.capacity_id
                    and row.appointment.person_id != actor.person_id,
                }
                for row in queries.recusals(actor.scope)[:SHOWN]
            ],
            "columns": columns("回避人", "场所或经办人", "理由", "单位", "申报时间", "状态", ""),
            "breadcrumbs": [{"label": "抽查", "url": reverse("draws")}, {"label": "回避"}],
        },
        status=status,
    )


@require_POST
@page(Permission.RECUSAL_DECLARE)
def end(request: StaffRequest, number: int) -> HttpResponse:
    """End a recusal: never one's own."""
    try:
        found = queries.recusal(request.actor.scope, number)
    except Recusal.DoesNotExist:
        raise Http404("没有这项回避") from None
    try:
        actions.end_recusal(by=request.actor, recusal=found, reason=request.POST.get("reason", ""))
    except (actions.RecusalRefused, NotAllowed) as refused:
        messages.error(request, f"没有终止：{refused}")
    else:
        messages.success(request, "已终止回避，自下一次封存起生效。")
    return redirect("recusals")
