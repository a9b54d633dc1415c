"""Files that once broke more than themselves: each is refused in words, and what comes after it is taken in."""

import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from facts.conftest import EXAM, as_csv, exam
from facts.test_bad_input import exams_in_excel, messages, rewritten, text_cell, workbook
from jianguan.facts import dropfolder, sources
from jianguan.facts.contract import contract
from jianguan.facts.mapping import Mapping
from jianguan.facts.models import BatchState, Quarantine
from jianguan.facts.repair import repair, rerun

Take = Callable[..., Any]
Rows = Callable[..., list[dict[str, Any]]]


def damaged_gzip() -> bytes:
    packed = bytearray(gzip.compress(as_csv([exam(number) for number in range(1, 200)]).encode()))
    packed[len(packed) // 2] ^= 0xFF
    return bytes(packed)


def test_lines_after_a_quotation_mark_that_swallowed_some_keep_numbers_of_their_own(take: Take, rows: Rows) -> None:
    lines = as_csv([exam(number) for number in range(1, 10)]).splitlines()
    lines[2] = lines[2].replace("张三", '"张三')
    lines[4] = lines[4].replace("张三", '"张\n三"')
    lines[6] += ",too,many"
    lines[8] = lines[8].replace(",2,C1", ",9,C1")
    batch = take("\n".join(lines) + "\n")
    numbers = list(Quarantine.objects.filter(batch=batch).order_by("pk").values_list("line", flat=True))
    assert (batch.state, len(numbers)) == (BatchState.COMMITTED, batch.refused)
    assert len(set(numbers)) == len(numbers)
    assert take(as_csv([exam(20)]), name="next.csv").accepted == 1
    assert len(rows()) == batch.accepted + 1


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("exam.csv.gz", damaged_gzip(), "压缩文件损坏"),
        ("exam.csv", b'"' + b"a" * 200_000 + b"\n", "表头无法拆分成列：一列过长，或引号不配对"),
        (os.fsdecode(b"exam.\xff"), b"x", "不支持的文件类型 .?；支持 CSV、Excel、Parquet、JSON 行"),
    ],
    ids=["damaged gzip", "endless title", "ending that is no text"],
)
def test_what_breaks_a_reader_refuses_the_file_in_words(take: Take, name: str, content: bytes, reason: str) -> None:
    assert take(content, name=name).reason == reason


def test_a_damaged_parquet_file_is_refused_wherever_the_damage_lies(take: Take, tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    rows = ", ".join(f"({', '.join(repr(value) for value in exam(number).values())})" for number in range(200))
    duckdb.execute(f"COPY (SELECT * FROM (VALUES {rows}) AS t({', '.join(EXAM)})) TO '{whole}' (FORMAT parquet)")
    states = set()
    for place in (4, 5, 6, 20, 40):
        damaged = bytearray(whole.read_bytes())
        damaged[place] ^= 0xFF
        states.add(take(bytes(damaged), name=f"exam-{place}.parquet").state)
    assert BatchState.UNREADABLE in states


def test_columns_of_json_that_differ_in_case_alone_are_not_taken_for_each_other(take: Take, rows: Rows) -> None:
    names = contract("exam").names()
    by = Mapping(contract="exam", columns={names[key]: key for key in EXAM} | {names["kcdd"]: "note"})
    batch = take(json.dumps(exam(1) | {"Note": "K8", "note": "K9"}), name="exam.jsonl", mapping=by)
    assert (batch.reason, rows()) == ("列名只有大小写不同：Note、note", [])


@pytest.mark.parametrize(
    ("name", "content", "corrected"),
    [
        ("formula.xlsx", exams_in_excel(formula_in=3), {"kfhj": "10"}),
        (
            "error.xlsx",
            workbook(
                [
                    [text_cell(1, x, title) for x, title in enumerate(EXAM)],
                    [
                        '<c r="M2" t="e"><v>#N/A</v></c>' if title == "kfhj" else text_cell(2, x, text)
                        for x, (title, text) in enumerate(EXAM.items())
                    ],
                ]
            ),
            {"kfhj": "10"},
        ),
        ("twice.jsonl", (json.dumps(exam(2))[:-1] + ', "kskm": "3"}\n' + json.dumps(exam(3))).encode(), {"kskm": "2"}),
    ],
    ids=["formula", "error value", "column twice"],
)
def test_what_the_kept_values_do_not_show_is_not_taken_in_as_it_is_but_when_somebody_corrected_it(
    take: Take, name: str, content: bytes, corrected: dict[str, str]
) -> None:
    batch = take(content, name=name)
    row = Quarantine.objects.get(batch=batch)
    (again,) = rerun(batch)
    assert (again.taken, [rule.message for rule in again.refused.values()]) == ((), messages(batch))
    assert repair(batch, {row.pk: corrected}).taken == (row.pk,)


def with_shared(text: str, cells: int) -> bytes:
    """A workbook in which many cells repeat one text."""
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, cells + 1))
    book = io.BytesIO(workbook([], f"<sheetData>{rows}</sheetData>"))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}"><si><t>{text}</t></si></sst>')
    return book.getvalue()


def spanning(row: int, place: str) -> bytes:
    cells = f'<row r="1">{text_cell(1, 0, "lsh")}</row><row r="{row}"><c r="{place}" t="str"><v>x</v></c></row>'
    return workbook([], f"<sheetData>{cells}</sheetData>")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            spanning(1_048_576, "XFD1048576"),
            "工作表的内容散布在 1048576 行 × 16384 列中，请删去表格以外的零星内容后重新导出",
        ),
        (
            spanning(1_048_576, "xfd1048576"),
            "工作表的内容散布在 1048576 行 × 16384 列中，请删去表格以外的零星内容后重新导出",
        ),
        (with_shared("x" * 800_000, 600), "工作表解压后过大，疑为压缩炸弹"),
        (spanning(2, "$A$2"), "单元格的位置 $A$2 不合规"),
    ],
    ids=["far cell", "far cell in small letters", "one text many times", "no place"],
)
def test_a_sheet_that_would_fill_the_memory_is_refused_before_it_is_read(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    book = tmp_path / "exam.xlsx"
    book.write_bytes(content)
    program = (
        "import resource, sys; from pathlib import Path; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "from jianguan.facts.excel import sheet_to_csv; from jianguan.facts.unreadable import Unreadable\n"
        "try: sheet_to_csv(Path(sys.argv[1]), Path(sys.argv[2]), '')\n"
        "except Unreadable as refused: print(refused)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(book), str(tmp_path / "sheet.csv")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == reason


def test_a_sheet_whose_empty_cells_reach_far_is_read(take: Take) -> None:
    styled = rewritten(
        exams_in_excel(), ("</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
    )
    assert (take(styled, name="exam.xlsx").accepted) == 3


def test_no_file_in_the_drop_folder_holds_up_the_others(home: Path, tmp_path: Path) -> None:
    sources.register("exam", "exam")
    folder = tmp_path / "drop" / "exam"
    (folder / "mapping.yaml").mkdir(parents=True)
    (folder / "first.csv").write_text(as_csv([exam(1)]))
    seen: dropfolder.Seen = {}
    said: list[str] = []
    dropfolder.look(folder.parent, seen, said.append)
    dropfolder.look(folder.parent, seen, said.append)
    assert said == ["first.csv：出错，暂未收取，下次再试，详见日志"]
    (folder / "mapping.yaml").rmdir()
    long = f"{'考' * 83}.csv"
    (folder / long).write_text(as_csv([exam(2)]))
    (folder / "bad.csv.gz").write_bytes(damaged_gzip())
    taken = [*dropfolder.look(folder.parent, seen), *dropfolder.look(folder.parent, seen)]
    states = sorted((batch.file_name, batch.state) for batch in taken)
    assert states == [
        ("bad.csv.gz", BatchState.UNREADABLE),
        ("first.csv", BatchState.COMMITTED),
        (long, BatchState.COMMITTED),
    ]
    assert list(folder.iterdir()) == []
    assert len(list((folder.parent / "done" / "exam").iterdir())) == 4
