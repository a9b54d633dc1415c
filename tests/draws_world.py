"""Shares of a seed and frozen populations for tests, through the public actions."""

import datetime as dt
from dataclasses import dataclass

from builders import CITY, DAY, OFFICE, PROVINCE, RECORDER, at, on_the_clock
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.draws import seeds
from jianguan.backbone.draws.freezing import freeze_day
from jianguan.backbone.draws.models import Commitment, Party
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.work.models import Population
from jianguan.engines.draw import Role, commitment
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
