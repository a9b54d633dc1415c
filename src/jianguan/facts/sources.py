"""Sources (数据源): registered before they report, closed when they no longer do; a name typed wrong is no source."""

import datetime as dt
import re
from typing import Any

from jianguan.facts import authority
from jianguan.facts.contract import contract
from jianguan.facts.models import ReportsFor, Source
from jianguan.facts.scoped import PROVINCE, rows_of
from jianguan.kit.clock import CHINA, now

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{1,59}")
LONGEST_NAME = 60
LAST_HOUR = 23 + 6 * 24
"""A day is due within the week that follows it at the latest."""


class WrongSource(ValueError):
    """A source cannot be registered or closed so; the message is Chinese and shown to the user."""


class UnknownSource(ValueError):
    """Nobody registered a source of this key; the message says how to."""


def register(key: str, fact: str, **about: Any) -> Source:
    """Return the source of a key, registered now when it is new, for the whole province unless ``about`` says other.

    ``about``: fields of the source, such as ``reports_for`` and ``listed``, whom it reports for beside its own.
    Raises LookupError when there is no such contract, WrongSource, and authority.WrongDeclaration when it declares to
    report for whom its capacity does not supervise.
    """
    contract(fact)
    fields = {"name": key, "contract": fact} | about
    _check(key, fields)
    authority.check(
        about.get("capacity_key", ""), about.get("reports_for", ReportsFor.OWN), about.get("listed", ()), now().date()
    )
    with rows_of(about.get("capacity_id", PROVINCE)):
        found, _ = Source.objects.get_or_create(key=key, defaults=fields)
    return found


def _check(key: str, fields: dict[str, Any]) -> None:
    if not KEY.fullmatch(key):
        raise WrongSource("标识须为 2 至 60 个小写字母、数字、连字符或下划线，以字母或数字开头")
    if not 1 <= len(fields["name"].strip()) <= LONGEST_NAME:
        raise WrongSource(f"名称须为 1 至 {LONGEST_NAME} 个字")
    first, last, hour = fields.get("first_day"), fields.get("last_day"), fields.get("due_hour")
    if first and last and last < first:
        raise WrongSource(f"报送终止日 {last} 早于起始日 {first}")
    if hour is not None and not 0 <= hour <= LAST_HOUR:
        raise WrongSource(f"报送时限须在次日 0 时起的 0 至 {LAST_HOUR} 小时之间")


def registered(key: str, fact: str) -> Source:
    """Return the source of a key that reports a fact.

    Raises LookupError when there is no such contract, UnknownSource, WrongSource when it reports another fact.
    """
    contract(fact)
    found = Source.objects.filter(key=key).first()
    if found is None:
        raise UnknownSource(
            f"没有登记数据源“{key}”。请先登记：jianguan source add {fact} {key} --name 名称，"
            "或在“数据接入—数据源”页登记"
        )
    if found.contract != fact:
        raise WrongSource(f"数据源“{found.name}”报送的是 {found.contract}，不是 {fact}")
    return found


def expected(source: Source, day: dt.date) -> bool:
    """Return whether a day lies between the first and the last on which a source reports."""
    return (source.first_day is None or source.first_day <= day) and (source.last_day is None or day <= source.last_day)


def check_day(source: Source, day: dt.date, moment: dt.datetime) -> None:
    """Refuse a day to come, and one on which a source does not report.

    Raises WrongSource.
    """
    if day > moment.astimezone(CHINA).date():
        raise WrongSource(f"{day} 尚未到来")
    if not expected(source, day):
        span = f"{source.first_day or '—'} 至 {source.last_day or '长期'}"
        raise WrongSource(f"{day} 不在数据源“{source.name}”的应到期间（{span}）内")


def close(source: Source, last_day: dt.date) -> None:
    """End what is expected of a source after ``last_day``; a day before its first leaves nothing expected.

    Raises WrongSource when it has been closed for an earlier day already.
    """
    if source.last_day and source.last_day <= last_day:
        raise WrongSource(f"数据源“{source.name}”已于 {source.last_day} 终止报送")
    source.last_day = last_day
    with rows_of(source.capacity_id):
        source.save(update_fields=["last_day"])
