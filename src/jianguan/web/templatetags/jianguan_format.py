"""Template filters: how dates, numbers, names, states and form controls are written on every page."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils import timezone
from django.utils.safestring import SafeString

from jianguan.web.states import LOOKS, Look, look_of
from jianguan.web.words import object_word, source_word

register = template.Library()
register.filter(object_word)
register.filter(source_word)

NOTHING = "—"
_WEEKDAYS = "一二三四五六日"


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


@register.filter
def cn_date(day: date | None) -> str:
    """`2026-11-23（周一）`; a dash for None."""
    if day is None:
        return NOTHING
    if isinstance(day, datetime):
        day = _local(day).date()
    return f"{day.isoformat()}（周{_WEEKDAYS[day.weekday()]}）"


@register.filter
def cn_datetime(moment: datetime | None) -> str:
    """`2026-11-23（周一） 09:05` in the time zone of the pages; a dash for None."""
    return NOTHING if moment is None else f"{cn_date(moment)} {_local(moment):%H:%M}"


@register.filter
def cn_time(moment: datetime | None) -> str:
    """`09:05` in the time zone of the pages; a dash for None."""
    return NOTHING if moment is None else f"{_local(moment):%H:%M}"


@register.filter
def cn_period(first: date, last: date) -> str:
    """Label of the period from `first` to `last`, both included: a day, week, month, quarter, year or a span.

    `2026-11-23（周一）` · `2026年第48周（11-23 至 11-29）` · `2026年11月` · `2026年第4季度` · `2026年`.
    """
    if first == last:
        return cn_date(first)
    if first.weekday() == 0 and last == first + timedelta(days=6):
        year, week, _ = first.isocalendar()
        return f"{year}年第{week}周（{first:%m-%d} 至 {last:%m-%d}）"
    after = last + timedelta(days=1)
    if first.day == 1 and after.day == 1:
        months = (after.year - first.year) * 12 + after.month - first.month
        if months == 1:
            return f"{first.year}年{first.month}月"
        if months == 3 and first.month in {1, 4, 7, 10}:
            return f"{first.year}年第{(first.month + 2) // 3}季度"
        if months == 12 and first.month == 1:
            return f"{first.year}年"
    return f"{first.isoformat()} 至 {last.isoformat()}"


@register.filter
def number(value: int | float | Decimal | None, places: int = 0) -> str:
    """`12,345`, with `places` decimals when asked; a dash for None, which is not zero."""
    return NOTHING if value is None else f"{value:,.{places}f}"


@register.filter
def percent(value: float | Decimal | None, places: int = 1) -> str:
    """A share of 1 as `5.2%`; a dash for None, which is not zero."""
    return NOTHING if value is None else f"{value * 100:.{places}f}%"


@register.filter
def masked_name(name: str) -> str:
    """A person's name with the middle hidden: 张* · 张*明 · 欧阳** ; names with a dot keep the dot: 阿依**·**."""
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    if len(name) == 3:
        return f"{name[0]}*{name[2]}"
    return name[:2] + "".join(letter if letter == "·" else "*" for letter in name[2:])


@register.filter
def state_look(state: object) -> Look:
    """Appearance of a ledger state given as its Chinese word or as an enumeration member with that label or value."""
    return look_of(str(getattr(state, "label", None) or getattr(state, "value", state)))


@register.simple_tag
def state_looks() -> tuple[Look, ...]:
    """All ten states, for the legend."""
    return LOOKS


@register.filter
def as_control(field: BoundField) -> SafeString:
    """The widget of a form field with the classes of the theme."""
    widget = field.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return field.as_widget()  # a class would land on the frame of the group as well
    if isinstance(widget, CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, Select):
        css = "form-select"
    else:
        css = "form-control"
    if field.errors:
        css += " is-invalid"
    return field.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {css}".strip()})


@register.filter
def control_kind(field: BoundField) -> str:
    """`single` for one check box, `group` for a set of choices, `control` for anything else."""
    widget = field.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "group"
    return "single" if isinstance(widget, CheckboxInput) else "control"
