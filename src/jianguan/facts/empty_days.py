"""A day without business (无业务日), declared by its source: proven empty, and not unknown.

A declaration is a batch without rows that bears a digest of source and day: declared twice is declared once. Who keeps
the event log lies above this floor and says so through ``register``.
"""

import datetime as dt
from collections.abc import Callable

from django.db import IntegrityError

from jianguan.facts import sources
from jianguan.facts.contract import contract
from jianguan.facts.models import Batch, BatchDay, BatchState, Source
from jianguan.facts.scoped import rows_of
from jianguan.kit.clock import now
from jianguan.kit.digests import hexdigest
from jianguan.kit.ids import uuid7

Heard = Callable[[Batch, dt.date], object]
_heard: list[Heard] = []


def register(heard: Heard) -> None:
    """Say who is told of every declaration, in its transaction."""
    _heard[:] = [heard]


def declare(source: Source, day: dt.date) -> Batch:
    """Declare that a source has nothing to report for a day; the same day again returns the first declaration.

    Raises sources.WrongSource for a day to come or on which it does not report, and when rows of the day have come.
    """
    moment = now()
    sources.check_day(source, day, moment)
    digest = hexdigest(f"empty day/{source.key}/{day}".encode())
    before = Batch.objects.filter(source=source, file_digest=digest, state=BatchState.COMMITTED).first()
    if before:
        return before
    if BatchDay.objects.filter(batch__source=source, batch__state=BatchState.COMMITTED, day=day, rows__gt=0).exists():
        raise sources.WrongSource(f"数据源“{source.name}”{day} 已有数据到达，不能申明无业务")
    try:
        return _declared(source, day, digest, moment)
    except IntegrityError:  # the same declaration came at the same moment
        return Batch.objects.get(source=source, file_digest=digest, state=BatchState.COMMITTED)


def _declared(source: Source, day: dt.date, digest: str, moment: dt.datetime) -> Batch:
    with rows_of(source.capacity_id):
        made = Batch.objects.create(
            uuid=uuid7(),
            source=source,
            contract=source.contract,
            contract_digest=contract(source.contract).digest,
            file_name=f"{source.contract}-{day}.empty",
            file_digest=digest,
            state=BatchState.COMMITTED,
            received_at=moment,
            finished_at=moment,
        )
        BatchDay.objects.create(batch=made, day=day, capacity_key=source.capacity_key, rows=0)
        for heard in _heard:
            heard(made, day)
    return made
