"""The facts of the synthetic province come through the real door, each once, up to the moment of the start."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from jianguan.demo import province
from jianguan.facts import arrivals, places
from jianguan.facts.catalogue import select
from testbed import Bed

DAY = dt.date(2026, 6, 10)
NEXT = DAY + dt.timedelta(days=1)
SCALE = 0.01


@pytest.fixture
def load(testbed: Bed, fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command up to a moment; returns its last line."""
    from django.conf import settings

    monkeypatch.setattr(settings, "JIANGUAN_HOME", tmp_path / "home")
    environment = os.environ | testbed.environment(fresh_database) | {"JIANGUAN_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "jianguan.site.cli", "demo", "load", "--days", "2", "--scale", str(SCALE)]

    def run(until: str) -> str:
        done = subprocess.run(
            [*command, "--no-media", "--until", until], env=environment, stderr=subprocess.PIPE, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stderr.splitlines()[-1]

    return run


def keys(fact: str, column: str, day: dt.date, *, all_: bool = False) -> list[str]:
    sql = select(places.lake(), fact, day, day, all_=all_)
    with duckdb.connect() as connection:
        return [row[0] for row in connection.sql(sql).project(column).order(column).fetchall()]


def test_a_second_start_adds_what_happened_since_and_nothing_twice(load: Any, tmp_path: Path) -> None:
    province.build(3, 1, SCALE, tmp_path / "made", last=NEXT, workers=1)
    with duckdb.connect() as connection:
        exams = connection.read_parquet(f"{tmp_path}/made/exam/{DAY}.parquet")
        made = exams.project("exam_no").order("exam_no").fetchall()
    load(f"{DAY}T11:00")
    begun = keys("exam", "exam_no", DAY)
    assert 0 < len(begun) < len(made)
    assert "批" in load(f"{NEXT}T12:00")
    assert keys("exam", "exam_no", DAY, all_=True) == [row[0] for row in made]
    assert keys("exam", "exam_no", NEXT)
    assert "100%" not in load(f"{NEXT}T12:05"), "a start right after another brings nothing"
    photographed = set(keys("exam_photo", "exam_no", DAY)) | set(keys("exam_photo", "exam_no", NEXT))
    assert photographed <= set(keys("exam", "exam_no", DAY)) | set(keys("exam", "exam_no", NEXT))
    board = arrivals.board(DAY, DAY, fact="exam", at=dt.datetime(2026, 6, 12, tzinfo=dt.UTC))
    assert [(one.source.key, one.rows, one.late) for one in board] == [("demo-exam", len(made), None)]
