"""Bad input: nothing lost, nothing silently changed, refused with a reason, memory bounded."""

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facts.conftest import EXAM, as_csv, exam
from jianguan.facts import ingest, readers
from jianguan.facts.contract import contract
from jianguan.facts.mapping import Mapping
from jianguan.facts.models import Batch, BatchState, Quarantine

Take = Callable[..., Any]
Rows = Callable[..., list[dict[str, Any]]]


def messages(batch: Batch) -> list[str]:
    return [row.message for row in Quarantine.objects.filter(batch=batch)]


def workbook(rows: list[list[str]], sheet: str = "") -> bytes:
    cells = "".join("<row>" + "".join(cell for cell in row) + "</row>" for row in rows)
    sheet = sheet or f"<sheetData>{cells}</sheetData>"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml"'
        f' ContentType="{kinds}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml"'
        f' ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1"'
        f' Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="考试" sheetId="1"'
        ' r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1"'
        f' Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}">{sheet}</worksheet>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def rewritten(book: bytes, *changes: tuple[str, str], moved: tuple[str, str] = ("", "")) -> bytes:
    """A workbook with words replaced in all of its parts, one part under another name."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as archive, zipfile.ZipFile(target, "w") as copy:
        for name in archive.namelist():
            text = archive.read(name).decode()
            for old, new in changes:
                text = text.replace(old, new)
            copy.writestr(moved[1] if name == moved[0] else name, text)
    return target.getvalue()


def text_cell(row: int, column: int, text: str, formula: str = "") -> str:
    return f'<c r="{chr(65 + column)}{row}" t="str">{formula}<v>{text}</v></c>'


def exams_in_excel(*, formula_in: int = 0, name: str = "xm") -> bytes:
    rows = [
        [name if title == "xm" else title for title in EXAM],
        *(list(exam(number).values()) for number in (1, 2, 3)),
    ]
    return workbook(
        [
            [text_cell(y, x, text, "<f>A1</f>" if y == formula_in and x == 12 else "") for x, text in enumerate(row)]
            for y, row in enumerate(rows, 1)
        ]
    )


def test_excel_gives_the_rows_of_its_first_sheet(take: Take) -> None:
    batch = take(exams_in_excel(), name="exam.xlsx")
    assert (batch.reason, batch.accepted, batch.refused) == ("", 3, 0)


def test_a_row_with_a_formula_is_refused_not_computed(take: Take) -> None:
    batch = take(exams_in_excel(formula_in=3), name="exam.xlsx")
    assert (batch.accepted, messages(batch)) == (2, ["含公式单元格，请先粘贴为数值"])
    assert Quarantine.objects.get(batch=batch).line == 3


HIDDEN = {
    "namespace prefix": lambda book: rewritten(
        book,
        *((f"<{tag}", f"<x:{tag}") for tag in ("worksheet", "sheetData", "row", "c ", "f>", "v>")),
        *((f"</{tag}>", f"</x:{tag}>") for tag in ("worksheet", "sheetData", "row", "c", "f", "v")),
        ('worksheet xmlns="', 'worksheet xmlns:x="'),
    ),
    "part of another name": lambda book: rewritten(
        book, ("worksheets/sheet1.xml", "data/odd.xml"), moved=("xl/worksheets/sheet1.xml", "xl/data/odd.xml")
    ),
    "cells without places": lambda book: rewritten(book, *((f'r="{chr(65 + x)}3"', "") for x in range(14))),
    "numbers unlike the order": lambda book: rewritten(
        book,
        ('<sheet name="考试" sheetId="1" r:id="r1"/>', '<sheet name="考试" sheetId="7" r:id="r1"/>'),
        ("worksheets/sheet1.xml", "worksheets/sheet9.xml"),
        moved=("xl/worksheets/sheet1.xml", "xl/worksheets/sheet9.xml"),
    ),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_a_formula_cannot_be_hidden(how: str, take: Take) -> None:
    batch = take(HIDDEN[how](exams_in_excel(formula_in=3)), name="exam.xlsx")
    assert (batch.reason, batch.accepted, messages(batch)) == ("", 2, ["含公式单元格，请先粘贴为数值"])


def test_a_workbook_with_a_document_type_or_an_array_formula_over_rows_is_refused_whole(take: Take) -> None:
    grows = rewritten(exams_in_excel(), ("<worksheet", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet'))
    assert take(grows, name="grows.xlsx").state == BatchState.UNREADABLE
    over = rewritten(exams_in_excel(formula_in=3), ("<f>", '<f t="array" ref="M3:M4">'))
    assert take(over, name="over.xlsx").reason == "含跨行的数组公式，请先粘贴为数值"


def test_an_error_value_of_excel_refuses_its_row_and_names_the_column(take: Take) -> None:
    book = rewritten(exams_in_excel(), ('<c r="L3" t="str"><v>90</v>', '<c r="L3" t="e"><v>#N/A</v>'))
    batch = take(book, name="exam.xlsx")
    found = [(row.line, row.rule, row.message) for row in batch.refusals.all()]
    assert (batch.accepted, found) == (
        2,
        [(3, "excel_error", "“kscj”列是 Excel 错误值（如 #N/A、#REF!），请改正或清空")],
    )


def test_blank_lines_breaks_inside_quotes_and_broken_lines_leave_no_row_unaccounted_for(take: Take) -> None:
    header, one, two, three, four = as_csv([exam(number) for number in range(1, 5)]).splitlines()
    lines = [header, one, "", two.replace("张三", '"张\n\n三"'), "E9,few", "", three.replace(",2,", ",9,"), four, ""]
    for end in ("\n", "\r\n", "\r"):
        batch = take("\n".join(lines).replace("\n", end), name=f"{len(end)}{end == chr(13)}.csv")
        assert (batch.reason, batch.accepted, batch.refused) == ("", 3, 2)


def test_a_zip_bomb_is_refused_before_it_is_read(take: Take) -> None:
    bomb = workbook([], sheet="<sheetData>" + " " * 60_000_000 + "</sheetData>")
    assert len(bomb) < 200_000
    batch = take(bomb, name="exam.xlsx")
    assert (batch.state, batch.reason) == (BatchState.UNREADABLE, "工作簿解压后过大，疑为压缩炸弹")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("exam.csv", b"", "文件是空的"),
        ("exam.xlsx", b"not a workbook", "不是可读的 Excel 工作簿"),
        ("exam.parquet", b"PAR1 broken", "不是可读的 Parquet 文件"),
        ("exam.csv.gz", b"not gzip", "压缩文件损坏"),
        ("exam.pdf", b"%PDF", "不支持的文件类型 .pdf；支持 CSV、Excel、Parquet、JSON 行"),
        ("exam.csv", (",".join(f"c{place}" for place in range(100_000)) + "\n").encode(), "有 100000 列，超过 2000 列"),
        ("exam.csv", b"x" * 2_000_000, "表头过长：一行超过一兆字节"),
        ("exam.csv", b"lsh,lsh\n1,2\n", "表头重复：lsh"),
        ("exam.csv", b"Note,note\n1,2\n", "表头重复：Note、note"),
        ("exam.csv", b"\nlsh\n1\n", "第 1 行应为表头，却是空行"),
        ("exam.csv", b"lsh,xm\n1,2\n3,4\r5,6\r", "文件损坏，或行尾、内容前后不一致，无法读完"),
        ("exam.jsonl", b"[1]\n[2]\n", "没有一个 JSON 对象"),
        ("exam.jsonl", b'{"*": 1}\n', "文件损坏，或行尾、内容前后不一致，无法读完"),
        ("exam.jsonl", b'{"": 1}\n', "文件损坏，或行尾、内容前后不一致，无法读完"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole_with_a_reason(
    name: str, content: bytes, reason: str, take: Take, rows: Rows
) -> None:
    batch = take(content, name=name)
    assert (batch.state, batch.reason) == (BatchState.UNREADABLE, reason)
    assert rows(all_=True) == []


def test_broken_lines_keep_their_bytes_and_leave_the_others_alone(take: Take) -> None:
    good = as_csv([exam(1), exam(2)])
    broken = b"E3,too,few\n" + as_csv([exam(4)]).splitlines()[1].encode() + b",one,more\n"
    wrong = as_csv([exam(5)]).splitlines()[1].encode().replace("张三".encode(), b"\xff\xfe") + b"\n"
    batch = take(good.encode() + broken + wrong + as_csv([exam(6)]).splitlines()[1].encode() + b"\n")
    assert (batch.accepted, batch.refused) == (3, 3)
    found = Quarantine.objects.filter(batch=batch)
    assert [(row.line, row.message) for row in found] == [
        (4, "列数不足"),
        (5, "列数过多"),
        (6, "编码错误：不是合规的 UTF-8"),
    ]
    assert [ingest.original_of(row) for row in found] == [*broken.splitlines(), wrong.rstrip()]


def test_one_stray_byte_refuses_its_line_and_turns_no_other_into_other_words(take: Take, rows: Rows) -> None:
    lines = as_csv([exam(number, kcdd="长春考场") for number in range(1, 9)]).encode().splitlines()
    lines[4] = lines[4].replace("张三".encode(), b"\xd5\xc5\xc8\xfd")
    batch = take(b"\n".join(lines) + b"\n")
    assert (batch.encoding, batch.accepted, batch.refused) == ("utf-8", 7, 1)
    assert {row["site"] for row in rows()} == {"长春考场"}
    assert ingest.original_of(Quarantine.objects.get(batch=batch)) == lines[4]
    chinese = take(as_csv([exam(1, kcdd="吉林考场")]).encode("gb18030"), name="chinese.csv")
    assert (chinese.encoding, chinese.accepted, rows()[0]["site"]) == ("gb18030", 1, "吉林考场")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("above", "skip"),
    [("", 0), ("标题\n", 1), ('"标题"（十一月）\n', 1), ('"标题\n副题"\n', 2), ('一"二\n', 1)],
)
@pytest.mark.parametrize("header", ["xm", '"考生\n姓名"'])
def test_neither_titles_nor_line_breaks_in_the_header_nor_the_ends_of_lines_lose_a_row(
    end: str, above: str, skip: int, header: str, take: Take
) -> None:
    names = contract("exam").names()
    about = Mapping(contract="exam", columns={names[key]: key for key in EXAM if key != "xm"}, skip=skip)
    text = as_csv([exam(1), exam(2, kskm="9"), exam(3)])
    header = header if end == "\n" else header.replace("\n", " ")
    text = (above + text.replace("xm", header, 1)).replace("\n", end)
    batch = take(text, mapping=about)
    assert (batch.reason, batch.accepted, batch.refused) == ("", 2, 1)


@pytest.mark.parametrize("formula_in", [2, 3])
def test_a_line_break_in_a_cell_of_the_header_moves_no_row_of_a_sheet(formula_in: int, take: Take) -> None:
    book = exams_in_excel(formula_in=formula_in, name="考生&#10;姓名")
    batch = take(book, name="exam.xlsx")
    assert (batch.accepted, messages(batch)) == (2, ["含公式单元格，请先粘贴为数值"])
    assert Quarantine.objects.get(batch=batch).line == formula_in


def test_a_quotation_mark_that_never_closes_loses_no_line(take: Take) -> None:
    lines = as_csv([exam(number) for number in range(5)]).splitlines()
    lines[3] = lines[3].replace("张三", '"张三')
    batch = take("\n".join(lines) + "\n")
    assert batch.accepted + batch.refused == 5
    assert "引号不配对" in messages(batch)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2020-03-02 08:00:00", "2020-03-02T08:00:00"),
        ("2020/3/2 8:00", "2020-03-02T08:00:00"),
        ("2020年3月2日 08:00:00", "2020-03-02T08:00:00"),
        ("20200302080000", "2020-03-02T08:00:00"),
        ("2020.3.2 08:00", "2020-03-02T08:00:00"),
        ("2020-03-02T08:00:00+08:00", "2020-03-02T08:00:00"),
    ],
)
def test_times_in_unambiguous_forms_are_read(text: str, read: str, take: Take, rows: Rows) -> None:
    take(as_csv([exam(1, kssj=text)]))
    assert [row["started_at"].isoformat() for row in rows()] == [read]


@pytest.mark.parametrize(
    ("column", "text", "message"),
    [
        ("kssj", "2020-02-30 08:00:00", "考试开始时间无法读作时间"),
        ("kssj", "03/02/2020 08:00", "考试开始时间无法读作时间"),
        ("kssj", "2020-03-02 24:00:00", "考试开始时间无法读作时间"),
        ("kssj", "2020-03-02T00:00:00Z", "考试开始时间无法读作时间"),
        ("kssj", "43892.3333", "考试开始时间无法读作时间"),
        ("kssj", "0020-03-02 08:00:00", "考试开始时间不在一九〇〇年至二一九九年之间"),
        ("kscs", "1.5", "考试次数无法读作整数"),
        ("kscs", "1_0", "考试次数无法读作整数"),
        ("kscs", "0x1", "考试次数无法读作整数"),
        ("kscs", "99999999999999999999", "考试次数无法读作整数"),
        ("kscs", "21", "考试次数大于20"),
        ("kskm", "7", "考试科目不在代码表“考试科目”中"),
        ("kskm", " 2", "考试科目不在代码表“考试科目”中"),
        ("lsh", "", "考试流水号为空"),
        ("lsh", "   ", "考试流水号为空"),
        ("lsh", "E1 ", "考试流水号首尾有空白，或含不可见字符"),
        ("lsh", "E\u200b1", "考试流水号首尾有空白，或含不可见字符"),
        ("lsh", "\ufeffE1", "考试流水号首尾有空白，或含不可见字符"),
        ("kcdd", '"K1\n"', "考场代码首尾有空白，或含不可见字符"),
        ("jxdm", " \u3000", "驾校代码为空"),
        ("kcdd", "K1\u3000", "考场代码首尾有空白，或含不可见字符"),
        ("lsh", "E" * 41, "考试流水号超过40个字符"),
    ],
)
def test_a_value_that_does_not_read_exactly_refuses_its_row(column: str, text: str, message: str, take: Take) -> None:
    batch = take(as_csv([exam(1, **{column: text})]))
    assert (batch.accepted, messages(batch)) == (0, [message])


def test_a_start_in_the_future_is_refused(take: Take) -> None:
    batch = take(as_csv([exam(1, kssj="2150-01-01 08:00:00", jssj="2150-01-01 09:00:00")]))
    assert messages(batch) == ["考试开始时间在未来"]


def test_a_mark_of_byte_order_is_no_part_of_the_header(take: Take) -> None:
    assert take(b"\xef\xbb\xbf" + as_csv([exam(1)]).encode()).accepted == 1


def test_a_file_that_grows_while_it_is_read_is_refused_whole(
    take: Take, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = readers.open_file

    def growing(connection: Any, path: Any, *others: Any) -> Any:
        opened = honest(connection, path, *others)
        with path.open("a") as file:
            file.write(as_csv([exam(9)]).splitlines()[1] + "\n")
        return opened

    monkeypatch.setattr(ingest, "open_file", growing)
    batch = take(as_csv([exam(1)]))
    assert (batch.state, rows(all_=True)) == (BatchState.UNREADABLE, [])
    assert "发生变化" in batch.reason


def test_columns_nobody_asked_for_are_named(take: Take) -> None:
    assert take(as_csv([exam(1, 备用="x")])).unused == ["备用"]


NUMBER = iter(range(10**9))
values = st.one_of(
    st.sampled_from(["", "2", "9", "2020-03-02 08:00:00", "-1", "NaN", "∞", "吉A", "a,b", 'say "x"', "x\ny"])
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.dictionaries(st.sampled_from(sorted(set(EXAM) - {"lsh"})), values, max_size=3), min_size=1, max_size=8)
)
def test_every_row_is_either_taken_unchanged_or_refused(take: Take, rows: Rows, changes: list[dict[str, str]]) -> None:
    made = [exam(next(NUMBER), **change) for change in changes]
    quoted = [",".join(EXAM), *(",".join('"' + v.replace('"', '""') + '"' for v in row.values()) for row in made)]
    before = len(rows(all_=True))
    batch = take("\n".join(quoted) + "\n")
    assert batch.accepted + batch.refused == len(made)
    assert len(rows(all_=True)) - before == batch.accepted
    taken = {row["exam_no"]: row for row in rows()}
    for row in made:
        if found := taken.get(row["lsh"]):
            assert (found["site"], str(found["attempt"])) == (row["kcdd"], re.sub(r"^\+", "", row["kscs"]))


def test_a_file_of_only_broken_lines_is_refused_row_by_row_up_to_a_bound_and_whole_beyond_it(
    take: Take, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MOST_BROKEN", 40)
    header = ",".join(exam(1))
    batch = take(header + "\n" + "".join(f"E{number},2\n" for number in range(40)))
    assert (batch.accepted, batch.refused) == (0, 40)
    assert {row.rule for row in batch.refusals.all()} == {"broken"}
    over = take(header + "\n" + "".join(f"E{number},2\n" for number in range(41)))
    assert over.state == BatchState.UNREADABLE
    assert "无法拆分" in over.reason
    assert rows() == []


def test_a_large_file_of_only_broken_lines_is_refused_after_its_head_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "exam.csv"
    with path.open("w") as file:
        file.write(",".join(exam(1)) + "\n")
        file.writelines(f"E{number},2\n" for number in range(1_000_000))
    work = (
        "import sys\nfrom pathlib import Path\nfrom jianguan.facts import lake, readers\n"
        "folder = Path(sys.argv[1])\n"
        "with lake.engine(folder / 'scratch') as duck:\n"
        "    try:\n        readers.open_file(duck, folder / 'exam.csv', folder, None)\n"
        "    except readers.Unreadable as failure:\n        sys.stdout.write(str(failure) + '\\n')\n"
        "own = Path('/proc/self/status').read_text().split('VmHWM:')[1]\n"  # ru_maxrss begins at the parent's
        "sys.stdout.write(str(int(own.split()[0]) >> 10))\n"
    )
    said = subprocess.run([sys.executable, "-c", work, str(tmp_path)], stdout=subprocess.PIPE, text=True, check=True)
    reason, peak = said.stdout.splitlines()
    assert "没有一行能拆分成列" in reason
    assert int(peak) < 500, "a million broken lines remembered take a gigabyte"
