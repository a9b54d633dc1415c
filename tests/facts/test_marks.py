"""A row that contradicts itself is kept with a mark, for it may be the trace of an act; nonsense is refused."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from facts.conftest import as_csv, exam
from jianguan.facts import lake, places, upkeep
from jianguan.facts.catalogue import marked_rows
from jianguan.facts.contract import Column, contract, contracts
from jianguan.facts.models import BatchState
from jianguan.facts.scratch import scratch_folder
from jianguan.facts.validate import AHEAD, AHEAD_WORDS

Take = Callable[..., Any]
Rows = Callable[..., list[dict[str, Any]]]


def test_an_exam_that_ends_before_it_begins_and_a_score_that_does_not_add_up_are_taken_and_marked(
    take: Take, rows: Rows
) -> None:
    batch = take(as_csv([exam(1), exam(2, kscj="95"), exam(3, jssj="2020-03-02 07:00:00", kscj="1")]))
    assert (batch.accepted, batch.refused) == (3, 0)
    assert {row["exam_no"]: row["_marks"] for row in rows()} == {
        "E1": None,
        "E2": "score_is_total",
        "E3": "end_after_start,score_is_total",
    }
    assert batch.warnings == {"标记：结束时间早于开始时间": 1, "标记：成绩不等于一百减扣分合计": 2}
    with scratch_folder() as folder, lake.engine(folder) as duck:
        found = marked_rows(duck, places.lake(), contract("exam"), batch.pk, start=0, most=9)
    assert [(keys, names) for _, keys, _, names in found] == [
        (("E2",), ["score_is_total"]),
        (("E3",), ["end_after_start", "score_is_total"]),
    ]


def test_a_time_that_had_not_come_when_the_row_did_is_marked_and_what_is_valid_until_then_is_not(
    take: Take, rows: Rows
) -> None:
    batch = take(as_csv([exam(1), exam(2, jssj="2150-01-01 08:00:00")]))
    assert (batch.accepted, batch.warnings) == (2, {f"标记：{AHEAD_WORDS}": 1})
    assert [row["_marks"] for row in rows()] == [None, AHEAD]
    account = {"account": "A1", "day": "2020-03-02", "valid_until": "2150-01-01"}
    about = contract("account")
    missing = {key: "1" for key, column in about.columns.items() if column.required and key not in account}
    assert take(json.dumps(account | missing) + "\n", name="a.jsonl", fact="account").warnings == {}


def test_a_register_entry_that_contradicts_itself_is_refused(take: Take) -> None:
    row = {"centre": "C1", "tests": "5", "passed": "6"}
    about = contract("centre_result")
    refusing = {
        (fact, check.name) for fact, one in contracts().items() for check in one.checks if check.effect == "refuse"
    }
    assert refusing == {
        ("centre_result", "passed_within"),
        ("channel", "from_before_until"),
        ("school_bus", "valid_after_issue"),
    }
    bad = {key: row.get(key, "2020-03-02" if column.kind == "date" else "1") for key, column in about.columns.items()}
    batch = take(json.dumps(bad) + "\n", name="results.jsonl", fact="centre_result")
    assert batch.state == BatchState.COMMITTED
    assert (batch.accepted, batch.refused) == (0, 1)


def test_marks_survive_compaction(take: Take, rows: Rows) -> None:
    take(as_csv([exam(1, kscj="95")]))
    take(as_csv([exam(2)]), name="second.csv")
    upkeep.compact(lake.Table(places.lake(), contract("exam")))
    assert [row["_marks"] for row in rows()] == ["score_is_total", None]


def test_a_newer_contract_with_a_new_column_leaves_old_rows_readable_and_empty_there(
    take: Take, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take(as_csv([exam(1)]))
    old = contract("exam")
    newer = msgspec.structs.replace(
        old, version=old.version + 1, columns=old.columns | {"weather": Column(label="天气", type="text(20)")}
    )
    monkeypatch.setitem(contracts(), "exam", newer)
    assert [row["weather"] for row in rows()] == [None], "before anything of the new version came"
    second = take(as_csv([exam(2, weather="雪")]), name="second.csv")
    assert [(row["exam_no"], row["weather"]) for row in rows()] == [("E1", None), ("E2", "雪")]
    assert second.contract_digest != first.contract_digest
    assert [(row["exam_no"], row["weather"]) for row in rows(version=first.lake_version)] == [("E1", None)]
    upkeep.compact(lake.Table(places.lake(), newer))
    assert [(row["exam_no"], row["weather"]) for row in rows()] == [("E1", None), ("E2", "雪")]
    monkeypatch.setitem(contracts(), "exam", old)
    assert [row["exam_no"] for row in rows()] == ["E1", "E2"], "the older contract still reads the lake"
