"""Read a list of ordered matters (督办清单): heads in their variants, rows as they stand, what is wrong with each."""

import csv
import datetime as dt
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jianguan.backbone.cases.actions import CaseRefused
from jianguan.backbone.cases.rules import LONGEST_TEXT, LONGEST_TITLE, Severity
from jianguan.backbone.documents.rules import clean
from jianguan.facts.excel import sheet_to_csv
from jianguan.facts.unreadable import Unreadable
from jianguan.kit.digests import digest_of

LARGEST = 10 * 1024 * 1024
MOST_ROWS = 500
HEADS_WITHIN = 15
"""The heads stand in one of the first so many rows; titles may stand above them."""


class ListRefused(CaseRefused):
    """The workbook as a whole cannot be read. The message is Chinese and shown to the user."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its word, other words for it, whether every row must have it, what the template says of it."""

    word: str
    also: tuple[str, ...]
    wants: str
    needed: bool = False


COLUMNS: Mapping[str, Column] = {
    "source_number": Column("编号", ("序号", "通报编号", "问题编号", "线索编号"), "清单自带的编号，可空"),
    "title": Column(
        "事项",
        ("标题", "问题", "异常事项", "问题名称", "督办事项", "事项名称"),
        f"必填，不超过{LONGEST_TITLE}个字",
        True,
    ),
    "text": Column(
        "内容", ("问题描述", "具体情况", "情况", "详情", "督办内容", "异常情况"), "要核查的情况，可空，空时同“事项”"
    ),
    "unit": Column(
        "责任单位",
        ("单位", "涉及单位", "承办单位", "办理单位", "责任地区", "地区", "地市"),
        "必填，机构全称、简称或区划代码，几个单位用顿号分开",
        needed=True,
    ),
    "last_day": Column(
        "办结期限",
        ("期限", "整改期限", "反馈期限", "截止日期", "完成时限", "办理期限"),
        "日期，如 2026-12-31，空时按督办时限参数",
    ),
    "severity": Column("程度", ("严重程度", "等级", "类别"), "一般或严重，空为一般"),
    "provision": Column("依据条款", ("条款", "依据"), "如 4.6，空时按本级条款"),
    "origin": Column("来源", ("来文", "文号", "来文文号", "通报名称"), "来文或通报的名称、文号"),
    "remark": Column("备注", ("说明", "其他"), "附在内容之后"),
}
FIRST_COLUMN = "title"
LAST_YEAR = 2099
"""Years after it are typing errors; the calendar cannot count to its own end."""
SEVERITIES = {"": "general", "一般": "general", "普通": "general", "严重": "serious", "重大": "serious"}
CLAUSE = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2}[a-z]?)?")
DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?: 00:00(?::00)?)?")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a column of a row: the rule and a Chinese sentence."""

    column: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Order:
    """One row; ``number`` counts from 1 as Excel does, ``values`` are the cells as they were read."""

    number: int
    values: Mapping[str, str]
    source_number: str
    title: str
    text: str
    units: tuple[str, ...]
    last_day: dt.date | None
    severity: str
    provision: str
    origin: str
    key: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it was read, with the file it came in."""

    title: str
    orders: tuple[Order, ...]
    file: bytes = field(repr=False)


def read(file: bytes) -> Sheet:
    """Read the first sheet of a workbook; rows with faults are among the orders, with their problems.

    Raises ListRefused for what is no workbook, too large, or has no heads or rows.
    """
    if len(file) > LARGEST:
        raise ListRefused(f"文件超过 {LARGEST >> 20} MB")
    with tempfile.TemporaryDirectory() as folder:
        path, plain = Path(folder, "list.xlsx"), Path(folder, "list.csv")
        path.write_bytes(file)
        try:
            formulas = sheet_to_csv(path, plain, "").formulas
            with plain.open(encoding="utf-8", newline="") as lines:
                rows = list(enumerate(csv.reader(lines), start=1))
        except Unreadable as unreadable:
            raise ListRefused(f"{unreadable}，请用 xlsx 格式") from unreadable
        except csv.Error as long:
            raise ListRefused("有的单元格过长，请把明细放进附件") from long
    at, places = _heads(rows)
    body = [(number, row) for number, row in rows if number > at and any(cell.strip() for cell in row)]
    if not body:
        raise ListRefused("表头之下没有数据行")
    if len(body) > MOST_ROWS:
        raise ListRefused(f"一次最多导入{MOST_ROWS}行，这份清单有{len(body)}行，请分开")
    orders = tuple(_order(number, row, places, formula=number in formulas) for number, row in body)
    return Sheet("督办清单", orders, file)


def _heads(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, dict[str, int]]:
    """The row of the heads and where each column stands."""
    words = {word: key for key, one in COLUMNS.items() for word in (one.word, *one.also)}
    for number, row in rows[:HEADS_WITHIN]:
        places: dict[str, int] = {}
        for place, cell in enumerate(row):
            key = words.get(re.sub(r"[\s*＊（）():：]|（必填）|必填", "", cell))
            if key is not None and key not in places:
                places[key] = place
        if len(places) > 1 and any(COLUMNS[key].needed for key in places):
            if missing := [one.word for key, one in COLUMNS.items() if one.needed and key not in places]:
                raise ListRefused(f"第{number}行的表头缺少“{'”、“'.join(missing)}”列")
            return number, places
    raise ListRefused(f"前{HEADS_WITHIN}行中没有找到表头，须有“事项”和“责任单位”两列")


def _order(number: int, row: Sequence[str], places: Mapping[str, int], *, formula: bool) -> Order:
    cells = {key: row[place] if place < len(row) else "" for key, place in places.items()}
    typed = {key: clean(cell, lines=True) for key, cell in cells.items()}
    title, remark = " ".join(typed["title"].split()), typed.get("remark", "")
    text = "\n".join(filter(None, (typed.get("text", "") or title, f"备注：{remark}" if remark else "")))
    units = tuple(dict.fromkeys(filter(None, re.split(r"[、,，;；/\s]+", typed["unit"]))))
    problems: list[Problem] = []
    if formula:
        problems.append(Problem(FIRST_COLUMN, "formula", "该行含有公式，请粘贴为数值后再导入"))
    if not title:
        problems.append(Problem("title", "needed", "须填写"))
    elif len(title) > LONGEST_TITLE:
        problems.append(Problem("title", "length", f"不能超过{LONGEST_TITLE}个字"))
    if len(text) > LONGEST_TEXT:
        problems.append(Problem("text", "length", f"不能超过{LONGEST_TEXT}个字"))
    if not units:
        problems.append(Problem("unit", "needed", "须填写"))
    last_day, severity = _day(typed.get("last_day", "")), SEVERITIES.get(typed.get("severity", ""))
    if last_day is None and typed.get("last_day"):
        problems.append(Problem("last_day", "date", "不是日期，请写成 2026-12-31"))
    if severity is None:
        problems.append(Problem("severity", "choice", "只能是一般或严重"))
    provision = typed.get("provision", "")
    if provision and not CLAUSE.fullmatch(provision):
        problems.append(Problem("provision", "form", "请写成 4.6 这样的条款号"))
    source_number = typed.get("source_number", "")[:60]
    return Order(
        number=number,
        values={key: typed[key][:LONGEST_TEXT] for key in COLUMNS if key in typed},
        source_number=source_number,
        title=title,
        text=text,
        units=units,
        last_day=last_day,
        severity=severity or Severity.GENERAL.value,
        provision=provision,
        origin=" ".join(typed.get("origin", "").split())[:80],
        key=digest_of({"number": source_number, "title": title, "text": text, "units": sorted(units)}),
        problems=tuple(problems),
    )


def _day(typed: str) -> dt.date | None:
    found = DATE.fullmatch(typed)
    if found is None:
        return None
    try:
        day = dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
    return day if day.year <= LAST_YEAR else None
