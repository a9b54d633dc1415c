"""Keep bytes in the object store; record a retrieval drill (调取演练): so many of a sample were still there."""

import datetime as dt
import io
from pathlib import Path

from django.db import transaction

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.evidence.models import RetentionDrill, StoredObject
from jianguan.backbone.evidence.sources import KINDS
from jianguan.backbone.evidence.store import Stored, store
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.kit import clock


class DrillRefused(ValueError):
    """The drill cannot be recorded. The message is Chinese and shown to the user."""


def keep(source: bytes | Path, media_type: str) -> StoredObject:
    """Put bytes, or those of a file, into the object store; return their row, the older one of the same bytes.

    Checks no permission and audits nothing: the action that refers to the object does. The bytes come first, so that a
    row never names bytes that are not there; bytes without a row do no harm. Raises store.TooLarge.
    """
    return row_of(store().put(io.BytesIO(source) if isinstance(source, bytes) else source), media_type)


def row_of(stored: Stored, media_type: str) -> StoredObject:
    """Return the row of bytes that are in the store."""
    row, _ = StoredObject.objects.get_or_create(
        sha256=stored.sha256,
        defaults={"sm3": stored.sm3, "size": stored.size, "media_type": media_type, "stored_at": clock.now()},
    )
    return row


def record_drill(
    *,
    by: Actor,
    kind: str,
    drilled_at: dt.datetime,
    oldest: dt.date,
    sampled: int,
    retrieved: int,
    remark: str = "",
) -> RetentionDrill:
    """Record a drill of the capacity acted in; ``oldest`` is the first day whose recordings must still be there.

    Raises NotAllowed without the permission, DrillRefused for an unknown kind, a moment in the future or numbers
    that cannot be.
    """
    by.require(Permission.CHECK_RECORD)
    if kind not in KINDS:
        raise DrillRefused(f"没有这类留存资料：{kind}")
    now = clock.now()
    if drilled_at > now:
        raise DrillRefused("演练时间不能晚于现在")
    if not 0 <= retrieved <= sampled or sampled == 0:
        raise DrillRefused("抽取件数须大于零，调取成功件数不能多于抽取件数")
    with transaction.atomic():
        drill = RetentionDrill.objects.create(
            capacity_id=by.capacity_id,
            kind=kind,
            drilled_at=drilled_at,
            oldest=oldest,
            sampled=sampled,
            retrieved=retrieved,
            recorded_by_id=by.appointment_id,
            recorded_at=now,
            remark=remark.strip(),
        )
        audit.record(
            kind=EventKind.DRILL_RECORDED,
            by=by,
            object_type="drill",
            object_id=drill.pk,
            norm="6.9",
            after={"kind": kind, "oldest": oldest.isoformat(), "sampled": sampled, "retrieved": retrieved},
            details={"kind": kind, "sampled": sampled, "retrieved": retrieved},
        )
    return drill
