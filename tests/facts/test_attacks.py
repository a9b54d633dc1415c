"""Files made to break the readers: each is refused or quarantined in words, nothing else is read or changed."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from facts.conftest import EXAM, as_csv, exam
from jianguan.facts import places
from jianguan.facts.contract import contract
from jianguan.facts.models import Batch, BatchState, Quarantine
from jianguan.facts.repair import repair, values_of

Take = Callable[..., Any]
Rows = Callable[..., list[dict[str, Any]]]


def messages(batch: Batch) -> list[str]:
    return [row.message for row in Quarantine.objects.filter(batch=batch)]


def as_json(*rows: Any) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_a_million_columns_are_refused_before_they_are_split(take: Take) -> None:
    header = ",".join(f"c{place}" for place in range(1_000_000))
    assert take(header + "\n").reason == "表头过长：一行超过一兆字节"
    wide = as_json(dict.fromkeys((f"c{place}" for place in range(100_000)), 1))
    assert take(wide, name="wide.jsonl").reason == "超过 2000 列"


def test_an_endless_line_of_json_is_one_refused_row(take: Take) -> None:
    endless = '{"lsh": "' + "x" * (5 << 20) + '"}\n'
    batch = take(as_json(exam(1)) + endless + as_json(exam(2)), name="exam.jsonl")
    assert (batch.state, batch.accepted, batch.refused) == (BatchState.COMMITTED, 2, 1)
    assert take(endless, name="endless.jsonl").state == BatchState.UNREADABLE


@pytest.mark.parametrize("deep", ["[" * 200_000, '{"lsh":' + "[" * 3000 + "]" * 3000 + "}"])
def test_deeply_nested_json_is_a_refused_row_that_a_page_can_still_show(take: Take, deep: str) -> None:
    batch = take(as_json(exam(1)) + deep + "\n", name="exam.jsonl")
    assert (batch.accepted, batch.refused) == (1, 1)
    row = Quarantine.objects.select_related("batch__source").get(batch=batch)
    assert "lsh" in values_of(row) or "exam_no" in values_of(row)


def test_a_zero_byte_in_header_or_value_breaks_nothing(take: Take) -> None:
    header, line = as_csv([exam(1)]).splitlines()
    batch = take(f"{header},odd\0\n{line},x\n")
    assert (batch.state, batch.reason) == (BatchState.UNREADABLE, "列名含控制字符")
    inside = take(as_csv([exam(2, xm="张\0三"), exam(3)]), name="value.csv")
    assert (inside.accepted + inside.refused, inside.state) == (2, BatchState.COMMITTED)
    escaped = take(as_json(exam(4) | {"xm": "张\0三"}, exam(5)), name="value.jsonl")
    assert escaped.accepted + escaped.refused == 2


def test_half_of_a_surrogate_pair_is_refused_or_kept_but_never_lost(take: Take) -> None:
    half = as_json(exam(1)).replace("张三", "\\ud800")
    batch = take(half + as_json(exam(2)), name="exam.jsonl")
    assert batch.accepted + batch.refused == 2


OWN = ["_row", "_problem", "_marks", "_batch", "day", "_original", "_line_text", "_ok", "raw_subject"]


@pytest.mark.parametrize("name", OWN)
def test_columns_named_like_our_own_are_only_unused(take: Take, rows: Rows, name: str) -> None:
    csv = take(as_csv([exam(1, **{name: "7"}), exam(2, **{name: "7"}, kskm="9")]))
    assert (csv.accepted, csv.refused, csv.unused) == (1, 1, [name])
    lines = take(as_json(exam(3) | {name: "7"}, exam(4, kskm="9") | {name: "7"}), name="exam.jsonl")
    assert (lines.accepted, lines.refused) == (1, 1)
    assert [row["_marks"] for row in rows()] == [None, None]


NAMES = ["exam*.csv", "exam[1].csv", "ex?m.csv", "it's.csv", "{a,b}.csv", "考试 一.csv", "-x.csv"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_is_a_name_and_no_pattern(take: Take, rows: Rows, tmp_path: Path, name: str) -> None:
    (tmp_path / "exam1.csv").write_text(as_csv([exam(71), exam(72)]))
    (tmp_path / "exam.csv").write_text(as_csv([exam(81)]))
    assert take(as_csv([exam(1)]), name=name).accepted == 1
    assert [row["exam_no"] for row in rows()] == ["E1"]


def test_nested_and_binary_parquet_columns_refuse_their_rows(take: Take, tmp_path: Path) -> None:
    picked = ", ".join(f"'{value}' AS {key}" for key, value in EXAM.items() if key not in {"kscj", "jxdm"})
    target = tmp_path / "made.parquet"
    duckdb.execute(f"COPY (SELECT {picked}, [90] AS kscj, 'S1'::BLOB AS jxdm, {{'a': 1}} AS odd) TO '{target}'")
    batch = take(target.read_bytes(), name="exam.parquet")
    assert (batch.state, batch.accepted, batch.unused) == (BatchState.COMMITTED, 0, ["odd"])
    assert messages(batch) == ["驾校代码无法读作文字"]


@pytest.mark.parametrize(
    ("column", "value", "read"),
    [
        ("jxdm", "['S1']", None),
        ("jxdm", "{'a': 1}", None),
        ("jxdm", "MAP {'a': 1}", None),
        ("jxdm", "7.0::DOUBLE", "7"),
        ("kscj", "90.0::DOUBLE", "90"),
        ("kscj", "90.5::DOUBLE", None),
        ("kscj", "'nan'::DOUBLE", None),
        ("kscj", "90.00::DECIMAL(8, 2)", "90"),
        ("xslc", "0.1::DOUBLE", "0.10"),
        ("xslc", "0.1::FLOAT", "0.10"),
        ("xslc", "1.123456789::DOUBLE", None),
        ("xslc", "1.234::DECIMAL(9, 3)", None),
        ("xslc", "1.200::DECIMAL(9, 3)", "1.20"),
        ("kssj", "'2020-03-02 08:00:00.000001'::TIMESTAMP_NS", "2020-03-02 08:00:00.000001"),
        ("kssj", "'2020-03-02 08:00:00.000000001'::TIMESTAMP_NS", None),
    ],
)
def test_a_typed_value_is_read_exactly_or_refuses_its_row(
    take: Take, rows: Rows, column: str, value: str, read: str | None
) -> None:
    values = {key: f"'{one}'" for key, one in EXAM.items()} | {column: value}
    target = places.scratch() / "made.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"COPY (SELECT {', '.join(f'{one} AS {key}' for key, one in values.items())}) TO '{target}'")
    batch = take(target.read_bytes(), name="exam.parquet")
    assert (batch.accepted, batch.refused) == ((0, 1) if read is None else (1, 0))
    assert [str(row[contract("exam").names()[column]]) for row in rows()] == ([] if read is None else [read])


def test_a_bomb_in_gzip_is_refused(take: Take) -> None:
    assert take(gzip.compress(b"0" * 60_000_000), name="exam.csv.gz").reason == "压缩比超过 200 倍，疑为压缩炸弹"


def test_a_line_of_json_that_names_a_column_twice_is_not_silently_read(take: Take) -> None:
    twice = json.dumps(exam(1))[:-1] + ', "kskm": "3"}\n'
    batch = take(as_json(exam(2)) + twice, name="exam.jsonl")
    assert (batch.accepted, messages(batch)) == (1, ["同一列写了两次"])


def test_two_columns_that_mean_the_same_are_not_silently_chosen_from(take: Take) -> None:
    batch = take(as_csv([exam(1, 考试科目="3")]))
    assert batch.state == BatchState.UNREADABLE or batch.unused == ["考试科目"]


def test_repairing_a_row_that_cannot_be_opened_says_so(take: Take) -> None:
    batch = take(as_csv([exam(1, kskm="9")]))
    row = Quarantine.objects.get(batch=batch)
    Quarantine.objects.filter(pk=row.pk).update(original=b"")
    done = repair(batch, {row.pk: {"kskm": "2"}})
    assert (done.taken, [rule.name for rule in done.refused.values()]) == ((), ["sealed"])
