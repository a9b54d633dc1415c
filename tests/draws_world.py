"""Shares of a seed and frozen populations for tests, through the public actions."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from builders import CITY, DAY, OFFICE, PROVINCE, RECORDER, at, on_the_clock
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.draws import seeds
from jianguan.backbone.draws.freezing import freeze_day
from jianguan.backbone.draws.models import Commitment, Party
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.models import Population
from jianguan.engines.draw import Role, commitment
from jianguan.facts import ingest, sources
from staff import employ

FREEZE, REVEAL, DRAWN = (18, 0), (18, 40), (19, 0)
NONCE = "ab" * 32


@dataclass
class Secret:
    """A share of the seed: who holds it, the row of its commitment, the number."""

    by: Actor
    row: Commitment
    number: str


def shared(party: Party, capacity: str, day: dt.date = DAY, number: str = "11" * 32, hour: int = 9) -> Secret:
    """Commit in the morning of the day."""
    role = "discipline-officer" if party == Party.DISCIPLINE else RECORDER[capacity.partition("@")[2]]
    with on_the_clock(at(day, hour)):
        by = employ(capacity, role)
        digest = commitment(Role(party.value), day, number, NONCE)
        return Secret(by, seeds.commit(by=by, party=party, day=day, digest=digest), number)


def give_seed(day: dt.date = DAY) -> list[Secret]:
    """The checking office and its superior commit."""
    return [
        shared(Party.CHECKING, OFFICE, day, "11" * 32),
        shared(Party.SUPERIOR, CITY, day, "22" * 32),
    ]


def open_share(secret: Secret, moment: dt.datetime | None = None) -> None:
    """Reveal a share, in time unless a moment is given."""
    with on_the_clock(moment or at(secret.row.day, *REVEAL)):
        seeds.reveal(by=secret.by, commitment=secret.row, number=secret.number, nonce=NONCE)


def reveal_all(secrets: list[Secret]) -> None:
    """Reveal every share in time."""
    for secret in secrets:
        open_share(secret)


def frozen(
    kind: str = "exam-av", capacity: str = OFFICE, day: dt.date = DAY, moment: dt.datetime | None = None
) -> Population:
    """Freeze the day at its hour; the newest part of a population."""
    with on_the_clock(moment or at(day, *FREEZE)):
        freeze_day(day, kinds={kind})
    return Population.objects.filter(kind=kind, day=day, capacity_id=agencies.capacity(capacity).pk).order_by("-part")[
        0
    ]


def discipline(day: dt.date = DAY) -> Secret:
    """The province's discipline office commits."""
    return shared(Party.DISCIPLINE, PROVINCE, day, "33" * 32)


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


@contextmanager
def own_lake(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The scope of the system, an empty lake and an empty object store."""
    monkeypatch.setattr(settings, "JIANGUAN_HOME", folder / "home")
    monkeypatch.setattr(settings, "OBJECT_STORE", folder / "objects")
    with scopes.within(scopes.everything()):
        yield


def take_exams(
    folder: Path,
    count: int,
    *,
    day: dt.date = DAY,
    capacity: str = OFFICE,
    first: int = 1,
    examiner: str = "X1",
    arrived: dt.datetime | None = None,
) -> None:
    """Take in so many exams of a capacity at two sites; none at all makes a file that proves there were none."""
    rows = [
        EXAM
        | {
            "lsh": f"E{number:05d}",
            "kcdd": f"K{number % 2 + 1}",
            "kssj": f"{day} {8 + number % 3:02d}:00:00",
            "jssj": f"{day} {8 + number % 3:02d}:20:00",
            "ksy1": examiner,
            "capacity": capacity,
        }
        for number in range(first, first + count)
    ]
    path = folder / f"exams-{day}-{first}-{count}-{capacity}.csv"
    path.write_text("\n".join([",".join(EXAM), *(",".join(row.values()) for row in rows)]) + "\n")
    with on_the_clock(arrived or at(day, 17)):
        batch = ingest.take_in("exam", path, source=sources.register("exams", "exam"), day=day)
    assert batch.accepted == count, batch.reason
