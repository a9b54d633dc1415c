"""The tabs that all pages of rule management (规则管理) share, and the words for what rows of the rule book say."""

from typing import Any

from django.urls import reverse

TABS = {
    "rules": "参数",
    "rules-cadences": "未定期限",
    "rules-versions": "版本与文本",
    "rules-gaps": "待清理",
    "rules-calendar": "工作日历",
    "rules-compare": "文本比对",
}
ORIGINS = {"law": "条文", "reading": "解读", "platform": "平台缺省"}
DIRECTIONS = {"floor": "下级只能更高", "ceiling": "下级只能更低", "exact": "不得改动"}
UNITS = {
    "percent": "%",
    "years": "年",
    "months": "个月",
    "days": "日",
    "working_days": "个工作日",
    "hours": "小时",
    "tonnes": "吨",
    "count": "次",
    "digest": "",
    "time_of_day": "",
}


def tabs(active: str) -> list[dict[str, Any]]:
    """The tabs, with the one of this page marked."""
    return [
        {"label": label, "url": reverse(name), "active": name == active, "count": None} for name, label in TABS.items()
    ]


def columns(*labels: str) -> list[dict[str, Any]]:
    """Heads of a table; '#' at the end of a label sets its column flush right."""
    return [{"label": label.rstrip("#"), "numeric": label.endswith("#")} for label in labels]


def crumbs(*last: str) -> list[dict[str, str]]:
    """Where a page of rule management stands."""
    first = {"label": "规则管理", "url": reverse("rules")}
    return [first, *({"label": label} for label in last)]


def with_unit(value: str | None, unit: str) -> str:
    """'5%', '3年', '24:00'; 未定 where there is no number."""
    return "未定" if value is None else f"{value}{UNITS.get(unit, '')}"
