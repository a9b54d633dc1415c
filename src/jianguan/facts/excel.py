"""Excel workbooks: one sheet written as CSV, cell by cell, after the archive has been measured."""

import array
import csv
import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from python_calamine import CalamineWorkbook

from jianguan.facts.unreadable import Unreadable

MAX_PLAIN = 400 << 20
MAX_RATIO = 200
CHUNK = 1 << 20
MOST_CELLS = 20_000_000
"""Of the rectangle that a sheet's values span: the library holds all of it, thirty bytes a cell, empty or not."""
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


class Extent:
    """How much a sheet would unpack to: the rectangle its values span, and the shared texts its cells repeat."""

    def __init__(self, shared: Sequence[int]) -> None:
        self.shared, self.texts = shared, 0
        self.rows, self.columns = [MAX_PLAIN, 0], [MAX_PLAIN, 0]
        self.place = ""

    def value(self, row: int, column: int) -> None:
        """Count a cell that holds something.

        Raises Unreadable when there is too much.
        """
        self.rows = [min(self.rows[0], row), max(self.rows[1], row)]
        self.columns = [min(self.columns[0], column), max(self.columns[1], column)]
        high, wide = self.rows[1] - self.rows[0] + 1, self.columns[1] - self.columns[0] + 1
        if high * wide > MOST_CELLS:
            raise Unreadable(f"工作表的内容散布在 {high} 行 × {wide} 列中，请删去表格以外的零星内容后重新导出")

    def repeat(self) -> None:
        """Count the shared text whose place was read."""
        if self.place:
            self.texts += self.shared[int(self.place)]
            self.place = ""
        if self.texts > MAX_PLAIN:
            raise Unreadable("工作表解压后过大，疑为压缩炸弹")


Started = Callable[[str, dict[str, str]], None]


def _stream(archive: zipfile.ZipFile, part: str, started: Started, said: Callable[[str], object] = len) -> None:
    """Walk through a part of the workbook; ``started`` gets each element's name and attributes, without namespaces.

    ``said`` gets the texts between them.

    Raises Unreadable when it declares a document type, by which entities could make it grow.
    """

    def refuse(*_: object) -> None:
        raise Unreadable("工作簿含文档类型声明，不予读取")

    def begin(tag: str, attributes: dict[str, str]) -> None:
        started(_local(tag), {_local(key): value for key, value in attributes.items()})

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    parser.CharacterDataHandler = said
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

    Raises Unreadable, also at a formula whose values stand in several rows, for only its first cell says so, and when
    the sheet would unpack to more than the library can hold.
    """
    found = Suspects()
    row = column = 0
    listed = False

    def cell(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, listed
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif tag == "c":
            extent.repeat()
            if place := CELL.fullmatch(attributes.get("r", "").upper()):
                column, row = _number(place[1]), int(place[2])
            elif "r" in attributes:
                raise Unreadable(f"单元格的位置 {attributes['r'][:20]} 不合规")
            else:
                column += 1
            listed = attributes.get("t") == "s"
            if attributes.get("t") == "e":
                found.errors.setdefault(row, column)
        elif tag == "f":
            rows = set(DIGITS.findall(attributes.get("ref", "")))
            if len(rows) > 1 and attributes.get("t") != "shared":
                raise Unreadable("含跨行的数组公式，请先粘贴为数值")
            found.formulas.add(row)
        if tag in {"f", "is", "v"}:
            extent.value(row, column)

    def place_of(text: str) -> None:
        if listed:
            extent.place += text.strip()

    with zipfile.ZipFile(path) as archive:
        extent = Extent(_shared(archive))
        _stream(archive, _part_of(archive, sheet), cell, place_of)
    extent.repeat()
    return found


def _shared(archive: zipfile.ZipFile) -> Sequence[int]:
    """Return the lengths of the texts that cells share, by their places."""
    lengths = array.array("L")

    def started(tag: str, _: dict[str, str]) -> None:
        if tag == "si":
            lengths.append(0)

    def said(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    for part in archive.namelist():
        if part.lower() == "xl/sharedstrings.xml":
            _stream(archive, part, started, said)
    return lengths


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
        found = suspects(path, names[place])
        rows = workbook.get_sheet_by_index(place)
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            for row in rows.iter_rows():
                writer.writerow([text_of(cell) for cell in row])
        found.errors = {row: column - (rows.start or (0, 0))[1] for row, column in found.errors.items()}
    except Unreadable:
        raise
    except Exception as failure:  # the library raises its own kinds for every damage
        raise Unreadable("不是可读的 Excel 工作簿") from failure
    return found
