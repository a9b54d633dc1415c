"""Repair from a page: who asked is in the event log before the new batch is in the lake."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jianguan.backbone.audit.actions import record
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope import scope as scopes
from jianguan.facts.apart import apart
from jianguan.facts.models import Batch
from jianguan.facts.repair import Repaired, repair, rerun


@dataclass(slots=True)
class Sum:
    """What became of many refused rows."""

    taken: int = 0
    settled: int = 0
    refused: int = 0
    batch: Batch | None = None
    """The latest of the new batches."""

    def add(self, done: Repaired) -> "Sum":
        """Count a chunk in."""
        self.taken += len(done.taken)
        self.settled += len(done.settled)
        self.refused += len(done.refused)
        self.batch = done.batch or self.batch
        return self


def repair_as(*, by: Actor, batch: Batch, corrected: Mapping[int, Mapping[str, str]], reason: str = "") -> Repaired:
    """Take refused rows of a batch in again on behalf of ``by`` (see ``facts.repair.repair``).

    Raises NotAllowed without the permission. The rows must be among those ``by`` may see.
    """
    by.require(Permission.FACTS_MANAGE)
    by.require_in_scope(batch.source.capacity_id)
    columns = sorted({column for values in corrected.values() for column in values})
    witness = _witness(by, batch, reason, {"rows": len(corrected), "columns": columns})
    done = apart(lambda: repair(batch, corrected, witness=witness))
    _settled(by, batch, reason, len(done.settled))
    return done


def rerun_as(*, by: Actor, batch: Batch, reason: str) -> Sum:
    """Run all refused rows of a batch again as they are on behalf of ``by`` (see ``facts.repair.rerun``).

    Raises NotAllowed without the permission, or when the source of the batch is not in the scope of ``by``.
    """
    by.require(Permission.FACTS_MANAGE)
    by.require_in_scope(batch.source.capacity_id)
    witness = _witness(by, batch, reason, {"rows": max(0, batch.refused - batch.repaired), "columns": []})

    def all_chunks() -> Sum:
        total = Sum()
        for done in rerun(batch, witness=witness):
            total.add(done)
        return total

    found = apart(all_chunks)
    _settled(by, batch, reason, found.settled)
    return found


def _witness(by: Actor, batch: Batch, reason: str, about: Mapping[str, Any]) -> Callable[[Batch], object]:
    def witness(made: Batch) -> None:
        with scopes.within(by.scope):
            record(
                kind=EventKind.FACTS_REPAIRED,
                by=by,
                object_type="facts.batch",
                object_id=batch.pk,
                reason=reason,
                details={**about, "batch": made.uuid.hex},
            )

    return witness


def _settled(by: Actor, batch: Batch, reason: str, count: int) -> None:
    if count:
        record(
            kind=EventKind.FACTS_REPAIRED,
            by=by,
            object_type="facts.batch",
            object_id=batch.pk,
            reason=reason,
            details={"settled": count},
        )


def sentence(done: Sum) -> str:
    """What became of the rows, in Chinese."""
    parts = [f"收录 {done.taken} 行"] if done.taken else []
    parts += [f"{done.settled} 行已由较晚批次收录，未覆盖"] if done.settled else []
    parts += [f"{done.refused} 行仍不合规，留在隔离区"] if done.refused else []
    return "，".join(parts) or "没有待修复的行"
