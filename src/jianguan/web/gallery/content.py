"""Synthetic content (合成数据) of the gallery; nothing here stands for a person or an agency's true state."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms

from jianguan.web.navigation import ITEMS, SECTIONS
from jianguan.web.states import LOOKS

WORDS = [look.word for look in LOOKS]
MORNING = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
WHY = "条款6.6 要求每日不少于5%，当日考试档案212件，应抽11件，已审9件，缺2件。"

_CITIES = ("长春", "吉林", "四平", "辽源", "通化", "白山", "松原", "白城", "延边", "长白山", "梅河口", "公主岭")
_COLUMNS = (*_CITIES, *(f"{city}车管所" for city in (*_CITIES[:9], "梅河口")))
_DUTY = ("clause", "agency", "required", "done", "state", "who", "step")
_ROWS = (
    ("第四条 省级监管职责", "4.1", "设立监管机构，配备专职监管岗位"),
    ("第四条 省级监管职责", "4.2", "制定监管工作规范并组织实施"),
    ("第五条 市级监管职责", "5.1", "设立监管中心，明确岗位与职责"),
    ("第五条 市级监管职责", "5.3", "实行值班制度，安排专人值班"),
    ("第六条 车管所监管职责", "6.1", "设立监管岗，配备专职人员"),
    ("第六条 车管所监管职责", "6.4", "每日考前检查考场设备与音视频"),
    ("第六条 车管所监管职责", "6.6", "每日抽查不少于5%的当天音视频信息档案"),
    ("第六条 车管所监管职责", "6.7", "每日抽查不少于20%的检验档案"),
)


def _cell(row: int, column: int) -> dict[str, str] | None:
    if row < 2 and column > 11:
        return None
    mixed = (row * 7 + column * 5 + row * column) % 23
    word = WORDS[mixed - 13] if mixed > 13 else "已履行"
    return {"state": word, "url": "/gallery/proof/", "why": WHY}


class SampleForm(forms.Form):
    """One field of each kind."""

    reason = forms.CharField(
        label="采用理由",
        min_length=8,
        help_text="写明依据，印入决定书。",
        widget=forms.Textarea({"rows": 2}),
    )
    cadence = forms.ChoiceField(label="履职频次", choices=[("", "请选择"), ("week", "每周"), ("month", "每月")])
    start = forms.DateField(label="生效日期", widget=forms.DateInput({"type": "date"}))
    level = forms.ChoiceField(
        label="适用层级", choices=[("province", "省级"), ("city", "市级"), ("county", "县级")], widget=forms.RadioSelect
    )
    notify = forms.BooleanField(label="生效时通知所有承担单位", required=False)


CHECKS = [
    {
        "number": 1,
        "name": "c1",
        "text": "考场音视频设备在线，时间与标准时间相差不超过30秒",
        "clause": "条款6.4",
        "value": "pass",
    },
    {
        "number": 2,
        "name": "c2",
        "text": "考试车辆身份识别设备完好，车载摄像头画面清晰、无遮挡",
        "hint": "逐车查看，记录车号",
        "value": "fail",
        "note": "吉A·1234学 副驾驶位摄像头被遮挡（合成）",
    },
    {"number": 3, "name": "c3", "text": "考试员、工作人员名单与当日安排一致", "value": "na"},
    {"number": 4, "name": "c4", "text": "人工备用计时设备可用", "errors": ["尚未作答，请选择合格、不合格或不适用。"]},
]

SHOW: dict[str, Any] = {
    "words": WORDS,
    "why": WHY,
    "morning": MORNING,
    "today": date(2026, 11, 23),
    "kinds": [
        {"value": "day", "label": "日", "selected": True},
        {"value": "week", "label": "周"},
        {"value": "month", "label": "月"},
    ],
    "levels": [{"value": "city", "label": "市级"}, {"value": "county", "label": "县级"}],
    "states": [{"value": word, "label": word} for word in WORDS],
    "columns": [
        {"label": "条款"},
        {"label": "承担机构", "sort_url": "?sort=agency", "sorted": "asc"},
        {"label": "应做", "numeric": True},
        {"label": "已做", "numeric": True},
        {"label": "期限", "hint": "按条款与已采用的频次计算的最迟完成时间"},
        {"label": "状态"},
        {"label": "经办人"},
        {"label": "下一步"},
    ],
    "duties": [
        dict(zip(_DUTY, duty, strict=True))
        for duty in (
            ("6.6", "长春车管所", 11, 9, "不足", "张小明", "复核"),
            ("6.7", "长春车管所", 43, 43, "已履行", "欧阳", ""),
            ("6.4", "延边朝鲜族自治州公安局交警支队车管所", 1, 0, "待履行", "阿依努尔·买买提", "办理"),
            ("5.3", "梅河口", 1, None, "不可证", "", "签收"),
            ("4.2", "吉林省", 1, 0, "未定期限", "", "提交"),
        )
    ],
    "heat_columns": [{"label": name, "url": "/gallery/", "hint": f"{name}（合成数据）"} for name in _COLUMNS],
    "heat_rows": [
        {
            "group": group,
            "label": label,
            "text": text,
            "url": "/gallery/",
            "cells": [_cell(row, column) for column in range(len(_COLUMNS))],
        }
        for row, (group, label, text) in enumerate(_ROWS)
    ],
    "facts": [
        {"label": "机构名称", "value": "长春市公安局交警支队车管所", "url": "/gallery/"},
        {"label": "层级", "value": "车管所"},
        {"label": "监管上级", "value": "长春 市级", "url": "/gallery/"},
        {"label": "专职岗位", "value": None},
    ],
    "tabs": [
        {"label": "待办", "url": "/gallery/", "active": True, "count": 7},
        {"label": "已办", "url": "/gallery/?tab=done", "count": 128},
        {"label": "条文与参数", "url": "/gallery/?tab=text", "count": None},
    ],
    "checks": CHECKS,
}
PROOF: dict[str, Any] = {
    "why": WHY,
    "morning": MORNING,
    "columns": [{"label": "档案号"}, {"label": "审查人"}, {"label": "进度"}],
}


def frame() -> dict[str, Any]:
    """What the context processor gives a real page: here with every item of the sidebar and an acting post."""
    acting = SimpleNamespace(title="吉林省 市级（代行）", mode="acting")
    own = SimpleNamespace(title="吉林省 省级", mode="own")
    return {
        "navigation": [
            {
                "title": title,
                "items": [
                    {"label": i.label, "icon": i.icon, "url": "/gallery/", "active": i.url_name == "provisions"}
                    for i in sorted(ITEMS.values(), key=lambda i: i.order)
                    if i.section == title
                ],
            }
            for title in SECTIONS
        ],
        "actor": SimpleNamespace(
            person_name="林晓", post_title="监管中心值班岗", capacity_name=acting.title, mode="acting", appointment_id=1
        ),
        "posts": [
            SimpleNamespace(pk=1, post=SimpleNamespace(title="监管中心值班岗", capacity=acting)),
            SimpleNamespace(pk=2, post=SimpleNamespace(title="监管中心主任岗", capacity=own)),
        ],
        "switch_url": "/gallery/",
        "logout_url": "/gallery/",
        "demo": True,
        "breadcrumbs": [
            {"label": "工作台", "url": "/gallery/"},
            {"label": "条款履职", "url": "/gallery/"},
            {"label": "组件总览"},
        ],
    }
