"""Records that no unit answers for (无归属记录): no population holds them, so the province hears how many and where."""

import datetime as dt
from collections.abc import Iterable

import duckdb

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.alerts.actions import raise_alert, settle
from jianguan.backbone.alerts.models import Alert, AlertKind
from jianguan.backbone.draws import framing
from jianguan.backbone.draws.frames import Frame

NAMED = 5
"""Places that the sentence names; the rest are counted."""


def standing(day: dt.date) -> set[str]:
    """The kinds of population of a day of which records belonged to nobody when they were last looked at."""
    open_ = Alert.objects.filter(kind=AlertKind.RECORDS_UNOWNED, day=day, settlement=None)
    return {key.split(":")[1] for key in open_.values_list("key", flat=True)}


def look(
    duck: duckdb.DuckDBPyConnection, frame: Frame, day: dt.date, *, bearers: Iterable[int], at: framing.Versions
) -> None:
    """Tell the province of records of a kind and day that no bearer answers for, once; settle it when there are none.

    Runs as the system, inside the freeze. A record belongs to the unit it names, else to that of its registered place.
    """
    key = f"{AlertKind.RECORDS_UNOWNED}:{frame.kind}:{day}"
    units = Capacity.objects.filter(pk__in=set(bearers)).values_list("key", flat=True)
    found = framing.unowned(duck, frame, day, units=units, at=at)
    if not found:
        for alert in Alert.objects.filter(key=key, settlement=None):
            settle(alert=alert, text="各场所均已登记到单位，记录已列入补充总体。")
        return
    total = sum(found.values())
    places = "、".join(f"{place}（{count}{frame.noun}）" for place, count in list(found.items())[:NAMED])
    more = f"等{len(found)}处" if len(found) > NAMED else ""
    said = f"有{total}{frame.noun}记录查不到应抽查的单位，未列入任何抽查总体：{places}{more}。"
    raise_alert(
        kind=AlertKind.RECORDS_UNOWNED,
        capacity_id=agencies.province(day).pk,
        key=key,
        text=f"{day} {frame.title}{said}"[:500],
        day=day,
        details={"抽查总体": frame.title, "记录数": total, "场所数": len(found)},
    )
