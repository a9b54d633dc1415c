"""Forms of documents: plain input; kinds, addressees and terms are decided by the room's rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.documents import bulletins, sections
from jianguan.backbone.documents.kinds import Kind, OutsideKind
from jianguan.backbone.documents.models import Dispatch, DocumentKind, Draft
from jianguan.backbone.people.acting import Actor
from jianguan.kit import clock
from jianguan.web.asked import DayField

MOST_ROWS = 2_000
LEVELS = (
    ("CITY", "全部市级"),
    ("VEHICLE_OFFICE", "全部车管所"),
    ("COUNTY", "全部县级"),
    ("TECHNOLOGY", "全部科技部门"),
)


def addressable(by: Actor, kind: Kind | None) -> QuerySet[Capacity]:
    """Whom a document of a kind may be addressed to: other agencies; what orders goes down only."""
    found = Capacity.objects.filter(valid__contains=clock.today()).exclude(agency__capacities=by.capacity_id)
    if kind is None or kind.layout == "file":
        found = found.filter(pk__in=by.scope.capacity_ids)
    return found.select_related("agency").order_by("agency__order", "level")


def _names(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class AddressedForm(forms.Form):
    """Whom a document goes to, inside and outside the house."""

    levels = forms.MultipleChoiceField(
        label="主送范围", choices=LEVELS, required=False, widget=forms.CheckboxSelectMultiple
    )
    units = forms.ModelMultipleChoiceField(
        label="主送单位",
        queryset=Capacity.objects.none(),
        required=False,
        help_text="按住 Ctrl 可选多个；与上面的范围合并。",
    )
    copied = forms.ModelMultipleChoiceField(label="抄送单位", queryset=Capacity.objects.none(), required=False)

    def __init__(self, *given: Any, by: Actor, kind: Kind | None, **named: Any) -> None:
        super().__init__(*given, **named)
        self.below = addressable(by, kind)
        for name in ("units", "copied"):
            self.fields[name].queryset = self.below  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["size"] = 6
        for outside in OutsideKind:
            self.fields[f"outside_{outside.value}"] = forms.CharField(
                label=f"外单位：{outside.label}",
                required=False,
                widget=forms.Textarea(attrs={"rows": 1, "placeholder": "每行一个名称"}),
            )

    @property
    def chosen(self) -> list[Capacity]:
        """The main addressees: the levels and the units chosen one by one, each once, in the order of agencies."""
        ids = {one.pk for one in self.cleaned_data["units"]}
        return [one for one in self.below if one.pk in ids or one.level in self.cleaned_data["levels"]]

    @property
    def externals(self) -> list[dict[str, str]]:
        """The bodies outside the house, as the action wants them."""
        return [
            {"name": name, "kind": outside.value}
            for outside in OutsideKind
            for name in _names(self.cleaned_data[f"outside_{outside.value}"])
        ]


class TextForm(AddressedForm):
    """Title and text of a draft, attachments, one table pasted from a spreadsheet."""

    title = forms.CharField(label="标题", max_length=120)
    body = forms.CharField(
        label="正文",
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="行首“一、”为一级标题，“（一）”为二级标题；单独一行的“{table}”处放表格。",
    )
    table_caption = forms.CharField(label="表格标题", max_length=80, required=False)
    table = forms.CharField(
        label="表格", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="从电子表格复制粘贴，第一行为表头。",
    )  # fmt: skip
    attachments = forms.CharField(
        label="附件名称", required=False, widget=forms.Textarea(attrs={"rows": 2, "placeholder": "每行一个"})
    )
    note = forms.CharField(label="附注", max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    field_order = ("version", "title", "body", "table_caption", "table", "attachments", "note")

    def __init__(self, *given: Any, draft: Draft, **named: Any) -> None:
        super().__init__(*given, **named)
        self.many_tables = len(draft.tables) > 1
        if self.many_tables:
            del self.fields["table"], self.fields["table_caption"]

    @property
    def tables(self) -> list[dict[str, Any]] | None:
        """The table as the action wants it; None keeps those that were composed from records."""
        if self.many_tables:
            return None
        lines = [line.split("\t") for line in self.cleaned_data["table"].splitlines() if line.strip()]
        if not lines:
            return []
        head, *rows = lines
        return [{
            "caption": self.cleaned_data["table_caption"],
            "columns": head,
            "rows": [(row + [""] * len(head))[: max(len(head), len(row))] for row in rows],
        }]  # fmt: skip


def initial_of(draft: Draft) -> dict[str, Any]:
    """What a form shows of a draft."""
    table: Mapping[str, Any] = draft.tables[0] if len(draft.tables) == 1 else {}
    lines = [table["columns"], *table["rows"]] if table else []
    outside = {
        f"outside_{kind.value}": "\n".join(one["name"] for one in draft.externals if one["kind"] == kind.value)
        for kind in OutsideKind
    }
    return outside | {
        "version": draft.version,
        "title": draft.title,
        "body": draft.body,
        "units": draft.units,
        "copied": draft.copied,
        "attachments": "\n".join(draft.attachments),
        "note": draft.note,
        "table_caption": table.get("caption", ""),
        "table": "\n".join("\t".join(cell.replace("\n", " ") for cell in line) for line in lines),
    }


class NewForm(AddressedForm):
    """What a kind wants filled in."""

    def __init__(self, *given: Any, by: Actor, kind: Kind, **named: Any) -> None:
        super().__init__(*given, by=by, kind=kind, **named)
        self.blanks = tuple(one.name for one in kind.fields)
        for one in kind.fields:
            widget = forms.Textarea(attrs={"rows": 3}) if one.long else forms.TextInput()
            limit = 20_000 if one.long else 80
            self.fields[one.name] = forms.CharField(label=one.label, max_length=limit, required=False, widget=widget)
        self.fields["provision"] = forms.CharField(
            label="依据条款", max_length=20, initial=kind.basis(by.level), required=False
        )
        self.order_fields([*self.blanks, "provision"])

    @property
    def filled(self) -> dict[str, str]:
        """What was filled in."""
        return {name: self.cleaned_data[name] for name in self.blanks}


class BulletinForm(forms.Form):
    """Which bulletin, of which period, from which sections."""

    kind = forms.ChoiceField(label="种类", choices=[(one.value, one.label) for one in bulletins.BULLETINS])
    day = DayField(
        label="时段内任一天", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="月报取该日所在月，周报取该日所在周（周一至周日）。",
    )  # fmt: skip
    chosen = forms.MultipleChoiceField(label="组成部分", widget=forms.CheckboxSelectMultiple)
    levels = forms.MultipleChoiceField(
        label="主送范围", choices=LEVELS, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        known: Sequence[tuple[str, str]] = [(one.key, one.title) for one in sections.known()]
        self.fields["chosen"].choices = known  # type: ignore[attr-defined]
        self.fields["chosen"].initial = [key for key, _ in known]

    @property
    def wanted(self) -> DocumentKind:
        """The kind that was chosen."""
        return DocumentKind(self.cleaned_data["kind"])


class DispatchForm(forms.Form):
    """Where a document went outside the house, and how."""

    body = forms.CharField(label="外单位", max_length=120)
    kind = forms.ChoiceField(label="类别", choices=OutsideKind.choices)
    way = forms.ChoiceField(label="方式", choices=Dispatch.Way.choices, initial=Dispatch.Way.POST)
    postal_number = forms.CharField(label="邮件号", max_length=40, required=False)
    sent_on = DayField(label="送出日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ReceiptForm(forms.Form):
    """The slip that came back."""

    received = forms.ChoiceField(label="结果", choices=[("yes", "已收"), ("no", "拒收")])
    name = forms.CharField(label="签收人或拒收人", max_length=60)
    received_on = DayField(label="签收日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label="拒收理由", max_length=300, required=False)
    slip = forms.FileField(label="送达回证", required=False, help_text="JPEG、PNG 照片或 PDF，不超过 8 MB。")
