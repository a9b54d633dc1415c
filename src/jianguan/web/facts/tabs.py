"""What the pages of one room share: tabs, choices of a filter, words."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from jianguan.facts.contract import contracts
from jianguan.facts.models import Source

TABS = {
    "facts": "数据到达",
    "facts-batches": "批次",
    "facts-quarantine": "隔离区",
    "facts-sources": "数据源",
    "facts-mapping": "映射",
}
RULES = {
    "broken": "无法拆分的行",
    "code": "不在代码表",
    "excel_error": "Excel 错误值",
    "foreign": "不在代报范围",
    "form": "格式校验",
    "formula": "公式单元格",
    "future": "时间在未来",
    "json": "不是 JSON 对象",
    "left_out": "按映射略去",
    "length": "过长",
    "max": "超过上限",
    "min": "低于下限",
    "newer": "主键已收录",
    "padded": "首尾空白或不可见字符",
    "range": "日期超出范围",
    "repeated": "主键重复",
    "required": "必填为空",
    "type": "类型不符",
    "unknown_capacity": "没有这个履职身份",
}
"""Words of the rules every contract has; rules of one contract are shown by their name."""


def tabs(active: str) -> list[dict[str, Any]]:
    """The tabs of the room."""
    return [{"label": label, "url": reverse(name), "active": name == active} for name, label in TABS.items()]


def columns(*labels: str, numeric: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Heads of a table."""
    return [{"label": label, "numeric": label in numeric} for label in labels]


def options(pairs: Iterable[tuple[str, str]], chosen: str) -> list[dict[str, Any]]:
    """Choices of a filter."""
    return [{"value": value, "label": label, "selected": value == chosen} for value, label in pairs]


def sources(chosen: str) -> list[dict[str, Any]]:
    """All sources as choices."""
    return options(((one.key, one.name) for one in Source.objects.all()), chosen)


def label_of(fact: str) -> str:
    """The Chinese name of a fact; its key when the contract was withdrawn."""
    found = contracts().get(fact)
    return found.label if found else fact


def column_label(fact: str, column: str) -> str:
    """The Chinese name of a column of a fact, or of a column of a file that means one; else the name itself."""
    found = contracts().get(fact)
    key = found.names().get(column.strip().lower()) if found else None
    return found.columns[key].label if found and key else column
