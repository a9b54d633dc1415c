"""The form of a new norm: plain input; versions and recipients are decided by the room's rules."""

from django import forms

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.documents.models import STANDING, Document
from jianguan.web.asked import DayField

LEVELS = (
    ("CITY", "全部市级"),
    ("VEHICLE_OFFICE", "全部车管所"),
    ("COUNTY", "全部县级"),
    ("TECHNOLOGY", "全部科技部门"),
)


class NormForm(forms.Form):
    """Title, text, when it comes into force, what it replaces, and on whom it is served."""

    kind = forms.ChoiceField(label="种类", choices=[(kind.value, kind.label) for kind in STANDING], initial="norm")
    title = forms.CharField(label="标题", max_length=200)
    body = forms.CharField(label="正文", widget=forms.Textarea(attrs={"rows": 12}))
    in_force_from = DayField(label="施行日", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    replaces = forms.ModelChoiceField(
        label="替代旧版本", queryset=Document.objects.none(), required=False, empty_label="不替代，是新的规范"
    )
    levels = forms.MultipleChoiceField(
        label="送达范围", choices=LEVELS, required=False, widget=forms.CheckboxSelectMultiple
    )
    recipients = forms.ModelMultipleChoiceField(
        label="另行送达",
        queryset=Capacity.objects.none(),
        required=False,
        help_text="按住 Ctrl 可选多个；与上面的范围合并。",
    )
