"""Taking in: all or counted, once, corrections kept, identities sealed."""

import datetime as dt
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from facts.conftest import as_csv, exam
from jianguan.facts import identities, ingest, lake, large, places, staging, upkeep
from jianguan.facts.contract import contract
from jianguan.facts.models import Batch, BatchState, IdentityAccess, Quarantine

Take = Callable[..., Any]
Rows = Callable[..., list[dict[str, Any]]]


def refusals(batch: Batch) -> list[tuple[int, str, str]]:
    return [(row.line, row.column, row.rule) for row in Quarantine.objects.filter(batch=batch)]


def test_good_rows_go_to_the_lake_and_bad_ones_to_quarantine_with_line_rule_and_original(
    take: Take, rows: Rows, in_scope: Callable[..., None]
) -> None:
    batch = take(
        as_csv([exam(1), exam(2, kskm="9"), exam(3), exam(4, kscs="21"), exam(5, sfzmhm="110105194912310021")])
    )
    assert (batch.state, batch.accepted, batch.refused) == (BatchState.COMMITTED, 2, 3)
    assert [row["exam_no"] for row in rows()] == ["E1", "E3"]
    assert refusals(batch) == [(3, "subject", "code"), (5, "attempt", "max"), (6, "person", "form")]
    worst = Quarantine.objects.get(batch=batch, line=6)
    assert worst.message == "考生身份证明号码不是合规的居民身份证号码"
    assert b"110105194912310021" not in bytes(worst.original)
    assert b"110105194912310021" in ingest.original_of(worst)


def test_the_same_file_twice_counts_once(take: Take, rows: Rows) -> None:
    first = take(as_csv([exam(1)]))
    assert take(as_csv([exam(1)]), name="renamed.csv").pk == first.pk
    assert len(rows(all_=True)) == 1


def test_a_corrected_record_supersedes_and_both_stay_readable(take: Take, rows: Rows) -> None:
    first = take(as_csv([exam(1), exam(2)]))
    second = take(as_csv([exam(2, kscj="80", kfhj="20", kssj="2020-03-01 08:00:00")]))
    assert second.superseding == 1
    assert [(row["exam_no"], row["score"]) for row in rows()] == [("E1", 90), ("E2", 80)]
    assert [row["score"] for row in rows(all_=True) if row["exam_no"] == "E2"] == [90, 80]
    assert [row["score"] for row in rows(version=first.lake_version)] == [90, 90]


def test_the_first_version_sent_again_after_a_correction_corrects_it_back_once(take: Take, rows: Rows) -> None:
    one, two = as_csv([exam(1), exam(2)]), as_csv([exam(2, kscj="80", kfhj="20")])
    first = take(one)
    take(two)
    back = take(one)
    assert (back.pk != first.pk, back.again, back.accepted, back.superseding) == (True, 1, 2, 2)
    assert [(row["exam_no"], row["score"]) for row in rows()] == [("E1", 90), ("E2", 90)]
    assert [row["score"] for row in rows(all_=True) if row["exam_no"] == "E2"] == [90, 80, 90]
    assert take(one).pk == back.pk, "nothing is new in it now"
    assert [take(two).superseding, take(one).again, rows()[1]["score"]] == [1, 2, 90]


def test_of_one_key_twice_in_a_file_the_first_row_is_taken(take: Take, rows: Rows) -> None:
    batch = take(as_csv([exam(1), exam(2), exam(1, kcdd="K2"), exam(1, kcdd="K3")]))
    assert (batch.accepted, batch.refused) == (2, 2)
    assert [row["site"] for row in rows()] == ["K1", "K1"]
    assert refusals(batch) == [(4, "", "repeated"), (5, "", "repeated")]


def test_identities_are_pseudonyms_in_the_lake_and_every_look_behind_them_is_recorded(take: Take, rows: Rows) -> None:
    take(as_csv([exam(1), exam(2)]))
    keys = places.secret()
    pseudonyms = {row["person"] for row in rows()}
    assert pseudonyms == {keys.of("11010519491231002X")}
    pseudonym = pseudonyms.pop()
    with pytest.raises(identities.ReasonMissing):
        identities.reveal(keys, pseudonym, reason=" ", who="李四")
    assert identities.reveal(keys, pseudonym, reason="核查线索", who="李四") == "11010519491231002X"
    assert identities.reveal(keys, "0" * 32, reason="核查线索", who="李四") is None
    assert [(look.found, look.who) for look in IdentityAccess.objects.order_by("id")] == [
        (True, "李四"),
        (False, "李四"),
    ]
    for path in places.lake().rglob("*"):
        assert not path.is_file() or b"11010519491231002X" not in path.read_bytes()


def test_a_large_file_is_written_day_by_day_with_the_same_outcome(
    take: Take, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = {"kssj": "2020-03-01 08:00:00", "jssj": "2020-03-01 08:20:00"}
    text = as_csv([exam(1), exam(2, **later), exam(1, kcdd="K2"), exam(3, kskm="9"), exam(4, **later)])
    monkeypatch.setattr(large, "TOGETHER", 0)
    monkeypatch.setattr(large, "AT_ONCE", 2)
    batch = take(text)
    assert {row["person"] for row in rows()} == {places.secret().of("11010519491231002X")}
    (row, *_) = rows()
    assert identities.reveal(places.secret(), row["person"], reason="核查线索", who="李四") == "11010519491231002X"
    assert (batch.state, batch.accepted, batch.refused) == (BatchState.COMMITTED, 3, 2)
    assert [(row["exam_no"], str(row["day"]), row["site"]) for row in rows()] == [
        ("E1", "2020-03-02", "K1"),
        ("E2", "2020-03-01", "K1"),
        ("E4", "2020-03-01", "K1"),
    ]
    assert sorted(refusals(batch)) == [(4, "", "repeated"), (5, "subject", "code")]


def test_pseudonyms_are_the_same_where_there_are_too_many_to_look_up(
    take: Take, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "JOINED_IDS", 0)
    take(as_csv([exam(1), exam(2)]))
    assert {row["person"] for row in rows()} == {places.secret().of("11010519491231002X")}


def test_the_key_of_pseudonyms_lies_outside_the_lake_and_only_its_owner_reads_it(take: Take, home: Path) -> None:
    take(as_csv([exam(1)]))
    assert (home / "facts.key").stat().st_mode & 0o777 == 0o600
    assert not list(places.lake().rglob("facts.key"))


@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "parquet", "csv.gz", "gb18030", "utf-16"])
def test_every_form_of_file_gives_the_same_rows(form: str, take: Take, rows: Rows, tmp_path: Path) -> None:
    good, bad = [exam(1), exam(2)], exam(3, kskm="9")
    plain = as_csv([*good, bad])
    lines = "".join(str(row).replace("'", '"') + "\n" for row in [*good, bad])
    if form == "parquet":
        (tmp_path / "in.csv").write_text(plain)
        duckdb.execute(f"COPY (SELECT * FROM read_csv('{tmp_path}/in.csv')) TO '{tmp_path}/in.parquet'")
        content: str | bytes = (tmp_path / "in.parquet").read_bytes()
    elif form.endswith("gz"):
        content = gzip.compress((lines if "json" in form else plain).encode())
    else:
        content = lines if form == "jsonl" else plain.encode(form) if form in {"gb18030", "utf-16"} else plain
    name = "exam.csv" if form in {"gb18030", "utf-16"} else f"exam.{form}"
    batch = take(content, name=name)
    assert (batch.reason, batch.accepted, batch.refused) == ("", 2, 1)
    assert rows()[0]["started_at"].isoformat() == "2020-03-02T08:00:00"
    line = {"jsonl": 3, "jsonl.gz": 3, "parquet": 3}.get(form, 4)
    assert refusals(batch) == [(line, "subject", "code")]
    assert b"E3" in ingest.original_of(Quarantine.objects.get(batch=batch))


def test_small_files_are_merged_without_losing_a_row_or_its_history(take: Take, rows: Rows) -> None:
    for number in range(4):
        take(as_csv([exam(number), exam(10 + number)]))
    take(as_csv([exam(1, kcdd="K0")]))
    before, history = rows(), rows(all_=True)
    table = lake.Table(places.lake(), contract("exam"))
    assert upkeep.compact(table) == {"before": 5, "after": 1}
    assert (rows(), rows(all_=True)) == (before, history)
    assert upkeep.vacuum(table) == 0, "a reader of before may still need the files"
    with pytest.raises(ValueError, match="须保存 5 年"):
        upkeep.vacuum(table, first_kept=dt.date(2026, 1, 1))


def test_a_batch_cut_off_before_the_commit_vanishes_and_one_cut_off_after_it_is_finished(
    take: Take, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(lake.Table, "commit", killed)
        with pytest.raises(Killed):
            take(as_csv([exam(1)]))
    assert rows(all_=True) == []
    with monkeypatch.context() as patch:
        patch.setattr(ingest, "_finish", killed)
        with pytest.raises(Killed):
            take(as_csv([exam(1), exam(2, kskm="9")]))
    assert [batch.state for batch in Batch.objects.order_by("id")] == [BatchState.ABANDONED, BatchState.STAGING]
    again = take(as_csv([exam(1), exam(2, kskm="9")]))
    assert (again.state, again.accepted, again.refused) == (BatchState.COMMITTED, 1, 1)
    assert len(rows(all_=True)) == 1
    assert refusals(again) == [(3, "subject", "code")]
