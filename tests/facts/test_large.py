"""Large files: days written one by one in bounded memory, however many they are and however the rows are mixed."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from facts.conftest import as_csv, exam
from jianguan.facts import large
from jianguan.facts.staging import PARQUET

Take = Callable[..., Any]
Rows = Callable[..., list[dict[str, Any]]]


def test_wide_rows_of_days_that_are_mixed_are_written_in_little_memory(tmp_path: Path) -> None:
    target = tmp_path / "batch"
    target.mkdir()
    columns = ", ".join(f"left(md5(CAST(i * {place} AS VARCHAR)), 16) AS c{place}" for place in range(1, 25))
    rows = f"SELECT {columns}, DATE '2020-01-01' + CAST(hash(i) % 5 AS INTEGER) AS day FROM range(250000) AS t(i)"
    little: dict[str, Any] = {"threads": 2, "memory_limit": "150MB", "temp_directory": str(tmp_path)}
    with duckdb.connect(config=little | {"preserve_insertion_order": False}) as connection:
        files = large.write_days(connection, rows, tmp_path, target, PARQUET)
    assert (len(files), sum(count for _, count, *_ in files)) == (5, 250_000)


def test_rows_of_more_days_than_are_picked_at_once_stand_on_their_day_once(
    take: Take, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = dt.date(2019, 1, 1)
    days = {number: first + dt.timedelta(days=number * 7 % 50) for number in range(120)}
    text = as_csv([exam(number, kssj=f"{day} 08:00:00", jssj=f"{day} 08:20:00") for number, day in days.items()])
    monkeypatch.setattr(large, "TOGETHER", 0)
    batch = take(text)
    assert (batch.accepted, batch.refused, batch.days.count()) == (120, 0, 50)
    assert {row["exam_no"]: row["day"] for row in rows()} == {f"E{number}": day for number, day in days.items()}
    assert len(rows()) == 120
