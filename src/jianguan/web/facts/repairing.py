"""Repair from a page: who asked is in the event log before the new batch is in the lake."""

from collections.abc import Mapping

from jianguan.backbone.audit.actions import record
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope import scope as scopes
from jianguan.facts.apart import apart
from jianguan.facts.models import Batch
from jianguan.facts.repair import Repaired, repair


def repair_as(*, by: Actor, batch: Batch, corrected: Mapping[int, Mapping[str, str]], reason: str = "") -> Repaired:
    """Take refused rows of a batch in again on behalf of ``by`` (see ``facts.repair.repair``).

    Raises NotAllowed without the permission. The rows must be among those ``by`` may see.
    """
    by.require(Permission.FACTS_MANAGE)
    about = {"rows": len(corrected), "columns": sorted({column for values in corrected.values() for column in values})}

    def witness(made: Batch) -> None:
        with scopes.within(by.scope):
            record(
                kind=EventKind.FACTS_REPAIRED,
                by=by,
                object_type="facts.batch",
                object_id=batch.pk,
                reason=reason,
                details=about | {"batch": made.uuid.hex},
            )

    done = apart(lambda: repair(batch, corrected, witness=witness))
    if done.settled:
        record(
            kind=EventKind.FACTS_REPAIRED,
            by=by,
            object_type="facts.batch",
            object_id=batch.pk,
            reason=reason,
            details={"settled": len(done.settled)},
        )
    return done


def sentence(done: Repaired) -> str:
    """What became of the rows, in Chinese."""
    parts = [f"收录 {len(done.taken)} 行"] if done.taken else []
    parts += [f"{len(done.settled)} 行已由较晚批次收录，未覆盖"] if done.settled else []
    parts += [f"{len(done.refused)} 行仍不合规，留在隔离区"] if done.refused else []
    return "，".join(parts) or "没有待修复的行"
