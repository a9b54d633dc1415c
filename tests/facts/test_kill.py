"""A kill -9 at any moment of an import leaves the whole batch or nothing; a second run completes it."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from select import select

import duckdb
import pytest

from facts.conftest import as_csv, exam
from testbed import Bed

KILLS = 50
REQUESTS = 6
PATIENCE = 120
"""Seconds for a run that is left to end."""
ROWS = 20


@pytest.fixture
def environment(testbed: Bed, fresh_database: str, tmp_path: Path) -> dict[str, str]:
    return os.environ | testbed.environment(fresh_database) | {"JIANGUAN_HOME": str(tmp_path / "home")}


def test_fifty_kills_at_random_moments_leave_whole_batches_only(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from jianguan.backbone.scope import scope as scopes
    from jianguan.facts import catalogue, ingest, places, sources
    from jianguan.facts.models import Batch, BatchDay, BatchState, Quarantine

    monkeypatch.setattr(settings, "JIANGUAN_HOME", tmp_path / "home")
    chance, files = random.Random(3), []  # noqa: S311 - moments, not secrets
    for number in range(KILLS * 4):
        path = tmp_path / f"{number}.csv"
        first = number * ROWS
        path.write_text(as_csv([exam(first + row) for row in range(ROWS - 1)] + [exam(first + ROWS - 1, kskm="9")]))
        files.append(str(path))
    command = [sys.executable, "-u", str(Path(__file__).with_name("killed.py"))]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        waiting, killed = list(files), 0
        while killed < KILLS:
            parent.stdin.write("\t".join(waiting).encode() + b"\n")
            child = int(parent.stdout.readline())
            ended, _, _ = select([parent.stdout], [], [], chance.uniform(0, 0.6))
            if not ended:
                os.kill(child, signal.SIGKILL)
                killed += 1
            parent.stdin.write(b"\n")
            said = list(iter(parent.stdout.readline, b"over\n"))
            assert said == [b"done\n"] * len(said)
            assert said or not ended, "the work failed"
            committed = Batch.objects.filter(state=BatchState.COMMITTED)
            everything = catalogue.select(places.lake(), "exam", None, None, all_=True)
            counted = duckdb.execute(f"SELECT _batch, count(*) FROM ({everything}) GROUP BY ALL").fetchall()
            assert all(rows == ROWS - 1 for _, rows in counted), "a batch is there in part"
            assert set(committed.values_list("pk", flat=True)) <= {batch for batch, _ in counted}
            done = set(committed.values_list("file_name", flat=True))
            waiting = [path for path in files if Path(path).name not in done][: KILLS * 2] or files[:1]
    ingest.recover_all()
    origin = sources.register("killed", "exam")
    for path in files[:10]:
        ingest.take_in("exam", Path(path), source=origin)
    states = set(Batch.objects.values_list("state", flat=True))
    assert states <= {BatchState.COMMITTED, BatchState.ABANDONED}
    whole = Batch.objects.filter(state=BatchState.COMMITTED)
    current = duckdb.execute(
        f"SELECT count(*), count(DISTINCT exam_no) FROM ({catalogue.select(places.lake(), 'exam', None, None)})"
    )
    assert current.fetchone() == (whole.count() * (ROWS - 1),) * 2
    with scopes.within(scopes.everything()):
        assert BatchDay.objects.count() == Quarantine.objects.count() == whole.count() >= 10


def killed(command: list[str], environment: dict[str, str], seconds: float) -> bool:
    """Run a process and kill it after so long; whether it was still at work."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            assert process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True
        return False


def test_kills_while_files_are_posted_or_refused_rows_repaired_leave_whole_batches_only(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from jianguan.backbone.scope import scope as scopes
    from jianguan.facts import catalogue, places, sources, tokens
    from jianguan.facts.models import Batch, BatchState, Quarantine

    monkeypatch.setattr(settings, "JIANGUAN_HOME", tmp_path / "home")
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    token = tokens.issue(sources.register("killed", "exam"))
    paths = []
    for number in range(REQUESTS):
        path = tmp_path / f"request-{number:03}.jsonl"
        good = [exam(number * ROWS + row) for row in range(ROWS - 1)]
        odd = exam(number * ROWS + ROWS - 1, kscj="x")
        path.write_text("".join(json.dumps(row) + "\n" for row in [*good, odd]))
        paths.append(str(path))
    command = [sys.executable, str(Path(__file__).with_name("killed_at_the_door.py"))]
    post = [*command, "post", token, *paths]
    assert sum(killed(post, environment, chance.uniform(0.02, 0.5)) for _ in range(2)) >= 1
    assert not killed(post, environment, PATIENCE), "the same requests again complete the work"

    def counted() -> list[int]:
        everything = catalogue.select(places.lake(), "exam", None, None, all_=True)
        return sorted(
            rows for (rows,) in duckdb.execute(f"SELECT count(*) FROM ({everything}) GROUP BY _batch").fetchall()
        )

    assert counted() == [ROWS - 1] * len(paths)
    assert Batch.objects.filter(state=BatchState.COMMITTED).count() == len(paths)
    repair = [*command, "repair"]
    assert sum(killed(repair, environment, chance.uniform(0.02, 0.3)) for _ in range(2)) >= 1
    assert not killed(repair, environment, PATIENCE), "a second run repairs the rest"
    with scopes.within(scopes.everything()):
        assert not Quarantine.objects.filter(repaired_by=None).exists()
    assert counted() == [1] * len(paths) + [ROWS - 1] * len(paths)
    assert set(Batch.objects.values_list("state", flat=True)) <= {BatchState.COMMITTED, BatchState.ABANDONED}
