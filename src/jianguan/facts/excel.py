"""Excel workbooks: one sheet written as CSV, cell by cell, after the archive has been measured."""

import csv
import datetime as dt
import re
import zipfile
import zlib
from pathlib import Path

from python_calamine import CalamineWorkbook

from jianguan.facts.unreadable import Unreadable

MAX_PLAIN = 400 << 20
MAX_RATIO = 200
CHUNK = 1 << 20
FORMULA = re.compile(rb'<c [^>]*?r="[A-Z]{1,3}([0-9]{1,7})"[^>]*?>\s*<f[ />]')
OVERLAP = 2048


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


def formula_rows(path: Path, sheet: int) -> frozenset[int]:
    """Return the rows of the ``sheet``-th worksheet, counted from 1, that hold a formula."""
    found: set[int] = set()
    with zipfile.ZipFile(path) as archive:
        names = sorted(
            (entry for entry in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", entry)),
            key=lambda entry: int(re.sub(r"\D", "", entry)),
        )
        if sheet >= len(names):
            return frozenset()
        tail = b""
        with archive.open(names[sheet]) as file:
            while chunk := file.read(CHUNK):
                tail += chunk
                found.update(int(row) for row in FORMULA.findall(tail))
                tail = tail[-OVERLAP:]
    return frozenset(found)


def text_of(cell: object) -> str:
    """Return a cell as text: whole numbers without a point, times in ISO form, nothing rounded."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    return str(cell)


def sheet_to_csv(path: Path, target: Path, sheet: str) -> frozenset[int]:
    """Write a sheet (the first, unless named) as UTF-8 CSV; return the rows that hold formulas.

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
    except Unreadable:
        raise
    except Exception as failure:  # the library raises its own kinds for every damage
        raise Unreadable("不是可读的 Excel 工作簿") from failure
    return formula_rows(path, place)
