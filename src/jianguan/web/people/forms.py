"""Forms of persons, posts, appointments and accounts. What is acceptable is decided in ``backbone.people``."""

from collections.abc import Iterable

from django import forms

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people.models import Post
from jianguan.backbone.people.roles import roles
from jianguan.kit import clock
from jianguan.web.asked import DayField

Choices = Iterable[tuple[int | str, str]]


def seats(capacity_ids: Iterable[int]) -> list[tuple[int | str, str]]:
    """Choices of capacities in force today, in the order of the tree."""
    found = Capacity.objects.select_related("agency").filter(pk__in=capacity_ids, valid__contains=clock.today())
    return [(one.pk, one.title) for one in found]


class Day(forms.DateInput):
    """A day, chosen in the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PersonForm(forms.Form):
    """A person to add."""

    name = forms.CharField(label="姓名", max_length=60)
    number = forms.CharField(label="警号或工号", max_length=20)
    is_police = forms.BooleanField(label="人民警察", required=False, initial=True)
    phone = forms.RegexField(
        r"^[0-9+ -]{5,20}$", label="电话", required=False, error_messages={"invalid": "只能是数字、空格、加号和横线"}
    )
    home = forms.TypedChoiceField(label="所属", coerce=int)

    def __init__(self, *args: object, choices: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["home"].choices = choices  # type: ignore[attr-defined]


class PostForm(forms.Form):
    """A post to add."""

    capacity = forms.TypedChoiceField(label="履职身份", coerce=int)
    title = forms.CharField(label="岗位名称", max_length=60)
    role = forms.ChoiceField(label="岗位类型", help_text="岗位类型决定权限，设立后不能更改")
    full_time = forms.BooleanField(label="专职", required=False)
    duties = forms.CharField(label="岗位职责", required=False, widget=forms.Textarea({"rows": 3}))
    since = DayField(label="设立日", widget=Day)

    def __init__(self, *args: object, choices: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["capacity"].choices = choices  # type: ignore[attr-defined]
        self.fields["role"].choices = [(role.id, role.title) for role in roles().values()]  # type: ignore[attr-defined]


class AppointmentForm(forms.Form):
    """A post to give to a person."""

    post = forms.TypedChoiceField(label="岗位", coerce=int)
    since = DayField(label="任职起始日", widget=Day)

    def __init__(self, *args: object, posts: Iterable[Post], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["post"].choices = [  # type: ignore[attr-defined]
            (one.pk, f"{one.capacity.title} · {one.title}") for one in posts
        ]


class EndForm(forms.Form):
    """When and why something ends."""

    on = DayField(label="结束日")
    reason = forms.CharField(label="理由")


class AccountForm(forms.Form):
    """A log-in to make."""

    username = forms.CharField(label="用户名", max_length=32, help_text="3–32 位小写字母、数字、点或横线，以字母开头")
    password = forms.CharField(
        label="初始密码",
        strip=False,
        help_text="至少 10 个字符；请当面告知本人并要求其修改",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
