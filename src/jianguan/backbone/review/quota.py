"""When the time to look is over: who has not looked at what was drawn, or has not drawn (抽查未达比例)."""

import datetime as dt

from jianguan.backbone.agencies.queries import NoSuperior, superior
from jianguan.backbone.alerts.actions import raise_alert, settle
from jianguan.backbone.alerts.models import Alert, AlertKind, Severity
from jianguan.backbone.review import queries, rules
from jianguan.backbone.review.queries import Progress
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.work.models import Task
from jianguan.engines.regulation.schema import Measure


def days_due(now: dt.datetime) -> list[dt.date]:
    """The days whose quotas fell due in the three days before a moment, oldest first."""
    fallen = Task.objects.filter(
        norm__measure=Measure.RATIO, due_at__gt=now - dt.timedelta(days=3), due_at__lte=now
    ).values_list("period", flat=True)
    return sorted({period.lower for period in fallen.distinct()})


def look_at_quotas(scope: Scope, day: dt.date) -> int:
    """Tell the superior of every unit that has not finished the quota of a day; returns how many alerts are new.

    Runs as the system. An alert settles itself when the quota is met later; that stays late in the ledger.
    """
    raised = 0
    found = [one for one in queries.progress(scope, day, day) if one.kind in rules.DESKS]
    standing = {f"{AlertKind.QUOTA_UNFINISHED}:{one.population_id}" for one in found}
    for alert in Alert.objects.filter(kind=AlertKind.QUOTA_UNFINISHED, day=day, settlement=None).exclude(
        key__in=standing
    ):
        settle(alert=alert, text="数据补报后总体已重新清点，应审件数按新清点的总体计算。")
    for one in found:
        key = f"{AlertKind.QUOTA_UNFINISHED}:{one.population_id}"
        if one.owed is not None and one.missing == one.must == 0:
            for alert in Alert.objects.filter(key=key, settlement=None):
                settle(alert=alert, text=f"抽中的{one.owed}件已全部复核并计入。")
            continue
        raised += _tell(one, key)
    return raised


def _tell(one: Progress, key: str) -> bool:
    try:
        above = superior(one.capacity_id, one.day).pk
    except NoSuperior:
        above = one.capacity_id
    if one.size is None:
        said = "总体未知，没有抽取"
    elif one.owed is None:
        said = f"总体{one.size}件，没有抽取"
    else:
        said = f"应审{one.owed}件，已审并计入{one.done}件，缺{one.missing}件"
        if one.must:
            said += f"；另有必查{one.must}件未审"
    alert = raise_alert(
        kind=AlertKind.QUOTA_UNFINISHED,
        capacity_id=above,
        key=key,
        text=f"{one.capacity} {one.day} {one.title}抽查未完成：{said}。",
        severity=Severity.WARN,
        provision=rules.DESKS[one.kind].provision,
        day=one.day,
        details={"单位": one.capacity, "应审件数": one.owed or 0, "已审件数": one.done},
    )
    return alert is not None
