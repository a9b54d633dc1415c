"""Separation of the administrators, names, reasons, rosters: pure decisions about people and posts."""

import datetime as dt
import re
from collections.abc import Iterable

ADMINISTRATORS = {"system-admin": "系统管理员", "security-admin": "安全管理员", "audit-admin": "审计管理员"}
"""The three administrator roles (三员分立); one person holds at most one of them at a time."""

REASON_MIN = 4
USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,31}")


class Refusal(ValueError):
    """What was asked for is not possible. The message is Chinese and shown to the user."""


def conflicting_administrator(role: str, held: Iterable[str]) -> str | None:
    """The administrator role among ``held`` that forbids granting ``role`` to the same person, or None."""
    if role not in ADMINISTRATORS:
        return None
    return next((other for other in held if other in ADMINISTRATORS and other != role), None)


def checked_reason(reason: str) -> str:
    """The reason without blanks around it; raises Refusal when it is shorter than four characters."""
    reason = reason.strip()
    if len(reason) < REASON_MIN:
        raise Refusal(f"请写明理由，至少 {REASON_MIN} 个字")
    return reason


def checked_username(username: str) -> str:
    """The username; raises Refusal unless it is 3–32 lower-case letters, digits, dots or dashes after a letter."""
    if not USERNAME.fullmatch(username):
        raise Refusal("用户名须为 3–32 位小写字母、数字、点或横线，以字母开头")
    return username


def may_change_roster(day: dt.date, today: dt.date) -> bool:
    """Whether the roster of a day may still be changed: it is a plan, so never after the day has passed."""
    return day >= today


def masked_phone(phone: str) -> str:
    """``139****5678``; shorter numbers keep their last two digits."""
    if len(phone) >= 11:
        return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]
    return "*" * max(len(phone) - 2, 0) + phone[-2:]
