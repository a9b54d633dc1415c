"""Forms of what is done to a case: which fields an act has and what is said beside it. The rules decide the rest."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.rules import LONGEST_TEXT, MOVES, State, Verb, kind_of
from jianguan.backbone.people.acting import Actor
from jianguan.kit import clock
from jianguan.web.asked import DayField
from jianguan.web.people.forms import Choices, Day, seats

YES_NO = {"agreed": ("同意", "不同意"), "granted": ("同意延期", "不同意"), "upheld": ("申诉成立", "维持原处理")}


@dataclass(frozen=True, slots=True)
class Look:
    """An act on the page: what its text is called ('' for none), its other fields, what is said, whether it hurts."""

    text: str = ""
    fields: tuple[str, ...] = ()
    said: str = ""
    danger: bool = False


LOOKS: Mapping[Verb, Look] = {
    Verb.ANSWER: Look("首次答复", said="投诉人在门户里原样看到，不写内部情况。"),
    Verb.ASSIGN: Look(
        "",
        ("handler", "last_day"),
        "从现在起算签收和办结期限；部局或上级已定期限的，填写那一天。退回后重新交办的，沿用原办结期限，不能推后。",
    ),
    Verb.CHASE: Look("催办内容", said="记入经过，承办单位看得到。"),
    Verb.CLOSE: Look("办结意见", said="办结后只能以决定重开。"),
    Verb.COPY: Look("抄送说明", ("units",), "被抄送的单位能看到本事项，不能办理；抄送不能收回。"),
    Verb.COUNTERSIGN: Look("请会签什么", ("units",), "会签单位能看到本事项并写会签意见。"),
    Verb.DECIDE_EXTENSION: Look(
        "决定的理由",
        ("granted", "last_day"),
        "决定单独编入决定登记；原期限保留可查，已经超期的不因延期改变。未办结的子事项随之延长。",
    ),
    Verb.DECIDE_OBJECTION: Look(
        "决定的理由",
        ("upheld", "again_day"),
        "由没有参与本事项立项、复核、办结的人员决定。申诉成立的：已办结的随即重开；还没有提交结果的退回交办单位重新交办；"
        "已提交过结果的，由没有复核过本事项的人员重新复核，未在待复核状态的由承办单位再次提交。",
    ),
    Verb.HAND_OVER: Look(
        "移交的理由",
        ("new_handler", "new_issuer"),
        "办结期限不重新起算；还没有签收的，新的承办单位从移交起算签收期限。",
        danger=True,
    ),
    Verb.HELP: Look("请协办什么", ("units",), "协办单位能看到并办理，由承办单位统一提交。"),
    Verb.LIST: Look("挂牌督办的理由", said="挂牌后在上下级之间公开，办结前不能取消。", danger=True),
    Verb.NOTE: Look("补充的情况"),
    Verb.OBJECT: Look("申诉内容和理由", said="由没有参与过本事项的人员决定；申诉期间期限不停止。"),
    Verb.OPINE: Look("会签意见", ("agreed",), "由没有参与办理本事项的人员提出；以本单位最后一次意见为准。"),
    Verb.PASS: Look("复核意见", said="写明怎样核实的。通过后由交办单位办结。"),
    Verb.RECEIVE: Look("签收意见", said="签收后由本单位按期办理。"),
    Verb.REFUSE: Look("退回的理由", said="退回交办单位重新交办，办结期限继续计算。", danger=True),
    Verb.REOPEN: Look("重开的理由", ("new_day",), "须有新的办结期限。", danger=True),
    Verb.REQUEST_EXTENSION: Look("延期的理由", ("wished",), "决定之前原期限继续有效，不会自动同意。"),
    Verb.RETURN: Look("退回的理由和要求", said="退回承办单位继续办理，期限不变。", danger=True),
    Verb.SPLIT: Look("分解说明", ("units",), "每个单位一个子事项，都受本事项的办结期限约束；由本单位汇总提交。"),
    Verb.SUBMIT: Look("办理结果", ("outcome",), "写明查了什么、结论、怎么整改。提交后由交办单位复核。"),
    Verb.SUPERVISE: Look("督办要求", said="督办标记一直保留到办结。"),
    Verb.TRANSFER: Look(
        "转办的理由", ("other",), "办结期限继续计算，签收期限从转办起算；转办前已经超期的仍记在本单位；本单位转为抄送。"
    ),
    Verb.WORK: Look("办理情况"),
}
FILED = frozenset(
    {
        Verb.NOTE, Verb.OBJECT, Verb.OPINE, Verb.PASS, Verb.REFUSE, Verb.REQUEST_EXTENSION, Verb.RETURN, Verb.SUBMIT,
        Verb.WORK,
    }
)  # fmt: skip
"""Acts that files may be laid to."""
GROUPS: Mapping[str, tuple[Verb, ...]] = {
    "办理": (
        Verb.ASSIGN, Verb.RECEIVE, Verb.SUBMIT, Verb.PASS, Verb.RETURN, Verb.CLOSE, Verb.OPINE, Verb.DECIDE_EXTENSION,
        Verb.DECIDE_OBJECTION, Verb.WORK, Verb.ANSWER,
    ),
    "协同": (Verb.NOTE, Verb.TRANSFER, Verb.SPLIT, Verb.HELP, Verb.COUNTERSIGN, Verb.COPY),
    "期限和争议": (Verb.REQUEST_EXTENSION, Verb.REFUSE, Verb.OBJECT, Verb.REOPEN),
    "督促": (Verb.CHASE, Verb.SUPERVISE, Verb.LIST, Verb.HAND_OVER),
}  # fmt: skip
"""Acts in the order of the page; the first possible one of the first group is the next step."""


def _seat(label: str, choices: Choices, *, required: bool = True) -> forms.TypedChoiceField:
    found = forms.TypedChoiceField(label=label, coerce=int, required=required, empty_value=None)
    found.choices = [("", "请选择" if required else "不变"), *choices]
    return found


def _day(label: str, *, required: bool, help_text: str = "") -> DayField:
    return DayField(label=label, required=required, widget=Day(), help_text=help_text)


def _asked(case: Case) -> dict[str, forms.Field]:
    """What an outcome asks for beside the text; the rules say when it is needed."""
    kind = kind_of(case.kind, case.flow)
    made: dict[str, forms.Field] = {}
    for outcome, asks in kind.asks.items():
        told = f"“{kind.outcomes[outcome]}”的须填写。"
        for name, ask in asks.items():
            choices = [("", "请选择"), *ask.choices.items()]
            made[name] = (
                forms.ChoiceField(label=ask.label, choices=choices, required=False, help_text=told)
                if ask.choices
                else forms.CharField(label=ask.label, max_length=300, required=False, help_text=told)
            )
    return made


class ActForm(forms.Form):
    """The fields of one act, with the version of the case that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *given: Any, verb: Verb, case: Case, by: Actor, choices: Choices, **named: Any) -> None:
        named.setdefault("auto_id", f"{verb.value}-%s")
        super().__init__(*given, **named)
        look = LOOKS[verb]
        units = [one for one in choices if one[0] != by.capacity_id]
        made: dict[str, forms.Field] = {}
        for name in look.fields:
            made[name] = self._field(name, case, list(choices), units)
        if verb is Verb.SUBMIT:
            made |= _asked(case)
        if look.text:
            made["text"] = forms.CharField(
                label=look.text,
                required=MOVES[verb].wants_text,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        self.fields.update({name: field for name, field in made.items() if field is not None})
        self.initial.setdefault("version", case.version)

    @staticmethod
    def _field(name: str, case: Case, every: Choices, others: Choices) -> Any:
        outcomes = kind_of(case.kind, case.flow).outcomes
        if name in YES_NO:
            word, no = YES_NO[name]
            return forms.ChoiceField(label="决定", choices=[("1", word), ("0", no)], widget=forms.RadioSelect)
        if name == "outcome":
            return forms.ChoiceField(
                label="办理结论", choices=list(outcomes.items()), widget=forms.RadioSelect
            ) if outcomes else None  # fmt: skip
        if name == "units":
            field = forms.TypedMultipleChoiceField(label="单位", coerce=int, help_text="按住 Ctrl 可选多个。")
            field.choices = list(others)
            field.widget.attrs["size"] = 8
            return field
        makers: dict[str, Any] = {
            "handler": lambda: _seat("承办单位", every),
            "other": lambda: _seat("转给", others),
            "new_handler": lambda: _seat("新的承办单位", every, required=False),
            "new_issuer": lambda: _seat("新的交办单位", every, required=False),
            "last_day": lambda: _day("办结期限", required=False, help_text="不填按规则计算；延期的须晚于原期限。"),
            "again_day": lambda: (
                _day("重新办理的期限", required=False, help_text="申诉成立的须填写，不早于今天。")
                if case.state == State.CLOSED
                else None
            ),
            "new_day": lambda: _day("新的办结期限", required=True),
            "wished": lambda: _day("希望延至", required=True),
        }
        return makers[name]()


def form_of(verb: Verb, case: Case, by: Actor, data: Any = None) -> ActForm:
    """The form of an act, filled with what was sent."""
    wide = verb in {Verb.COPY, Verb.COUNTERSIGN}
    wants_units = {"units", "handler", "other", "new_handler"} & set(LOOKS[verb].fields)
    choices = (everybody() if wide else seats(by.scope.capacity_ids)) if wants_units else []
    initial = {"handler": case.handler_id if case.handler_id != by.capacity_id else None} if not data else {}
    return ActForm(data, verb=verb, case=case, by=by, choices=choices, initial=initial)


def everybody() -> Choices:
    """Choices of all capacities in force: whom one may tell or ask need not be below."""
    return seats(Capacity.objects.values_list("pk", flat=True))


CLAUSE = r"^[0-9]{1,2}(\.[0-9]{1,2}[a-z]?)?$"
OF_LEARNER = ("learner_name", "learner_number", "session")


class NewForm(forms.Form):
    """A case to open, and whom it is assigned to at once."""

    field_order = ("kind", "title", "text", "provision", "severity", "handler", "last_day", *OF_LEARNER)

    kind = forms.ChoiceField(label="种类")
    title = forms.CharField(label="标题", max_length=200)
    text = forms.CharField(
        label="内容和要求", max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写明时间、地点、什么问题、要求做到什么。",
    )  # fmt: skip
    severity = forms.ChoiceField(
        label="程度", choices=[("general", "一般"), ("serious", "严重")], widget=forms.RadioSelect, initial="general",
        help_text="整改事项：严重的期限更短。",
    )  # fmt: skip
    provision = forms.RegexField(
        CLAUSE,
        label="依据条款",
        max_length=20,
        help_text="例如 5.7",
        error_messages={"invalid": "写成 5.7 的样子"},
    )
    learner_name = forms.CharField(label="学员姓名", max_length=40, required=False)
    learner_number = forms.CharField(
        label="学员居民身份证号码", max_length=18, required=False,
        help_text="加密保存，页面只显示姓和末四位。",
    )  # fmt: skip
    session = forms.CharField(label="替学的场次", max_length=80, required=False, help_text="平台、日期、课程。")
    handler = forms.TypedChoiceField(
        label="承办单位", coerce=int, required=False, empty_value=None, help_text="不选则先立项，以后再交办。"
    )
    last_day = DayField(
        label="办结期限",
        required=False,
        widget=Day(),
        help_text="不填按规则从交办之日起算；上级已定期限的填写那一天。",
    )

    def __init__(self, *given: Any, kinds: Choices, choices: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["kind"].choices = list(kinds)  # type: ignore[attr-defined]
        self.fields["handler"].choices = [("", "暂不交办"), *choices]  # type: ignore[attr-defined]

    @property
    def shared(self) -> list[forms.BoundField]:
        """The fields of every kind."""
        return [self[name] for name in self.fields if name not in OF_LEARNER]

    @property
    def of_learner(self) -> list[forms.BoundField]:
        """The fields of substitute learning alone."""
        return [self[name] for name in OF_LEARNER]

    def clean(self) -> dict[str, Any]:
        """A learner belongs to a case of substitute learning, a day in the past to none."""
        given = super().clean() or {}
        if given.get("kind") == "substitute-learner":
            for name in ("learner_name", "learner_number"):
                if not given.get(name):
                    self.add_error(name, "替学核查须写明学员")
        day: dt.date | None = given.get("last_day")
        if day is not None and day < clock.today():
            self.add_error("last_day", "不能早于今天")
        return given
