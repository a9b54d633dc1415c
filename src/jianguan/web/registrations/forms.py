"""The form of a new registration: plain input; what is allowed is decided by the room's rules."""

from django import forms

from jianguan.backbone.people.models import Person
from jianguan.backbone.registrations.models import RegistrationKind
from jianguan.web.asked import DayField

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
NOT_BY_HAND = {RegistrationKind.ROSTER}
"""Rosters have pages of their own."""


class PersonChoice(forms.ModelChoiceField):
    """A person by number, name and whether he is a police officer."""

    def label_from_instance(self, person: Person) -> str:
        """The words of one choice."""
        return f"{person.number} {person.name}（{'民警' if person.is_police else '非民警'}）"


class RegistrationForm(forms.Form):
    """What is registered, for whom, from when to when."""

    kind = forms.ChoiceField(
        label="种类", choices=[(kind.value, kind.label) for kind in RegistrationKind if kind not in NOT_BY_HAND]
    )
    title = forms.CharField(label="名称", max_length=120, help_text="如“监管中心机构设置”“监管岗定岗定责表”。")
    number = forms.CharField(label="文号", max_length=60, required=False)
    valid_from = DayField(label="有效期自", widget=DAY)
    valid_to = DayField(
        label="有效期止", widget=DAY, required=False, help_text="有效的最后一天；长期有效的不填，协议和责任书必填。"
    )
    person = PersonChoice(label="人员", queryset=Person.objects.none(), required=False)
    partner = forms.CharField(label="合作单位或其人员", max_length=120, required=False)
    content = forms.CharField(
        label="内容",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="职责、编制、制度要点等。",
    )
