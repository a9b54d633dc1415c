"""A lake and an object store of each test's own, and days of exams taken in as an interface would send them."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

EXAM = {
    "lsh": "",
    "sfzmhm": "11010519491231002X",
    "xm": "张三",
    "kskm": "2",
    "kscx": "C1",
    "kscs": "1",
    "jxdm": "S1",
    "kcdd": "",
    "ksy1": "X1",
    "kssj": "",
    "jssj": "",
    "kscj": "90",
    "kfhj": "10",
    "ksjg": "1",
    "capacity": "",
}


@pytest.fixture
def system(db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The scope of the system, an empty lake and an empty object store."""
    from django.conf import settings

    from jianguan.backbone.scope import scope as scopes

    monkeypatch.setattr(settings, "JIANGUAN_HOME", tmp_path / "home")
    monkeypatch.setattr(settings, "OBJECT_STORE", tmp_path / "objects")
    with scopes.within(scopes.everything()):
        yield


@pytest.fixture
def exams(system: None, tmp_path: Path) -> Callable[..., None]:
    """Take in so many exams of a capacity on a day; none at all makes a file that proves there were none."""
    from builders import DAY, OFFICE, at, on_the_clock
    from jianguan.facts import ingest

    def taken(
        count: int,
        *,
        day: dt.date = DAY,
        capacity: str = OFFICE,
        sites: int = 2,
        first: int = 1,
        examiner: str = "X1",
        arrived: dt.datetime | None = None,
    ) -> None:
        rows = [
            EXAM
            | {
                "lsh": f"E{number:05d}",
                "kcdd": f"K{number % sites + 1}",
                "kssj": f"{day} {8 + number % 3:02d}:00:00",
                "jssj": f"{day} {8 + number % 3:02d}:20:00",
                "ksy1": examiner,
                "capacity": capacity,
            }
            for number in range(first, first + count)
        ]
        path = tmp_path / f"exams-{day}-{first}-{count}-{capacity}.csv"
        path.write_text("\n".join([",".join(EXAM), *(",".join(row.values()) for row in rows)]) + "\n")
        with on_the_clock(arrived or at(day, 17)):
            batch = ingest.take_in("exam", path, source=ingest.source("exams", "exam"), day=day)
        assert batch.accepted == count, batch.reason

    return taken
