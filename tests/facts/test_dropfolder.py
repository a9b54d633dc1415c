"""The drop folder: complete files are taken in once and moved aside with a report; half-written ones wait."""

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from facts.conftest import as_csv, exam
from jianguan.facts import arrivals, sources
from jianguan.facts.dropfolder import Seen, look
from jianguan.facts.models import Source
from jianguan.site.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "drop" / "exam").mkdir(parents=True)
    return tmp_path / "drop"


@pytest.fixture(autouse=True)
def registered(home: Path) -> None:
    for fact in ("exam", "centre_result"):
        sources.register(fact, fact)


def said(path: Path) -> dict[str, object]:
    found = json.loads(path.with_name(path.name + ".report.json").read_text())
    assert isinstance(found, dict)
    return found


def test_a_file_that_grows_waits_until_it_stands_still(home: Path, folder: Path) -> None:
    path, seen = folder / "exam" / "day.csv", Seen()
    text = as_csv([exam(1), exam(2)])
    path.write_text(text[:200])
    assert look(folder, seen) == []
    path.write_text(text)
    assert look(folder, seen) == []
    (batch,) = look(folder, seen)
    assert (batch.accepted, batch.refused) == (2, 0)
    assert not path.exists()
    assert said(folder / "done" / "exam" / "day.csv")["accepted"] == 2
    assert look(folder, seen) == []


def test_a_name_that_is_not_utf_8_holds_up_no_other_file(home: Path, folder: Path) -> None:
    foreign = os.fsencode(folder / "exam") + "/考试.csv".encode("gb18030")
    with open(foreign, "w", encoding="utf-8") as file:  # noqa: PTH123 - bytes
        file.write(as_csv([exam(1)]))
    (folder / "exam" / "day.csv").write_text(as_csv([exam(2)]))
    seen = Seen()
    look(folder, seen)
    assert sorted(batch.file_name for batch in look(folder, seen)) == ["day.csv", "考试.csv"]


def test_a_marked_file_is_taken_at_once_and_its_mark_removed(home: Path, folder: Path) -> None:
    (folder / "exam" / "day.csv").write_text(as_csv([exam(1)]))
    (folder / "exam" / "day.csv.ready").touch()
    assert [batch.accepted for batch in look(folder, {})] == [1]
    assert list((folder / "exam").iterdir()) == []


def test_what_cannot_be_read_goes_to_refused_with_the_reason(home: Path, folder: Path) -> None:
    (folder / "exam" / "photo.jpg").write_bytes(b"x")
    (folder / "exam" / "photo.jpg.ready").touch()
    (batch,) = look(folder, {})
    assert "不支持的文件类型" in batch.reason
    assert "不支持的文件类型" in str(said(folder / "refused" / "exam" / "photo.jpg")["reason"])


def test_a_mapping_in_the_folder_is_applied_and_a_wrong_one_refuses_the_file(home: Path, folder: Path) -> None:
    (folder / "centre_result").mkdir()
    row = "id;n\nA;7\n"
    fixed = "period: {constant: '2020-01-01'}, name: id, kind: {constant: k}, tests: n"
    mapping = folder / "centre_result" / "mapping.yaml"
    mapping.write_text(f"contract: centre_result\ncolumns: {{centre: id, {fixed}}}\n")
    (folder / "centre_result" / "a.csv").write_text(row)
    (folder / "centre_result" / "a.csv.ready").touch()
    assert [batch.accepted for batch in look(folder, {})] == [1]
    mapping.write_text("columns: 1\n")
    (folder / "centre_result" / "b.csv").write_text(row)
    (folder / "centre_result" / "b.csv.ready").touch()
    assert look(folder, {}) == []
    assert "不合规" in str(said(folder / "refused" / "centre_result" / "b.csv")["reason"])


def test_a_folder_of_a_fact_nobody_registered_to_report_is_refused_in_words(home: Path, folder: Path) -> None:
    (folder / "accident").mkdir()
    (folder / "accident" / "day.csv").write_text("a\n1\n")
    (folder / "accident" / "day.csv.ready").touch()
    assert look(folder, {}) == []
    reason = str(said(folder / "refused" / "accident" / "day.csv")["reason"])
    assert ("没有登记数据源“accident”" in reason, "jianguan source add accident" in reason) == (True, True)
    assert not Source.objects.filter(key="accident").exists()


def test_a_file_named_empty_proves_a_day_without_business(home: Path, folder: Path) -> None:
    for name in ("exam-2020-03-02.empty", "exam-2199-03-02.empty", "nothing.empty"):
        (folder / "exam" / name).touch()
        (folder / "exam" / f"{name}.ready").touch()
    assert [batch.file_name for batch in look(folder, {})] == ["exam-2020-03-02.empty"]
    assert arrivals.feed_state("exam", "anybody", dt.date(2020, 3, 2)) is arrivals.Feed.ARRIVED
    assert "尚未到来" in str(said(folder / "refused" / "exam" / "exam-2199-03-02.empty")["reason"])
    assert "须名为" in str(said(folder / "refused" / "exam" / "nothing.empty")["reason"])


def test_a_file_never_replaces_one_of_the_same_name(home: Path, folder: Path) -> None:
    for number in (1, 2):
        (folder / "exam" / "day.csv").write_text(as_csv([exam(number)]))
        (folder / "exam" / "day.csv.ready").touch()
        look(folder, {})
    kept = [path for path in (folder / "done" / "exam").iterdir() if path.suffix == ".csv"]
    assert len(kept) == 2


def test_a_missing_folder_is_said(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "watch", str(tmp_path / "nothing")]) == 2
    assert "没有目录" in capsys.readouterr().err


def test_the_job_looks_into_the_drop_folder_of_the_installation(home: Path) -> None:
    from jianguan.facts.jobs import take_dropped_files

    take_dropped_files(timestamp=0)
    (home / "drop" / "exam").mkdir(parents=True)
    (home / "drop" / "exam" / "day.csv").write_text(as_csv([exam(1)]))
    take_dropped_files(timestamp=0)
    assert (home / "drop" / "exam" / "day.csv").exists()
    take_dropped_files(timestamp=0)
    assert (home / "drop" / "done" / "exam" / "day.csv").exists()


@pytest.mark.parametrize("linked", ["exam.csv", "mapping.yaml"])
def test_a_link_is_refused_and_what_it_points_to_stays_unread(linked: str, tmp_path: Path) -> None:
    inbox, secret = tmp_path / "inbox" / "exam", tmp_path / "secret"
    inbox.mkdir(parents=True)
    secret.write_text("secret\n")
    (inbox / "exam.csv").write_text("lsh\nE1\n")
    (inbox / linked).unlink(missing_ok=True)
    (inbox / linked).symlink_to(secret)
    (inbox / "exam.csv.ready").touch()
    heard: list[str] = []
    assert look(inbox.parent, {}, heard.append) == []
    assert heard == ["exam.csv：投递目录中的文件和映射不能是链接"]
    assert (inbox.parent / "refused" / "exam" / "exam.csv").exists()
    assert secret.read_text() == "secret\n"
