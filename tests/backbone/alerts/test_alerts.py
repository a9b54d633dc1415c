"""An alert is raised once, reaches the capacity that must act, is received once, and never changes."""

import datetime as dt
from typing import Any

import pytest

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.alerts import actions, queries
from jianguan.backbone.alerts.models import Alert, AlertKind, Severity
from jianguan.backbone.alerts.queries import AlertFilter
from jianguan.backbone.audit.models import Event
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.scope import scope as scopes
from staff import employ, visit


def raised(capacity: str = "changchun@CITY", key: str = "test:1", **other: Any) -> Alert | None:
    given = {"kind": AlertKind.FEED_GAP, "text": "考试数据三日未到。"} | other
    return actions.raise_alert(capacity_id=agencies.capacity(capacity).pk, key=key, **given)


def test_the_same_key_raises_once(db: Any) -> None:
    assert raised(severity=Severity.SEVERE) is not None
    assert raised(text="另一句话。") is None
    with scopes.within(scopes.everything()):
        (alert,) = Alert.objects.all()
        assert (alert.text, alert.severity) == ("考试数据三日未到。", "severe")
        assert Event.objects.filter(kind="alert.raised").count() == 1


def test_only_the_capacity_and_those_above_see_it(db: Any) -> None:
    assert raised(key="a:1")
    for capacity, seen in (("changchun@CITY", 1), ("jilin@PROVINCE", 1), ("jilin-city@CITY", 0)):
        by = employ(capacity, "centre-supervisor")
        scopes.apply(by.scope)
        assert queries.alerts(by.scope).count() == seen
        assert Alert.objects.count() == seen, "row security says so as well"


def test_it_is_received_once_by_the_capacity_itself(db: Any) -> None:
    alert = raised()
    assert alert
    above = employ("jilin@PROVINCE", "centre-supervisor")
    with scopes.within(above.scope), pytest.raises(NotAllowed, match="不能代其他身份办理"):
        actions.receive(by=above, alert=alert, note="已派人核查")
    clerk = employ("changchun@CITY", "legal-officer")
    with scopes.within(clerk.scope), pytest.raises(NotAllowed, match="签收预警"):
        actions.receive(by=clerk, alert=alert, note="已派人核查")
    by = employ("changchun@CITY", "centre-supervisor")
    with scopes.within(by.scope):
        assert queries.open_count(by.scope, by.capacity_id) == 1
        with pytest.raises(actions.AlertRefused, match="处理意见须有"):
            actions.receive(by=by, alert=alert, note=" 好 ")
        assert actions.receive(by=by, alert=alert, note="已派人核查").note == "已派人核查"
        assert queries.open_count(by.scope, by.capacity_id) == 0
        with pytest.raises(actions.AlertRefused, match="已经签收"):
            actions.receive(by=by, alert=alert, note="再签一次看看")
        assert Event.objects.filter(kind="alert.received", capacity_id=by.capacity_id).count() == 1


def test_settling_leaves_the_alert_and_is_said_once(db: Any) -> None:
    alert = raised()
    assert alert
    assert actions.settle(alert=alert, text="数据已补到。")
    assert actions.settle(alert=alert, text="又补到了。") is None
    by = employ("changchun@CITY", "centre-supervisor")
    with scopes.within(by.scope):
        (found,) = queries.alerts(by.scope, AlertFilter(state="settled"))
        assert found.settlement.text == "数据已补到。"
        assert not queries.alerts(by.scope, AlertFilter(state="open")).exists()


def test_the_page_lists_filters_exports_and_signs(db: Any) -> None:
    alert = raised(day=dt.date(2026, 3, 2), provision="6.6", details={"数据源": "考试监管系统"})
    assert alert
    assert raised(key="test:2", kind=AlertKind.FEED_LATE, text="查验数据未到。")
    by = employ("changchun@CITY", "centre-supervisor")
    client = visit(by)
    assert "考试数据三日未到" in client.get("/alerts/").content.decode()
    narrowed = client.get("/alerts/?kind=feed-late").content.decode()
    assert ("查验数据未到" in narrowed, "考试数据三日未到" in narrowed) == (True, False)
    assert "考试监管系统" in client.get(f"/alerts/{alert.pk}/").content.decode()
    refused = client.post(f"/alerts/{alert.pk}/receive/", {"note": "好"})
    assert (refused.status_code, "处理意见须有" in refused.content.decode()) == (422, True)
    assert client.post(f"/alerts/{alert.pk}/receive/", {"note": "已通知科技科核查"}).status_code == 302
    shown = client.get(f"/alerts/{alert.pk}/").content.decode()
    assert ("已通知科技科核查" in shown, 'data-dialog="receive"' in shown) == (True, False)
    exported = client.get("/alerts/export.csv?state=received").content.decode()
    assert ("已通知科技科核查" in exported, "查验数据未到" in exported) == (True, False)
    assert "没有符合条件的预警" in client.get("/alerts/?q=没有这样的话").content.decode()
    assert "待签收预警" in client.get("/").content.decode()


def test_pages_follow_each_other_by_key(db: Any) -> None:
    for number in range(53):
        assert raised(key=f"many:{number}", text=f"第{number:03}条。")
    client = visit(employ("changchun@CITY", "centre-supervisor"))
    first = client.get("/alerts/").content.decode()
    assert ("第052条" in first, "第002条" in first) == (True, False)
    last = Alert.objects.none()
    with scopes.within(scopes.everything()):
        last = Alert.objects.get(key="many:3")
    rest = client.get(f"/alerts/?before={last.pk}").content.decode()
    assert ("第002条" in rest, "第003条" in rest) == (True, False)
