"""What a source reports of a day: what is known by a moment, days lost or late, rows in disorder."""

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from demo.province.conftest import LAST
from jianguan.demo.province import reports
from jianguan.demo.province.reports import Window
from jianguan.facts.contract import contract, contracts

pytestmark = pytest.mark.xdist_group("province")

DAY = LAST - dt.timedelta(days=2)  # a Friday
NOON = dt.datetime.combine(DAY, dt.time(12))
NIGHT = dt.datetime.combine(DAY + dt.timedelta(days=1), dt.time(12))
DAILY = sorted(name for name, one in contracts().items() if one.cadence == "daily")


def column(path: Path, name: str) -> list[object]:
    return [row[0] for row in duckdb.execute(f"SELECT {name} FROM '{path}' ORDER BY 1").fetchall()]


@pytest.mark.parametrize("fact", ["exam", "exam_item", "inspection_photo", "learning_snapshot", "body_camera_file"])
def test_two_windows_report_a_day_whole_and_once(planted_folder: Path, tmp_path: Path, fact: str) -> None:
    key = ", ".join(contract(fact).key)
    reports.write(planted_folder, fact, Window((DAY,), None, NOON), tmp_path / "before.parquet")
    reports.write(planted_folder, fact, Window((DAY,), NOON, NIGHT), tmp_path / "after.parquet")
    before, after = (column(tmp_path / f"{part}.parquet", f"({key})") for part in ("before", "after"))
    whole = column(planted_folder / fact / f"{DAY}.parquet", f"({key})")
    assert Counter(map(str, before + after)) == Counter(map(str, whole))
    assert after
    assert before or fact == "body_camera_file"  # uploaded in the evening


def test_what_is_not_archived_yet_comes_again_when_it_is(planted_folder: Path, tmp_path: Path) -> None:
    for name, window in (("before", Window((DAY,), None, NOON)), ("after", Window((DAY,), NOON, NIGHT))):
        reports.write(planted_folder, "licensing_business", window, tmp_path / f"{name}.parquet")
    states = duckdb.execute(f"SELECT DISTINCT archive_state, archived_at FROM '{tmp_path}/before.parquet'").fetchall()
    assert states == [("0", None)]
    before, after = (set(column(tmp_path / f"{part}.parquet", "business_no")) for part in ("before", "after"))
    assert before & after
    assert "1" in column(tmp_path / "after.parquet", "archive_state")


def test_a_day_in_disorder_has_nine_rows_more_of_three_kinds(planted_folder: Path, tmp_path: Path) -> None:
    reports.write_disorder(planted_folder, "exam", DAY, tmp_path / "exam.csv")
    with (tmp_path / "exam.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    numbers = Counter(row["考试流水号"] for row in rows)
    assert len(rows) == len(column(planted_folder / "exam" / f"{DAY}.parquet", "exam_no")) + reports.BROKEN
    assert numbers[""] == 3
    assert sum(row["考试开始时间"].startswith("2026-02-30") for row in rows) == 3


def test_few_days_are_lost_or_late_and_never_the_latest_of_what_is_reviewed() -> None:
    days = [LAST - dt.timedelta(days=back) for back in range(90)]
    cells = [(fact, day) for fact in DAILY for day in days]
    lost = [cell for cell in cells if reports.lost(*cell, LAST)]
    late = [cell for cell in cells if reports.arrived(*cell).hour >= 12]
    assert 0 < len(lost) < len(cells) / 40
    assert 0 < len(late) < len(cells) / 20
    assert not [cell for cell in lost if cell[0] in reports.REVIEWED and (LAST - cell[1]).days <= 3]
