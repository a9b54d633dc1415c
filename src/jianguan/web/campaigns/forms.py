"""The form of a new campaign."""

import datetime as dt
from typing import Any

from django import forms

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.campaigns import queries, rules
from jianguan.backbone.campaigns.models import CampaignKind
from jianguan.backbone.campaigns.rules import Plan
from jianguan.backbone.people.acting import Actor
from jianguan.kit import clock
from jianguan.web.asked import DayField

DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
CLAUSES = sorted({one for clauses in rules.PROVISIONS.values() for one in clauses}, key=float)


class NewCampaign(forms.Form):
    """What is asked of whoever organises a campaign."""

    title = forms.CharField(label="名称", max_length=100)
    purpose = forms.CharField(label="目的", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(label="方式", choices=CampaignKind.choices, initial=CampaignKind.OPEN_VISIT)
    provision = forms.ChoiceField(label="依据条款", choices=[(one, f"条款{one}") for one in CLAUSES])
    target_kind = forms.ChoiceField(label="检查对象")
    area = forms.ModelChoiceField(label="区域", queryset=Capacity.objects.none(), empty_label=None)
    percent = forms.IntegerField(label="抽取比例（%）", required=False, min_value=1, max_value=100)
    count = forms.IntegerField(label="或抽取个数", required=False, min_value=1, max_value=10_000)
    inspectors = forms.IntegerField(label="每个对象检查人数", initial=2, min_value=2, max_value=rules.MOST_INSPECTORS)
    first = DayField(label="开始日", widget=DATE)
    last = DayField(label="截止日", widget=DATE)
    embargo = DayField(
        label="保密至（暗访必填）", required=False, widget=DATE, help_text="到这一日零时为止，被查单位看不到任何内容。"
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target_kind"].choices = queries.target_kinds()  # type: ignore[attr-defined]
        area = self.fields["area"]
        area.queryset = (  # type: ignore[attr-defined]
            Capacity.objects.filter(pk__in=by.scope.capacity_ids, level__in=("PROVINCE", "CITY", "VEHICLE_OFFICE"))
            .select_related("agency")
            .order_by("agency__order", "level")
        )
        area.label_from_instance = lambda one: one.title  # type: ignore[attr-defined]

    def plan(self) -> Plan:
        """What was asked for; the form is valid."""
        asked = self.cleaned_data
        embargo: dt.date | None = asked["embargo"]
        return Plan(
            title=asked["title"],
            purpose=asked["purpose"],
            kind=asked["kind"],
            provision=asked["provision"],
            first=asked["first"],
            last=asked["last"],
            percent=asked["percent"],
            count=asked["count"],
            inspectors=asked["inspectors"],
            embargo_until=dt.datetime.combine(embargo, dt.time(), clock.CHINA) if embargo else None,
        )
