"""On-site inspections (现场检查): take one up, take in photos, take in the form – once, whatever the network did."""

import datetime as dt
import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.campaigns import queries, rules
from jianguan.backbone.campaigns.models import Inspection, Inspector, Outcome, SitePhoto, Submission
from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work import checks
from jianguan.backbone.work.checklists import FAIL, PASS, Answer
from jianguan.backbone.work.models import Check, Finding
from jianguan.kit import clock
from jianguan.kit.digests import digest_of, hexdigest

LARGEST_PHOTO = 8 * 1024 * 1024
PREVIEW_SIDE = 1280
MOST_PIXELS = 50_000_000
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}
DAYS = 30
"""Given to an inspection that somebody takes up himself."""


class InspectionRefused(ValueError):
    """The inspection, photo or form is not taken in. The message is Chinese and shown to the user."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as handed in. ``started_ago``: how long ago the inspection began, by the device's own clock."""

    form: uuid.UUID
    outcome: str
    answers: Mapping[str, Answer]
    remark: str = ""
    started_ago: dt.timedelta = dt.timedelta()
    position: Mapping[str, float] | None = None
    present: str = ""
    unsigned_reason: str = ""
    pictures: tuple[str, ...] = ()
    """SHA-256 of every photo and signature that belongs to it."""
    raw: Mapping[str, Any] = field(default_factory=dict)


def take_up(*, by: Actor, kind: str, subject: Subject | None = None, checked: Capacity | None = None) -> Inspection:
    """Take up an inspection without a campaign: of a place (patrol-on-site), or of a unit.

    Raises NotAllowed without the permission, InspectionRefused for a kind that needs a campaign, a target out of scope,
    or where the rule book has no checklist.
    """
    by.require(Permission.CHECK_RECORD)
    now = clock.now()
    if kind not in rules.SELF_ASSIGNED:
        raise InspectionRefused("这类检查须通过专项检查抽取对象")
    unit = subject.capacity if subject is not None else checked
    if unit is None or unit.pk not in by.scope:
        raise InspectionRefused("检查对象不在当前身份的监管范围内")
    checklist = queries.checklist(rules.checklist_key(kind, subject.kind if subject else None), now.date())
    if checklist is None:
        raise InspectionRefused("规则库中没有这类对象的检查表")
    with transaction.atomic():
        inspection = Inspection.objects.create(
            capacity_id=by.capacity_id,
            kind=kind,
            subject=subject,
            checked=unit,
            checklist=checklist,
            due=now.date() + dt.timedelta(days=DAYS),
            assigned_at=now,
        )
        Inspector.objects.create(
            inspection=inspection, capacity_id=by.capacity_id, position=1, appointment_id=by.appointment_id
        )
        audit.record(
            kind=EventKind.INSPECTION_ASSIGNED,
            by=by,
            object_type="inspection",
            object_id=inspection.pk,
            norm=checklist.provision,
            details={"kind": kind, "subject": subject.code if subject else "", "checked": unit.key},
        )
    return inspection


def take_photo(
    *,
    by: Actor,
    inspection: Inspection,
    form: uuid.UUID,
    role: str,
    data: bytes,
    sha256: str,
    item: str = "",
    taken_at: dt.datetime | None = None,
    shrunk_from: tuple[str, int] | None = None,
) -> SitePhoto:
    """Keep a photo or signature as sent and a re-encoded preview; the same one again returns what is there.

    ``sha256`` is what the device computed of these bytes; ``shrunk_from`` digest and size of a larger picture that the
    device kept to itself. Raises NotAllowed for somebody else's inspection, InspectionRefused when digests differ, the
    bytes are no picture, or too large.
    """
    _require_inspector(by, inspection)
    if len(data) > LARGEST_PHOTO:
        raise InspectionRefused("照片超过8兆字节，请缩小后再传")
    if hexdigest(data) != sha256.lower():
        raise InspectionRefused("照片在传送中变了（摘要不一致），没有收下，请再同步一次")
    small, media_type = preview(data)
    with transaction.atomic():
        photo, _ = SitePhoto.objects.get_or_create(
            form=form,
            role=role,
            stored=keep(data, media_type),
            defaults={
                "inspection": inspection,
                "capacity_id": inspection.capacity_id,
                "item": item,
                "preview": keep(small, "image/jpeg"),
                "taken_at": taken_at,
                "shrunk_from_sha256": shrunk_from[0] if shrunk_from else "",
                "shrunk_from_size": shrunk_from[1] if shrunk_from else None,
                "received_at": clock.now(),
                "received_from_id": by.appointment_id,
            },
        )
    return photo


def preview(data: bytes) -> tuple[bytes, str]:
    """A small JPEG of a picture without what cameras write into it, and the media type of the original.

    Raises InspectionRefused for anything but a JPEG or PNG picture of sane size.
    """
    try:
        with Image.open(io.BytesIO(data), formats=list(FORMATS)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InspectionRefused("照片的像素过多，请缩小后再传")
            media_type = FORMATS[str(picture.format)]
            upright = ImageOps.exif_transpose(picture)
            small = Image.new("RGB", upright.size, "white")
            small.paste(upright, mask=upright.getchannel("A") if upright.mode in {"RGBA", "LA"} else None)
            small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
            out = io.BytesIO()
            small.save(out, "JPEG", quality=80)
    except InspectionRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise InspectionRefused("这不是能打开的照片，没有收下") from broken
    return out.getvalue(), media_type


def submit(*, by: Actor, inspection: Inspection, form: Form) -> Submission:
    """Take in a form: the first of an inspection is signed as its check, any other is kept beside it as a conflict.

    The same form again returns what it came to. Raises NotAllowed for somebody else's inspection, InspectionRefused
    when pictures are missing or nobody signed and no reason is given, IncompleteChecklist when items are missing.
    """
    _require_inspector(by, inspection)
    with transaction.atomic():
        one_at_a_time(f"inspection {inspection.pk}")
        if (known := Submission.objects.filter(form=form.form).first()) is not None:
            if known.inspection_id != inspection.pk:
                raise InspectionRefused("表单号已用于另一项检查")
            return known
        _require_pictures(inspection, form)
        now = clock.now()
        happened = rules.moment(started_ago=form.started_ago, now=now, assigned_at=inspection.assigned_at)
        first = queries.counted(inspection) is None
        made = Submission.objects.create(
            form=form.form,
            inspection=inspection,
            capacity_id=inspection.capacity_id,
            appointment_id=by.appointment_id,
            outcome=form.outcome,
            payload=dict(form.raw),
            digest=digest_of(dict(form.raw)),
            happened_at=happened,
            received_at=now,
            check_record=_sign(by, inspection, form, happened) if first else None,
        )
        audit.record(
            kind=EventKind.INSPECTION_SUBMITTED,
            by=by,
            object_type="inspection",
            object_id=inspection.pk,
            norm=inspection.campaign.provision if inspection.campaign else inspection.checklist.provision,
            after=dict(form.raw),
            details={"form": str(form.form), "outcome": form.outcome, "counts": first, "digest": made.digest},
        )
    return made


def _sign(by: Actor, inspection: Inspection, form: Form, happened: dt.datetime) -> Check:
    campaign = inspection.campaign
    checklist, answers = inspection.checklist, form.answers
    if form.outcome in rules.WORST:
        found = queries.checklist(rules.UNAVAILABLE, happened.date())
        if found is None:
            raise InspectionRefused("规则库中没有“抽中对象无法检查”的检查表")
        checklist = found
        note = f"{Outcome(form.outcome).label}。{form.remark}".strip()[:200]
        off = rules.OFF[form.outcome]
        answers = {one.id: Answer(FAIL, note) if one.id == off else Answer(PASS) for one in checks.items_of(found)}
    return checks.sign_check(
        by=by,
        kind=inspection.kind,
        method=rules.method(inspection.kind),
        subject=inspection.subject,
        checked=inspection.checked,
        checklist=checklist,
        answers=answers,
        happened_at=happened,
        remark=form.remark[:500],
        embargo_until=campaign.embargo_until if campaign is not None else None,
        severity=Finding.Severity.SERIOUS if form.outcome in rules.WORST else Finding.Severity.GENERAL,
    )


def _require_pictures(inspection: Inspection, form: Form) -> None:
    """Everything named has arrived; the inspector signed, and the other side did or says why not."""
    if form.outcome not in Outcome.values:
        raise InspectionRefused("没有写明检查结果")
    kept = list(SitePhoto.objects.filter(form=form.form, inspection=inspection).values_list("stored__sha256", "role"))
    if missing := set(form.pictures) - {sha256 for sha256, _ in kept}:
        raise InspectionRefused(f"还有{len(missing)}张照片或签名没有传到")
    signed = {role for _, role in kept}
    if SitePhoto.Role.INSPECTOR not in signed:
        raise InspectionRefused("检查人没有签名")
    needs_other = form.outcome == Outcome.DONE and inspection.kind != rules.COVERT
    if needs_other and SitePhoto.Role.CHECKED not in signed and not form.unsigned_reason.strip():
        raise InspectionRefused("被检查单位没有签名的，须写明原因")


def _require_inspector(by: Actor, inspection: Inspection) -> None:
    by.require(Permission.CHECK_RECORD)
    by.require_capacity(inspection.capacity_id)
    if not Inspector.objects.filter(inspection=inspection, appointment_id=by.appointment_id).exists():
        raise InspectionRefused("您不是这项检查的检查人")
