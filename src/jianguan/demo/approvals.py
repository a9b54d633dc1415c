"""Approvals of today (合成数据), one at every stage, so that whoever logs in finds what waits for him."""

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

from jianguan.backbone.approvals import actions
from jianguan.backbone.approvals.filling import Upload
from jianguan.backbone.approvals.models import Application
from jianguan.backbone.approvals.queries import open_seat
from jianguan.backbone.people import queries as people
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Appointment
from jianguan.kit import clock

STATEMENT = "-- 合成数据\nUPDATE licence SET issued = '2026-02-28' WHERE id = 1;\n".encode()
CHANGES = (
    ("更正驾驶证发证日期", "发证日期", "2026-02-30", "2026-02-28"),
    ("更正机动车使用性质", "使用性质", "营运", "非营运"),
    ("更正档案编号", "档案编号", "220100000001", "220100000010"),
    ("更正准驾车型", "准驾车型", "C2", "C1"),
    ("更正检验有效期", "检验有效期止", "2026-13-31", "2026-12-31"),
)
"""The n-th goes n stages far, the last one to its end."""
RECORD = {"system": "公安交通管理综合应用平台", "business": "补换证"}
QUERY = {
    "requester": "某市统计局（合成）",
    "contact": "李某 13900000000",
    "basis": "统计法",
    "purpose": "年度机动车保有量统计",
    "items": "车辆类型、登记年份、数量",
    "span": "2025年1月至12月",
    "personal": "不含",
    "destroy_on": "2027-12-31",
}
WAYS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("cui", {"text": "情况属实，同意上报"}),
    ("lin", {"text": "录入错误，须改数据库", "branch": "technology"}),
    ("jiang", {"text": "同意"}),
    (
        "keji",
        {
            "data": {"rows": "1", "rollback": "按备份表恢复原值"},
            "files": {"statement": Upload("change.sql", STATEMENT)},
        },
    ),
    (
        "xue",
        {
            "data": {"checked": "语句、条件和影响行数一致"},
            "files": {"looked_at": Upload("change.sql", STATEMENT)},
        },
    ),
    ("sun", {"data": {"seen": "业务已能办理"}, "passed": True}),
)


def add_approvals() -> int:
    """Apply and sign as far as each goes; returns how many were added, none where there are any."""
    if Application.objects.exists() or not Appointment.objects.filter(person__account__username="xue").exists():
        return 0
    for number, (title, field, before, after) in enumerate(CHANGES):
        one = actions.submit(
            by=_actor("zhao"),
            flow="data-change",
            title=f"{title}（合成）",
            reason="合成数据：录入错误，导致业务无法办理",
            data={
                "system": "公安交通管理综合应用平台",
                "record": f"记录 22010219900101{number:04}",
                "business": "补换证",
            },
            changes=[{"field": field, "before": before, "after": after}],
            files={"proof": _paper()},
            locked=number % 2 == 0,
        )
        for username, given in WAYS[: len(WAYS) if number == len(CHANGES) - 1 else number]:
            _sign(one, username, given)
    actions.submit(
        by=_actor("zhao"),
        flow="data-query",
        title="机动车保有量统计（合成）",
        reason="合成数据：某市统计局来函，请予提供",
        data=QUERY,
        files={"letter": _paper()},
        branch="handover",
    )
    return len(CHANGES) + 1


def _sign(one: Application, username: str, given: Mapping[str, Any]) -> None:
    by = _actor(username)
    seat, why = open_seat(one, by)
    if seat is None:
        raise LookupError(f"{username} has no open seat: {why}")
    actions.sign(by=by, application=one, version=one.version, seat=seat, **given)


def _actor(username: str) -> Actor:
    today = clock.today()
    held = Appointment.objects.filter(person__account__username=username, valid__contains=today)
    return people.actor_of(held.select_related("post__capacity__agency", "person").order_by("pk")[0], today)


def _paper() -> Upload:
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, "PNG")
    return Upload("合成材料.png", out.getvalue())
