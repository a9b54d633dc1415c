"""Compose monthly and weekly bulletins (监管月报、监管周报) from the sections that rooms registered."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.documents import sections
from jianguan.backbone.documents.actions import DocumentRefused
from jianguan.backbone.documents.drafting import draft, kind_of
from jianguan.backbone.documents.models import DocumentKind, Draft
from jianguan.backbone.documents.rules import clean, day_words, filled
from jianguan.backbone.people.acting import Actor

BULLETINS = (DocumentKind.MONTHLY_BULLETIN, DocumentKind.WEEKLY_BULLETIN)
NOTHING = "本期没有相关记录。"
NUMERALS = "一二三四五六七八九十"
ONE_DAY = dt.timedelta(days=1)


def period_of(kind: DocumentKind, day: dt.date) -> tuple[dt.date, dt.date]:
    """The month or week (from Monday) that holds ``day``: first day, day after the last."""
    if kind == DocumentKind.WEEKLY_BULLETIN:
        first = day - dt.timedelta(days=day.weekday())
        return first, first + dt.timedelta(days=7)
    first = day.replace(day=1)
    return first, (first + dt.timedelta(days=31)).replace(day=1)


def period_words(kind: DocumentKind, first: dt.date, last: dt.date) -> str:
    """2026年10月, or 2026年11月16日至11月22日."""
    if kind == DocumentKind.MONTHLY_BULLETIN:
        return f"{first.year}年{first.month}月"
    until = last - ONE_DAY
    return f"{day_words(first)}至{day_words(until) if until.year != first.year else f'{until.month}月{until.day}日'}"


def compose(
    *,
    by: Actor,
    kind: DocumentKind,
    day: dt.date,
    chosen: Sequence[str],
    units: Iterable[Capacity],
    today: dt.date,
) -> Draft:
    """Draft the bulletin of the period that holds ``day`` from the chosen sections; its text may then be edited.

    Raises as ``drafting.draft``, DocumentRefused for a kind that is no bulletin, without a section, or for a period
    that has not begun.
    """
    if kind not in BULLETINS:
        raise DocumentRefused(f"“{kind.label}”不是定期通报")
    first, last = period_of(kind, day)
    if first > today:
        raise DocumentRefused("该时段尚未开始")
    wanted = [one for one in sections.known() if one.key in chosen]
    if not wanted:
        raise DocumentRefused("请至少选择一个部分")
    period = period_words(kind, first, last)
    lines = [filled(kind_of(kind).body, {"period": period}).strip()]
    tables: list[dict[str, Any]] = []
    refs: list[str] = []
    for number, section in enumerate(wanted):
        made = section.compose(by.scope, by.capacity_id, first, last)
        lines.append(f"{NUMERALS[number] if number < len(NUMERALS) else number + 1}、{section.title}")
        lines += [clean(one) for one in made.paragraphs] or [NOTHING]
        if made.table is not None:
            tables.append(dict(made.table))
            lines.append(f"{{table{len(tables)}}}")
        refs += made.refs
    return draft(
        by=by,
        kind=kind,
        data={"period": period, "first": first.isoformat(), "last": last.isoformat()},
        units=units,
        refs=refs[:500],
        tables=tables,
        body="\n".join(lines),
    )
