"""Numbers, versions and deadlines of documents (文书): pure decisions on plain values."""

import datetime as dt

from jianguan.engines.calendar.deadlines import start_of
from jianguan.engines.calendar.workdays import Calendar

ONE_DAY = dt.timedelta(days=1)


def number(word: str, year: int, serial: int) -> str:
    """The number (文号) of a document: 吉考检〔2026〕第12号."""
    return f"{word}〔{year}〕第{serial}号"


def acknowledgement_due(served_at: dt.datetime, working_days: int, calendar: Calendar) -> dt.datetime:
    """First instant too late to acknowledge (签收) in time: the end of the last working day allowed."""
    last = calendar.add_working_days(served_at.date(), working_days)
    return start_of(last + ONE_DAY)


def version_problem(
    *, in_force_from: dt.date, issued_on: dt.date, replaced_from: dt.date | None, replaced_already: bool
) -> str | None:
    """Why a version cannot be issued (a Chinese sentence), or None.

    ``replaced_from`` is the day the version it replaces came into force, None when it replaces nothing.
    """
    if replaced_already:
        return "所选的旧版本已被替代，请选择现行版本"
    if replaced_from is not None and in_force_from <= replaced_from:
        return f"新版本的施行日须晚于旧版本的施行日 {replaced_from}"
    if in_force_from < issued_on:
        return "施行日不能早于印发日"
    return None
