"""Open a round of patrol, look at a stop, keep a snapshot, sign. Seconds are counted by the server's clock alone."""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.evidence.store import content, store
from jianguan.backbone.patrol import queries, rules
from jianguan.backbone.patrol.models import (
    PatrolBeat,
    PatrolResult,
    PatrolRound,
    PatrolSnapshot,
    PatrolStop,
    PatrolVisit,
)
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.backbone.work import checks
from jianguan.backbone.work.checklists import Answer
from jianguan.backbone.work.models import Check
from jianguan.engines.media import stills
from jianguan.kit import clock
from jianguan.kit.digests import digest_of

PROVISIONS = {"VEHICLE_OFFICE": "6.10"}
PROVISION = "4.5"


class PatrolRefused(ValueError):
    """What was asked cannot be done now. The message is Chinese and shown to the user."""


def open_round(*, by: Actor, size: int) -> PatrolRound:
    """Open the next round of the capacity acted in: ``size`` places in rotation, drawn by a seed made here and kept.

    While a round of the day has stops left it is returned as it is: nobody opens rounds until one pleases him.
    Raises NotAllowed without the permission, PatrolRefused when the scope has no place or a parameter no number.
    """
    by.require(Permission.CHECK_RECORD)
    now = clock.now()
    day = now.date()
    with transaction.atomic():
        one_at_a_time(f"patrol {by.capacity_id} {day}")
        if (unfinished := queries.open_round(by.capacity_id, day)) is not None:
            return unfinished
        turns = {one.subject.code: one for one in queries.rotation(by.scope, by.capacity_id, day)}
        lists = queries.checklists(day)
        waiting = [
            rules.Place(code, one.last.astimezone(clock.CHINA).date() if one.last else None)
            for code, one in turns.items()
            if one.subject.kind in lists
        ]
        if not waiting:
            raise PatrolRefused("监管范围内没有登记六类场所，无法开始巡察")
        dwell = queries.limit(queries.DWELL_PARAMETER, by.capacity_id, day)
        hours = queries.limit(queries.PICTURE_PARAMETER, by.capacity_id, day)
        if dwell is None or hours is None:
            raise PatrolRefused("最短观看秒数或画面有效小时数没有数值，请先在规则管理中确定")
        seed = secrets.token_hex(32)
        listed = sorted([one.code, one.last.isoformat() if one.last else None] for one in waiting)
        begun = PatrolRound.objects.create(
            capacity_id=by.capacity_id,
            day=day,
            number=PatrolRound.objects.filter(capacity_id=by.capacity_id, day=day).count() + 1,
            seed=seed,
            places=listed,
            places_digest=digest_of(listed),
            dwell_seconds=dwell,
            picture_hours=hours,
            opened_by_id=by.appointment_id,
            opened_at=now,
        )
        last = {one.code: one.last for one in waiting}
        chosen = rules.rotation(seed, waiting, max(1, min(size, rules.MOST_STOPS)))
        PatrolStop.objects.bulk_create(
            PatrolStop(
                round=begun,
                capacity_id=by.capacity_id,
                position=position,
                subject=turns[code].subject,
                last_day=last[code],
                checklist=lists[turns[code].subject.kind],
            )
            for position, code in enumerate(chosen, 1)
        )
        audit.record(
            kind=EventKind.PATROL_OPENED,
            by=by,
            object_type="patrol-round",
            object_id=begun.pk,
            norm=PROVISIONS.get(by.level, PROVISION),
            after={"seed": seed, "places": begun.places_digest, "stops": chosen},
            details={"places": len(listed), "stops": len(chosen), "digest": begun.places_digest},
        )
    return begun


def begin_visit(*, by: Actor, stop: PatrolStop) -> PatrolVisit:
    """Open a stop on the wall; whatever the same person was looking at before stops counting.

    Raises NotAllowed in another capacity, PatrolRefused for a stop that is signed.
    """
    by.require(Permission.CHECK_RECORD)
    by.require_capacity(stop.capacity_id)
    if PatrolResult.objects.filter(stop=stop).exists():
        raise PatrolRefused("这个场所本轮已经巡察签字")
    return PatrolVisit.objects.create(
        stop=stop,
        capacity_id=by.capacity_id,
        appointment_id=by.appointment_id,
        tiles=[one.state() for one in queries.cameras(stop.subject)],
        opened_at=clock.now(),
    )


def beat(*, by: Actor, visit: PatrolVisit, seq: int, visible: bool, elapsed_ms: int) -> int:
    """Take in one beat of the wall and return the milliseconds credited so far; the same beat twice counts once.

    Raises NotAllowed for somebody else's visit, PatrolRefused when the person has opened another stop since.
    """
    _require_own(by, visit)
    newest = PatrolVisit.objects.filter(appointment__person_id=by.person_id).order_by("-opened_at", "-id").first()
    if newest is not None and newest.pk != visit.pk:
        raise PatrolRefused("您已打开另一个场所，本页不再计时")
    last = visit.beats.order_by("-seq").first()
    if last is None or seq > last.seq:
        PatrolBeat.objects.bulk_create(
            [
                PatrolBeat(
                    visit=visit,
                    capacity_id=visit.capacity_id,
                    seq=seq,
                    at=clock.now(),
                    visible=visible,
                    elapsed_ms=elapsed_ms,
                )
            ],
            ignore_conflicts=True,
        )
    return queries.watched_ms(visit)


def picture(recording: Recording) -> tuple[bytes, str]:
    """The newest picture of a recording and its media type. Raises NoSuchObject or Unplayable when it is gone."""
    if recording.stored is None:
        raise PatrolRefused("这段录像没有调取到")
    if recording.stored.media_type.startswith("image/"):
        return content(recording.stored.sha256), recording.stored.media_type
    with store().local(recording.stored.sha256) as path:
        return stills.snapshot(path, max(recording.duration_ms - 500, 0)), "image/png"


def keep_snapshot(*, by: Actor, visit: PatrolVisit, channel: str, item: str, note: str) -> PatrolSnapshot:
    """Keep the picture that a tile shows as evidence, with a manifest of where it comes from.

    ``item`` is the checklist item it belongs to, ``note`` what is to be seen. Raises NotAllowed for somebody else's
    visit, PatrolRefused after signing, for a tile without a picture, or without a note.
    """
    _require_own(by, visit)
    if PatrolResult.objects.filter(stop_id=visit.stop_id).exists():
        raise PatrolRefused("这个场所本轮已经签字，不能再补截图")
    if not note.strip():
        raise PatrolRefused("请写明画面中的情况")
    shown = next((one for one in visit.tiles if one["channel"] == channel and one["recording"]), None)
    if shown is None:
        raise PatrolRefused("这个通道没有画面，不能截图")
    known = {one.id for one in checks.items_of(visit.stop.checklist)}
    recording = Recording.objects.select_related("stored").get(pk=shown["recording"])
    data, media_type = picture(recording)
    now = clock.now()
    with transaction.atomic():
        stored = keep(data, media_type)
        previous = PatrolSnapshot.objects.filter(visit=visit).order_by("-id").first()
        manifest: dict[str, Any] = {
            "kind": "patrol-snapshot",
            "place": visit.stop.subject.code,
            "channel": channel,
            "source": {"recording": recording.pk, "reference": recording.source_ref, "sha256": shown["sha256"]},
            "clock_offset_ms": recording.clock_offset_ms,
            "picture_at": shown["picture_at"],
            "picture": {"sha256": stored.sha256, "sm3": stored.sm3, "size": stored.size},
            "taken_at": now.isoformat(),
            "taken_by": by.appointment_id,
            "visit": visit.pk,
            "reason": note.strip()[:200],
            "previous": previous.manifest_sha256 if previous else "0" * 64,
        }
        snapshot = PatrolSnapshot.objects.create(
            visit=visit,
            capacity_id=visit.capacity_id,
            recording=recording,
            channel=channel,
            stored=stored,
            picture_at=dt.datetime.fromisoformat(shown["picture_at"]),
            taken_by_id=by.appointment_id,
            taken_at=now,
            item=item if item in known else "",
            note=note.strip()[:200],
            manifest=manifest,
            manifest_sha256=digest_of(manifest),
        )
        audit.record(
            kind=EventKind.PATROL_SNAPSHOT_KEPT,
            by=by,
            object_type="patrol-snapshot",
            object_id=snapshot.pk,
            norm=PROVISIONS.get(by.level, PROVISION),
            after=manifest,
            details={"sha256": stored.sha256, "manifest": snapshot.manifest_sha256},
        )
    return snapshot


def sign_stop(*, by: Actor, visit: PatrolVisit, answers: Mapping[str, Answer], remark: str = "") -> Check:
    """Sign what was seen at a stop; what is abnormal becomes findings (问题).

    Only a stop looked at for its dwell time is signed; one without any picture fresh enough becomes a check of the kind
    ``patrol-blind`` with the finding that it cannot be verified, which covers nothing.

    Raises NotAllowed for somebody else's visit, PatrolRefused before the time or after signing, IncompleteChecklist.
    """
    _require_own(by, visit)
    stop = visit.stop
    watched = queries.watched_ms(visit)
    if reason := rules.too_short(watched, stop.round.dwell_seconds):
        raise PatrolRefused(reason)
    seen = queries.was_seen(visit)
    with transaction.atomic():
        one_at_a_time(f"patrol stop {stop.pk}")
        if PatrolResult.objects.filter(stop=stop).exists():
            raise PatrolRefused("这个场所本轮已经巡察签字")
        check = checks.sign_check(
            by=by,
            kind=rules.KIND if seen else rules.BLIND,
            method=Check.Method.VIDEO,
            subject=stop.subject,
            checked=stop.subject.capacity,
            checklist=stop.checklist,
            answers=answers,
            happened_at=visit.opened_at,
            remark=remark,
            deviations=rules.unseen_deviation(seen=seen, hours=stop.round.picture_hours),
        )
        beats = list(visit.beats.order_by("seq").values_list("seq", "at", "visible", "elapsed_ms"))
        PatrolResult.objects.create(
            stop=stop,
            visit=visit,
            capacity_id=by.capacity_id,
            check_record=check,
            watched_ms=watched,
            seen=seen,
            beats_digest=digest_of([[seq, at.isoformat(), visible, ms] for seq, at, visible, ms in beats]),
            signed_at=check.signed_at,
        )
    return check


def _require_own(by: Actor, visit: PatrolVisit) -> None:
    by.require(Permission.CHECK_RECORD)
    by.require_capacity(visit.capacity_id)
    if visit.appointment_id != by.appointment_id:
        raise PatrolRefused("这是别人打开的巡察画面，请从轮次中自己打开")
