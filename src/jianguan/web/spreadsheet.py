"""Tables that leave the pages as CSV, with a byte order mark for Excel, or as Excel; no cell is taken for a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    """``value`` as text; what a spreadsheet would take for a formula is made text by an apostrophe.

    Signs of other widths (＝ ﹦) count too: some programs take them for the plain ones.
    """
    text = "" if value is None else str(value)
    first = unicodedata.normalize("NFKC", text.lstrip()[:1])
    return f"'{text}" if text.startswith(_FORMULA) or first in _FORMULA else text


def csv_response(name: str, head: Sequence[str], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """A download named ``name``.csv with these rows."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([cell(one) for one in row] for row in rows)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.csv"
    return response


def xlsx_response(name: str, head: Sequence[str], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """A download named ``name``.xlsx with these rows: whole numbers stay numbers, all else is text; the head stays."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, head, book.add_format({"bold": True}))
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(number, column, value)
                else:
                    sheet.write_string(number, column, "" if value is None else str(value))
    response = HttpResponse(data.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return response
