"""Lists of the ministry: variants of heads, good rows as cases, bad ones kept with row, column and rule; once."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.db import transaction
from python_calamine import CalamineWorkbook

from builders import CITY, leader, officer
from jianguan.backbone.cases import ministry
from jianguan.backbone.cases.followups import OrderList, OrderRow
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.orders import LARGEST, ListRefused
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.models import Person
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit import clock
from jianguan.site.cli import build

HEADS = ("序号", "问题名称", "问题描述", "涉及单位", "反馈期限", "严重程度")


def workbook(*rows: tuple[Any, ...], heads: tuple[str, ...] = HEADS, above: int = 0) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line in range(above):
            sheet.write_string(line, 0, "公安部交管局关于异常数据的通报（合成）")
        sheet.write_row(above, 0, heads)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows, start=above + 1):
            for column, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(number, column, cell, day)
                elif isinstance(cell, str) and not cell.startswith("{="):
                    sheet.write_string(number, column, cell)
                else:
                    sheet.write(number, column, cell)
    return out.getvalue()


def cells(file: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()


def soon(days: int = 20) -> dt.date:
    return clock.today() + dt.timedelta(days=days)


@pytest.fixture
def province(db: Any) -> Actor:
    actor = officer("jilin@PROVINCE")
    scopes.apply(actor.scope)
    return actor


def take_in(by: Actor, file: bytes, name: str = "部局通报.xlsx") -> OrderList:
    return ministry.accept(by=by, sheet=ministry.read(file), name=name, calendar=working_calendar())


def problems(listed: OrderList) -> list[tuple[int, str, str]]:
    return [
        (row.number, one["column"], one["rule"])
        for row in listed.rows.filter(case=None).order_by("number")
        for one in row.problems
    ]


def test_each_row_becomes_a_case_with_a_child_for_each_unit_named_under_its_clock(province: Actor) -> None:
    file = workbook(
        (1, "通过率异常", "科目二通过率异常偏高", "长春市、四平", soon(), "严重"),
        (2, "查验异常", "查验时长过短", "长春市公安局交通警察支队", "", ""),
        above=2,
    )
    listed = take_in(province, file)
    assert (listed.accepted, listed.repeated, listed.refused) == (2, 0, 0)
    first, second = Case.objects.filter(kind="supervised", parent=None).order_by("pk")
    assert (first.title, first.severity, first.provision, first.data) == (
        "通过率异常",
        "serious",
        "4.6",
        {"source_number": "1"},
    )
    assert first.origin == "部局通报.xlsx 第4行"
    assert {one.handler.key for one in first.children.all()} == {"changchun@CITY", "siping@CITY"}
    due = first.deadlines.get(term="finish").due_at
    assert due.astimezone(clock.CHINA).date() == soon(21)
    assert {one.deadlines.get(term="finish").due_at for one in first.children.all()} == {due}
    assert [one.handler.key for one in second.children.all()] == ["changchun@CITY"]
    assert second.deadlines.get(term="finish").unit == "working_days"
    scopes.apply(officer(CITY).scope)
    assert Case.objects.filter(kind="supervised").count() == 2, "the city sees its two children, not the parents"


@pytest.mark.parametrize(
    "heads",
    [
        ("编号", "事项", "内容", "责任单位", "办结期限", "程度"),
        ("通报 编号", "标题*", "情况", "责任地区（必填）", "期限", "等级"),
    ],
)
def test_heads_come_in_variants(province: Actor, heads: tuple[str, ...]) -> None:
    listed = take_in(province, workbook(("A-7", "异常", "说明", "220100", "2099年1月5日", "一般"), heads=heads))
    assert (listed.accepted, listed.refused) == (1, 0)


def test_bad_rows_are_named_by_row_column_and_rule_and_the_good_ones_kept(province: Actor) -> None:
    file = workbook(
        (1, "通过率异常", "详情", "长春", soon(), ""),
        (2, "", "详情", "长春", soon(), ""),
        (3, "查验异常", "详情", "哈尔滨", soon(), ""),
        (4, "查验异常", "详情", "", dt.date(2020, 1, 1), "很重"),
        (5, "长" * 201, "详情", "长春", "下个月", ""),
        (6, "公式", "{=1+1}", "长春", "", ""),
        (7, "查验异常", "详情", "长春", "9999-12-31", ""),
    )
    listed = take_in(province, file)
    assert (listed.accepted, listed.refused) == (1, 6)
    assert problems(listed) == [
        (3, "事项", "needed"),
        (4, "责任单位", "known"),
        (5, "责任单位", "needed"),
        (5, "程度", "choice"),
        (5, "办结期限", "future"),
        (6, "事项", "length"),
        (6, "办结期限", "date"),
        (7, "事项", "formula"),
        (8, "办结期限", "date"),
    ]
    assert Case.objects.filter(kind="supervised", parent=None).count() == 1


def test_refused_rows_are_downloaded_mended_and_sent_again(province: Actor) -> None:
    listed = take_in(province, workbook((1, "查验异常", "详情", "哈尔滨", soon(), "")))
    head, row = cells(ministry.refused_rows(listed))
    assert head[-2:] == ["原行号", "退回原因"]
    assert row[-2] == "2"
    assert "哈尔滨" in row[-1]
    mended = ["长春" if cell == "哈尔滨" else cell for cell in row]
    again = take_in(province, workbook(tuple(mended), heads=tuple(head)))
    assert (again.accepted, again.refused) == (1, 0)


def test_the_same_list_twice_is_once_and_an_extended_one_adds_what_is_new(province: Actor) -> None:
    row, other = (1, "通过率异常", "详情", "长春", soon(), ""), (2, "查验异常", "详情", "四平", soon(), "")
    file = workbook(row)
    first = take_in(province, file)
    assert take_in(province, file) == first
    assert take_in(province, file, name="另一个名字.xlsx") == first
    longer = take_in(province, workbook(row, row, other))
    assert (longer.accepted, longer.repeated) == (1, 2)
    assert Case.objects.filter(kind="supervised", parent=None).count() == 2
    assert OrderList.objects.count() == 2


class Breaking(Calendar):
    """A calendar that gives out after a few rows."""

    left = 5

    def add_working_days(self, start: dt.date, days: int) -> dt.date:
        self.left -= 1
        if not self.left:
            raise MemoryError
        return super().add_working_days(start, days)


def test_a_list_that_breaks_in_the_middle_leaves_nothing(province: Actor) -> None:
    sheet = ministry.read(workbook(*[(n, f"异常{n}", "详情", "长春", soon(), "") for n in range(6)]))
    with pytest.raises(MemoryError), transaction.atomic():
        ministry.accept(by=province, sheet=sheet, name="部局通报.xlsx", calendar=Breaking())
    assert not Case.objects.filter(kind="supervised").exists()
    assert not OrderList.objects.exists()
    assert not OrderRow.objects.exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "不是可读"),
        (b"PK\x03\x04junk", "不是可读"),
        (b"0" * (LARGEST + 1), "10 MB"),
        (workbook(), "没有数据行"),
        (workbook((1, "甲"), heads=("姓名", "电话")), "没有找到表头"),
        (workbook((1, "甲"), heads=("序号", "标题")), "缺少“责任单位”列"),
        (workbook(*[(n, "甲", "", "长春") for n in range(501)]), "最多导入500行"),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(file: bytes, words: str) -> None:
    with pytest.raises(ListRefused, match=words):
        ministry.read(file)


def test_text_that_looks_like_a_formula_stays_text_on_the_way_in_and_out(province: Actor) -> None:
    evil = '=HYPERLINK("http://x","点我")'
    listed = take_in(province, workbook((1, evil, "@SUM(1)", "哈尔滨", "", ""), (2, evil, "+1", "长春", "", "")))
    case = Case.objects.get(kind="supervised", parent=None)
    assert case.title == evil
    row = cells(ministry.refused_rows(listed))[1]
    assert row[1] == evil
    assert b"<f>" not in _sheet_xml(ministry.refused_rows(listed))


def _sheet_xml(file: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def test_the_template_is_taken_in_as_it_stands(province: Actor) -> None:
    listed = take_in(province, ministry.template())
    assert (listed.accepted, listed.refused) == (1, 0)


def test_whoever_may_not_order_takes_no_list_in(province: Actor) -> None:
    admin = leader("jilin@PROVINCE")
    without = type(admin)(**{one: getattr(admin, one) for one in admin.__slots__} | {"permissions": frozenset()})
    with pytest.raises(NotAllowed):
        take_in(without, ministry.template())


@pytest.mark.usefixtures("fresh_database")
def test_the_command_takes_a_list_in_as_somebody_in_his_post(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by = officer("jilin@PROVINCE")
    with scopes.within(scopes.everything()):
        number = Person.objects.get(pk=by.person_id).number
    file, refused = tmp_path / "list.xlsx", tmp_path / "refused.xlsx"
    file.write_bytes(workbook((1, "通过率异常", "详情", "长春", soon(), ""), (2, "异常", "详情", "哈尔滨", "", "")))

    def run(*given: str) -> int:
        arguments = build().parse_args(["cases", *given])
        return int(arguments.run(arguments))

    taken = ("import-list", str(file), "--person", number, "--refused", str(refused))
    assert run(*taken, "--capacity", CITY) == 2
    assert "没有以" in capsys.readouterr().err
    assert run(*taken, "--capacity", "jilin@PROVINCE", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["accepted"], said["refused"], said["rows"][0]["column"]) == (1, 1, "责任单位")
    assert "哈尔滨" in str(cells(refused.read_bytes()))
    assert run(*taken, "--capacity", "jilin@PROVINCE") == 1
    with scopes.within(scopes.everything()):
        assert Case.objects.filter(kind="supervised", parent=None).count() == 1
    assert run("list-template", "--out", str(refused)) == 0
    assert cells(refused.read_bytes())[0][1] == "事项"
    file.write_bytes(b"nonsense")
    assert run(*taken, "--capacity", "jilin@PROVINCE") == 2


def test_a_clause_the_rule_book_does_not_have_is_a_bad_row_named_by_its_column(province: Actor) -> None:
    heads = ("序号", "问题名称", "涉及单位", "依据条款")
    rows = [
        (1, "异常一", "长春", "4.6"),
        (2, "异常二", "长春", "77.7"),
        (3, "异常三", "长春", "77.77z"),
        (4, "异常四", "长春", "x"),
    ]
    listed = take_in(province, workbook(*rows, heads=heads))
    assert (listed.accepted, listed.refused) == (1, 3)
    assert problems(listed) == [(3, "依据条款", "known"), (4, "依据条款", "known"), (5, "依据条款", "form")]
    assert OrderRow.objects.get(number=3).problems[0]["message"] == "现行规则库中没有条款 77.7"
