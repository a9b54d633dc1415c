"""Repair: a refused row, corrected, becomes a batch of its own; nothing is deleted, nothing newer is overwritten."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from facts.conftest import as_csv, exam
from jianguan.facts import ingest
from jianguan.facts.arrivals import Feed, feed_state
from jianguan.facts.contract import contract
from jianguan.facts.mapping import Mapping
from jianguan.facts.models import Batch, Quarantine
from jianguan.facts.repair import repair, values_of

Take = Callable[..., Any]
Rows = Callable[..., list[dict[str, Any]]]
DAY = dt.date(2020, 3, 2)


def refusal(batch: Batch) -> Quarantine:
    return Quarantine.objects.select_related("batch__source").get(batch=batch)


def test_a_corrected_row_becomes_a_batch_of_its_own_and_the_original_stays(take: Take, rows: Rows) -> None:
    batch = take(as_csv([exam(1), exam(2, kskm="9")]))
    row = refusal(batch)
    original = ingest.original_of(row)
    seen: list[str] = []
    done = repair(batch, {row.pk: {"kskm": "2"}}, witness=lambda made: seen.append(made.state))
    assert done.batch is not None
    assert (done.taken, done.settled, done.refused) == ((row.pk,), (), {})
    assert seen == ["staging"]
    assert (done.batch.accepted, done.batch.refused, done.batch.superseding) == (1, 0, 0)
    row.refresh_from_db()
    batch.refresh_from_db()
    assert (row.repaired_by_id, ingest.original_of(row), batch.repaired) == (done.batch.pk, original, 1)
    assert [one["exam_no"] for one in rows()] == ["E1", "E2"]
    assert feed_state("exam", "anybody", DAY) is Feed.ARRIVED


def test_a_row_that_is_still_wrong_stays_refused_and_makes_no_batch(take: Take, rows: Rows) -> None:
    batch = take(as_csv([exam(1), exam(2, kskm="9")]))
    row = refusal(batch)
    done = repair(batch, {row.pk: {}})
    assert done.batch is None
    assert [(rule.column, rule.name) for rule in done.refused.values()] == [("subject", "code")]
    assert Batch.objects.count() == 1
    assert Quarantine.objects.filter(repaired_by=None).count() == 1


def test_a_repair_never_overwrites_what_arrived_after_the_row(take: Take, rows: Rows) -> None:
    batch = take(as_csv([exam(1), exam(2, kskm="9")]))
    later = take(as_csv([exam(2, kcdd="K7")]), name="later.csv")
    row = refusal(batch)
    done = repair(batch, {row.pk: {"kskm": "2"}})
    assert (done.batch, done.settled) == (None, (row.pk,))
    row.refresh_from_db()
    assert row.repaired_by_id == later.pk
    assert [one["site"] for one in rows() if one["exam_no"] == "E2"] == ["K7"]


def test_a_repair_supersedes_an_older_record_that_it_corrects(take: Take, rows: Rows) -> None:
    take(as_csv([exam(1)]))
    batch = take(as_csv([exam(1, kskm="9", kcdd="K7")]), name="correction.csv")
    done = repair(batch, {refusal(batch).pk: {"kskm": "2"}})
    assert done.batch is not None
    assert done.batch.superseding == 1
    assert [one["site"] for one in rows()] == ["K7"]


def test_of_one_key_twice_the_second_row_cannot_be_repaired_into_the_place_of_the_first(take: Take, rows: Rows) -> None:
    batch = take(as_csv([exam(1), exam(1, kcdd="K2")]))
    row = refusal(batch)
    assert [rule.name for rule in repair(batch, {row.pk: {}}).refused.values()] == ["newer"]
    assert repair(batch, {row.pk: {"lsh": "E9"}}).taken == (row.pk,)
    assert [(one["exam_no"], one["site"]) for one in rows()] == [("E1", "K1"), ("E9", "K2")]


def test_a_repaired_row_is_not_repaired_twice(take: Take, rows: Rows) -> None:
    batch = take(as_csv([exam(1), exam(2, kskm="9")]))
    row = refusal(batch)
    assert repair(batch, {row.pk: {"kskm": "2"}}).batch
    assert repair(batch, {row.pk: {"kskm": "3"}}).batch is None
    assert len(rows(all_=True)) == 2


def test_a_line_that_could_not_be_split_is_repaired_by_filling_in_the_columns_of_the_contract(
    take: Take, rows: Rows
) -> None:
    batch = take(as_csv([exam(1)]) + "E2,too few\n")
    row = refusal(batch)
    assert ingest.original_of(row) == b"E2,too few"
    assert set(values_of(row).values()) == {None}
    names = contract("exam").names()
    filled = {names[alias]: value for alias, value in exam(2).items()}
    assert set(filled) <= set(values_of(row))
    assert repair(batch, {row.pk: {}}).refused
    assert repair(batch, {row.pk: filled}).taken == (row.pk,)
    assert [one["exam_no"] for one in rows()] == ["E1", "E2"]


def test_rows_of_a_mapped_file_are_repaired_in_the_columns_of_that_file(take: Take, rows: Rows) -> None:
    mapping = Mapping(
        contract="centre_result",
        columns={"centre": "id", "period": "since", "name": "name", "kind": "kind", "tests": "n"},
        delimiter=";",
        skip=1,
    )
    batch = take("report\nid;since;name;kind;n\nA;2020-01-01;A;test;x\n", fact="centre_result", mapping=mapping)
    row = refusal(batch)
    assert values_of(row)["n"] == "x"
    assert repair(batch, {row.pk: {"n": "7"}}).taken == (row.pk,)
    assert [one["tests"] for one in rows("centre_result")] == [7]
