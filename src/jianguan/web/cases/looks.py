"""How cases look on every page: colours of states, the clock in words, whose turn it is."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from jianguan.backbone.cases import queries
from jianguan.backbone.cases.rules import KINDS, Rung, State, Term, Verb, kind_of
from jianguan.engines.calendar.periods import ONE_DAY
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit import clock

TONES = {
    State.ASSIGNED: "warn",
    State.CLOSED: "neutral",
    State.OPENED: "warn",
    State.RECEIVED: "info",
    State.REVIEWED: "info",
    State.SUBMITTED: "info",
    State.WORKING: "info",
}
RUNG_TONES = {
    Rung.WARN: "warn",
    Rung.RED: "bad",
    Rung.CHASE: "bad",
    Rung.SUPERIOR: "bad",
    Rung.BULLETIN: "bad",
    Rung.TAKEN_OVER: "warn",
}
SUPERVISION = {1: "督办", 2: "挂牌督办"}
GOOD = frozenset({Verb.CLOSE, Verb.PASS, Verb.RECEIVE})
BAD = frozenset({Verb.FAIL_RECHECK, Verb.LIST, Verb.REFUSE, Verb.RETURN})
WARN = frozenset({Verb.CHASE, Verb.OBJECT, Verb.REOPEN, Verb.REQUEST_EXTENSION, Verb.SUPERVISE})
ICONS = {
    Verb.ANSWER: "send",
    Verb.ASSIGN: "send",
    Verb.CHASE: "bell",
    Verb.CLOSE: "circle-check",
    Verb.COPY: "users",
    Verb.COUNTERSIGN: "signature",
    Verb.DECIDE_EXTENSION: "scale",
    Verb.DECIDE_OBJECTION: "scale",
    Verb.FAIL_RECHECK: "refresh",
    Verb.HAND_OVER: "switch-horizontal",
    Verb.HELP: "user-plus",
    Verb.LIST: "alert-triangle",
    Verb.NOTE: "pencil",
    Verb.OBJECT: "alert-circle",
    Verb.OPEN: "plus",
    Verb.OPINE: "signature",
    Verb.PASS: "checks",
    Verb.RECEIVE: "check",
    Verb.REFUSE: "x",
    Verb.REOPEN: "refresh",
    Verb.REQUEST_EXTENSION: "hourglass",
    Verb.RETURN: "arrow-left",
    Verb.SPLIT: "sitemap",
    Verb.SUBMIT: "upload",
    Verb.SUPERVISE: "clock-exclamation",
    Verb.TRANSFER: "arrow-right",
    Verb.WORK: "writing",
}


def tone_of(verb: Verb) -> str:
    """The tone of a step in the timeline."""
    return "good" if verb in GOOD else "bad" if verb in BAD else "warn" if verb in WARN else "neutral"


def options(pairs: Iterable[tuple[Any, str]], chosen: object) -> list[dict[str, Any]]:
    """Choices of a filter."""
    return [{"value": value, "label": label, "selected": value == chosen} for value, label in pairs]


def kinds() -> list[tuple[str, str]]:
    """The kinds of cases with their words."""
    return [(key, kind.word) for key, kind in KINDS.items()]


def last_day(due: dt.datetime | None) -> dt.date | None:
    """The last day in time; the deadline itself is the first instant too late."""
    return (due - dt.timedelta(microseconds=1)).astimezone(clock.CHINA).date() if due else None


def left(due: dt.datetime | None, calendar: Calendar, now: dt.datetime) -> dict[str, Any] | None:
    """The clock of a deadline: last day, how much is left or over in words, tone; None without a deadline."""
    day = last_day(due)
    if day is None or due is None:
        return None
    today = now.astimezone(clock.CHINA).date()
    if due <= now:
        working = calendar.working_days_between(day + ONE_DAY, today + ONE_DAY)
        days = (today - day).days
        words = f"已超期 {working} 个工作日（{days} 天）" if days else "今天已超期"
        return {"last_day": day, "over": True, "words": words, "tone": "bad", "days": working}
    working = calendar.working_days_between(today + ONE_DAY, day + ONE_DAY)
    days = (day - today).days
    words = f"还有 {working} 个工作日（{days} 天）" if days else "今天到期"
    return {"last_day": day, "over": False, "words": words, "tone": "warn" if working <= 1 else "info", "days": working}


def row(one: Any, calendar: Calendar, now: dt.datetime, own: int) -> dict[str, Any]:
    """A case as a line of a list. Needs ``queries.dated``."""
    state = State(one.state)
    turn = queries.turn(one)
    waits = state in {State.SUBMITTED, State.REVIEWED}
    due = one.finish_by if waits else one.due_at
    return {
        "one": one,
        "kind": kind_of(one.kind, one.flow).word,
        "state": state.word,
        "tone": TONES[state],
        "clock": None if state is State.CLOSED else left(due, calendar, now),
        "term": Term.FINISH.word if waits or not one.due_term else Term(one.due_term).word,
        "turn": None if turn is None else one.handler if turn == one.handler_id else one.issuer,
        "mine": turn == own,
        "supervision": SUPERVISION.get(one.supervision, ""),
    }
