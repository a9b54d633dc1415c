"""Mapping files: foreign exports taken in without code; a public data set end to end."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from facts.conftest import EXAM, as_csv, exam
from jianguan.facts import ingest, sources
from jianguan.facts.contract import contract
from jianguan.facts.mapping import WrongMapping, read_mapping
from jianguan.facts.models import BatchState

Take = Callable[..., Any]
Rows = Callable[..., list[dict[str, Any]]]
HERE = Path(__file__).parent
PUBLISHED = HERE.parents[2] / "shared" / "data" / "dvsa_foi_2023_24" / "dtc_summary.csv"
SAME_FORM = """id,name,totalTestCount,dailyTestCount,pass,attemptNum,isFirstAttempt,latitude,longitude
1,合成考场甲,2504,11.6465,0.4018,2.3630,0.4609,53.0403,-2.1880
2,合成考场乙,0,0,,,,52.6820,-1.8334
3,"合成考场, 丙",4483,20.8512,0.4751,2.0763,0.4907,52.6820,-1.8334
"""

MAPPING = """
contract: exam
skip: 2
delimiter: ";"
columns:
  exam_no: {from: 编号, trim: true}
  person: 证件
  subject: {from: 科目, codes: {K2: '2', K3: '3'}}
  licence_class: {constant: C1}
  attempt: {constant: '1'}
  school: 驾校
  site: {constant: K1}
  examiner: 考官
  started_at: {from: 开始, format: '%d/%m/%Y %H:%M'}
  ended_at: {from: 结束, format: '%d/%m/%Y %H:%M'}
  distance: {from: 米, factor: '0.001', digits: 2}
  result: {from: 结果, codes: {合格: '1', 不合格: '2'}}
filters:
  - {column: 结果, none_of: [合计]}
"""
EXPORT = """某系统导出
2020年3月
编号;证件;科目;驾校;考官;开始;结束;米;结果
 A1 ;11010519491231002X;K2;S1;X1;02/03/2020 08:00;02/03/2020 08:20;1234;合格
A2;11010519491231002X;K9;S1;X1;02/03/2020 08:00;02/03/2020 08:20;500;不合格
A3;11010519491231002X;K3;S1;X1;31/02/2020 08:00;02/03/2020 08:20;;合格
;;;;;;;;合计
"""


def mapping(tmp_path: Path, text: str = MAPPING) -> Any:
    path = tmp_path / "mapping.yaml"
    path.write_text(text)
    return read_mapping(path)


def test_a_mapping_renames_recodes_converts_and_leaves_out(take: Take, rows: Rows, tmp_path: Path) -> None:
    batch = take(EXPORT, mapping=mapping(tmp_path))
    assert (batch.reason, batch.accepted, batch.refused, batch.left_out) == ("", 1, 2, 1)
    (row,) = rows()
    assert (row["exam_no"], row["subject"], str(row["distance"]), row["result"]) == ("A1", "2", "1.23", "1")
    assert row["started_at"].isoformat() == "2020-03-02T08:00:00"
    found = [(one.line, one.message) for one in batch.refusals.all()]
    assert found == [(5, "考试科目不在代码表“考试科目”中"), (6, "考试开始时间无法读作时间")]


def test_a_mapping_that_names_what_is_not_there_is_refused(take: Take, tmp_path: Path) -> None:
    batch = take(as_csv([exam(1)]), mapping=mapping(tmp_path, "contract: exam\ncolumns: {site: 场地}\n"))
    assert (batch.state, batch.reason) == (BatchState.UNREADABLE, "文件没有列：场地")
    with pytest.raises(WrongMapping, match="不合规"):
        mapping(tmp_path, "contract: exam\ncolumns: {}\nfoo: 1\n")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ('delimiter: "||"', "须为一个字符"),
        ("delimiter: '\"'", "须为一个字符"),
        ("encoding: rot13", "不支持编码 rot13"),
        ("encoding: nonsense", "不支持编码 nonsense"),
        ("skip: -1", "须在 0 至 1000 之间"),
        ("contract: exam", "contract 写了两次"),
        ("filters: [", "不合规"),
    ],
)
def test_a_mapping_that_no_file_could_be_read_by_is_refused_in_words(tmp_path: Path, said: str, reason: str) -> None:
    with pytest.raises(WrongMapping, match=reason):
        mapping(tmp_path, f"contract: exam\ncolumns: {{site: 场地}}\n{said}\n")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("format: '%Q'", "时间格式 %Q 含未支持的符号"),
        ("format: '%H:%'", "含未支持的符号"),
        ("factor: abc", "倍数 abc 须为不为零的小数"),
        ("factor: '0.0000001'", "须为不为零的小数"),
        ("factor: '0.0'", "须为不为零的小数"),
        ("digits: -1", "小数位数 -1"),
        ("codes: {a: b, a: c}", "a 写了两次"),
        ("from: 别处", "from 写了两次"),
    ],
)
def test_a_column_that_could_not_be_converted_is_refused_in_words(tmp_path: Path, said: str, reason: str) -> None:
    with pytest.raises(WrongMapping, match=reason):
        mapping(tmp_path, f"contract: exam\ncolumns:\n  site:\n    from: 场地\n    {said}\n")


def test_fractions_of_a_second_in_a_format_are_kept(take: Take, rows: Rows, tmp_path: Path) -> None:
    names = contract("exam").names()
    columns = {names[key]: key for key in EXAM} | {"started_at": "{from: kssj, format: '%d.%m.%Y %H:%M:%S.%f'}"}
    about = mapping(tmp_path, "contract: exam\ncolumns: {" + ", ".join(f"{a}: {b}" for a, b in columns.items()) + "}")
    take(as_csv([exam(1, kssj="02.03.2020 08:00:00.25")]), mapping=about)
    assert [row["started_at"].isoformat() for row in rows()] == ["2020-03-02T08:00:00.250000"]


def test_published_results_by_centre_come_in_through_a_mapping_file(home: Path, rows: Rows, tmp_path: Path) -> None:
    published = PUBLISHED
    if not published.exists():
        published = tmp_path / "dtc_summary.csv"
        published.write_text(SAME_FORM)
    expected = duckdb.execute(
        "SELECT count(*) FILTER (WHERE totalTestCount > 0), sum(totalTestCount), count(*) FROM read_csv(?)",
        [str(published)],
    ).fetchone()
    batch = ingest.take_in(
        "centre_result",
        published,
        source=sources.register("published", "centre_result"),
        mapping=read_mapping(HERE / "centre_result.yaml"),
    )
    found = rows("centre_result")
    assert (batch.reason, batch.refused) == ("", 0)
    assert expected == (batch.accepted, sum(row["tests"] for row in found), batch.accepted + batch.left_out)
    assert all(0 <= row["pass_rate"] <= 1 for row in found if row["pass_rate"] is not None)
