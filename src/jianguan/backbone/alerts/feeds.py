"""Alerts about feeds: what a source owes and has not sent is 迟报, after a day 缺报; both are settled when it comes."""

import datetime as dt

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.alerts.actions import raise_alert, settle
from jianguan.backbone.alerts.models import Alert, AlertKind, Severity
from jianguan.backbone.alerts.rules import is_gap
from jianguan.facts import arrivals
from jianguan.facts.arrivals import Arrival, Feed
from jianguan.facts.contract import contract
from jianguan.facts.models import Source
from jianguan.kit.clock import CHINA

LOOK_BACK = 14
"""Days; what is older stands on the arrival board, and was raised while it was young."""


def look_at_feeds(at: dt.datetime) -> int:
    """Raise what is overdue at a moment and settle what has arrived since; return how many were raised.

    Once for each source, day and kind, to the capacity that answers for the source, or the province. A source is
    expected from its first day, or where none is registered from the first day it ever reported. Needs the scope of
    the system.
    """
    today = at.astimezone(CHINA).date()
    board = arrivals.board(today - dt.timedelta(days=LOOK_BACK), today, at=at)
    began = arrivals.first_days()
    known = set(Capacity.objects.values_list("pk", flat=True))
    newest: dict[int, dt.date] = {}
    for one in board:
        if one.feed is not Feed.UNKNOWN:
            newest[one.source.pk] = max(one.day, newest.get(one.source.pk, one.day))
    raised = 0
    for one in board:
        since = one.source.first_day or began.get(one.source.pk)
        if one.late is None or not one.overdue or since is None or one.day < since:
            continue
        gap = is_gap(one.late, later_day_arrived=newest.get(one.source.pk, one.day) > one.day)
        to = one.source.capacity_id if one.source.capacity_id in known else agencies.province(today).pk
        raised += _raise(one, to, gap=gap)
    _settle()
    return raised


def _raise(one: Arrival, capacity_id: int, *, gap: bool) -> bool:
    kind = AlertKind.FEED_GAP if gap else AlertKind.FEED_LATE
    about = contract(one.source.contract).label
    due = f"{one.due:%Y-%m-%d %H:%M}"
    missing = "至今未到，所依据的履职不可证" if gap else "尚未到达"
    alert = raise_alert(
        kind=kind,
        capacity_id=capacity_id,
        key=f"{kind}:{one.source.key}:{one.day}",
        text=f"{one.source.name}（{about}）{one.day:%Y-%m-%d} 的数据应于 {due} 前到达，{missing}。",
        severity=Severity.WARN if gap else Severity.WATCH,
        day=one.day,
        details={"数据源": one.source.name, "数据约定": about, "时限": due}
        | ({"往常行数": one.usual} if one.usual is not None else {}),
    )
    return alert is not None


def _settle() -> None:
    """Settle every open alert about a feed whose day has arrived or is owed no longer, however old the alert is."""
    kinds = (AlertKind.FEED_GAP, AlertKind.FEED_LATE)
    open_ = [alert for alert in Alert.objects.filter(kind__in=kinds, settlement=None).order_by("pk") if alert.day]
    about = {alert.pk: alert.key.split(":")[1] for alert in open_}
    came = arrivals.first_arrivals({(about[alert.pk], alert.day) for alert in open_ if alert.day})
    ended = dict(Source.objects.filter(key__in=about.values(), last_day__isnull=False).values_list("key", "last_day"))
    for alert in open_:
        key, day = about[alert.pk], alert.day
        if day and (moment := came.get((key, day))):
            settle(alert=alert, text=f"数据已于 {moment.astimezone(CHINA):%Y-%m-%d %H:%M} 到达。")
        elif day and (last := ended.get(key)) and last < day:
            settle(alert=alert, text=f"数据源已于 {last} 终止报送，此后不再应到。")
