"""Excel workbooks: one sheet written as CSV, cell by cell, after the archive has been measured."""

import csv
import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from python_calamine import CalamineWorkbook

from jianguan.facts.unreadable import Unreadable

MAX_PLAIN = 400 << 20
MAX_RATIO = 200
CHUNK = 1 << 20
CELL = re.compile("([A-Z]{1,3})([0-9]{1,7})")
DIGITS = re.compile("[0-9]+")


def measure(path: Path) -> None:
    """Unpack the archive into nothing, counting.

    Raises Unreadable when it is no archive or unpacks to more than 400 MB or 200 times its size.
    """
    limit = min(MAX_PLAIN, max(path.stat().st_size * MAX_RATIO, 1 << 20))
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as file:
                    while chunk := file.read(CHUNK):
                        total += len(chunk)
                        if total > limit:
                            raise Unreadable("工作簿解压后过大，疑为压缩炸弹")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error) as failure:
        raise Unreadable("不是可读的 Excel 工作簿") from failure


@dataclass(slots=True)
class Suspects:
    """Rows of a sheet, counted from 1, whose cells do not say what they seem to say."""

    formulas: set[int] = field(default_factory=set)
    errors: dict[int, int] = field(default_factory=dict)
    """Row → column, counted from 1, of its first error value."""


Started = Callable[[str, dict[str, str]], None]


def _stream(archive: zipfile.ZipFile, part: str, started: Started) -> None:
    """Walk through a part of the workbook; ``started`` gets each element's name and attributes, without namespaces.

    Raises Unreadable when it declares a document type, by which entities could make it grow.
    """

    def refuse(*_: object) -> None:
        raise Unreadable("工作簿含文档类型声明，不予读取")

    def begin(tag: str, attributes: dict[str, str]) -> None:
        started(_local(tag), {_local(key): value for key, value in attributes.items()})

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    with archive.open(part) as file:
        while chunk := file.read(CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Find the part that holds a sheet, by its relationship. Raises Unreadable when there is not exactly one."""
    parts = archive.namelist()
    if len({part.lower() for part in parts}) < len(parts):
        raise Unreadable("工作簿中有同名的部件")
    ids: list[str] = []
    targets: dict[str, str] = {}

    def in_book(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet" and attributes.get("name") == sheet:
            ids.append(attributes.get("id", ""))

    def in_relations(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _stream(archive, "xl/workbook.xml", in_book)
    _stream(archive, "xl/_rels/workbook.xml.rels", in_relations)
    target = targets.get(ids[0], "") if len(ids) == 1 else ""
    path = target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}"
    found = [part for part in parts if part.lower() == path.lower()]
    if not found:
        raise Unreadable(f"找不到工作表 {sheet} 的内容")
    return found[0]


def suspects(path: Path, sheet: str) -> Suspects:
    """Return the rows of a worksheet that hold formulas or error values.

    Raises Unreadable, also at a formula whose values stand in several rows, for only its first cell says so.
    """
    found = Suspects()
    row = column = 0

    def cell(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif tag == "c":
            if place := CELL.fullmatch(attributes.get("r", "")):
                column, row = _number(place[1]), int(place[2])
            else:
                column += 1
            if attributes.get("t") == "e":
                found.errors.setdefault(row, column)
        elif tag == "f":
            rows = set(DIGITS.findall(attributes.get("ref", "")))
            if len(rows) > 1 and attributes.get("t") != "shared":
                raise Unreadable("含跨行的数组公式，请先粘贴为数值")
            found.formulas.add(row)

    with zipfile.ZipFile(path) as archive:
        _stream(archive, _part_of(archive, sheet), cell)
    return found


def _number(letters: str) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def text_of(cell: object) -> str:
    """Return a cell as text: whole numbers without a point, times in ISO form, nothing rounded."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    return str(cell)


def sheet_to_csv(path: Path, target: Path, sheet: str) -> Suspects:
    """Write a sheet (the first, unless named) as UTF-8 CSV; return the rows that hold formulas or error values.

    Raises Unreadable.
    """
    measure(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = workbook.sheet_names
        if not names or (sheet and sheet not in names):
            raise Unreadable(f"工作簿没有工作表 {sheet}")
        place = names.index(sheet) if sheet else 0
        rows = workbook.get_sheet_by_index(place)
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            for row in rows.iter_rows():
                writer.writerow([text_of(cell) for cell in row])
        found = suspects(path, names[place])
        found.errors = {row: column - (rows.start or (0, 0))[1] for row, column in found.errors.items()}
    except Unreadable:
        raise
    except Exception as failure:  # the library raises its own kinds for every damage
        raise Unreadable("不是可读的 Excel 工作簿") from failure
    return found
