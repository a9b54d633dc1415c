"""What a complainant does: report, add, rate. Nobody signs in; a receipt code, kept as a digest, is his only key."""

import datetime as dt
import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.cases.deadlines import due_after
from jianguan.backbone.complaints import identity, rules
from jianguan.backbone.complaints.counting import own_keys
from jianguan.backbone.complaints.models import Complaint, Entry, InterfaceKey, Photo
from jianguan.backbone.complaints.photos import PhotoRefused, redrawn
from jianguan.backbone.complaints.rules import BY_STAFF, Channel, EntryKind, Satisfaction
from jianguan.backbone.evidence.models import StoredObject
from jianguan.backbone.evidence.store import store
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules import queries as rulebook
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock

ANSWER_BY = "deadline.complaint-answer"


class ComplaintRefused(ValueError):
    """What was sent cannot be taken. The message is Chinese and shown to whoever sent it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports. ``photos`` are files as they were sent; name and contact may be empty."""

    channel: Channel
    matter: str
    unit: Capacity
    text: str
    place: str = ""
    happened: str = ""
    name: str = ""
    contact: str = ""
    public: bool = False
    photos: Sequence[bytes] = ()
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    media_url: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the complainant gets: his complaint and the code, in clear this one time."""

    complaint: Complaint
    code: str


def receive(*, report: Report, by: Actor | None = None, key: InterfaceKey | None = None) -> Receipt:
    """Take a report in: who takes it up, by when he is told, his code. ``by``: the officer who enters it.

    Raises NotAllowed for an officer without the permission, ComplaintRefused for what is missing or too long,
    PhotoRefused for a file that is no photo.
    """
    if by is not None:
        by.require(Permission.COMPLAINT_HANDLE)
        if report.channel not in BY_STAFF:
            raise ComplaintRefused("请选择投诉的渠道")
    _check(report)
    pictures = redrawn(report.photos)
    now = clock.now()
    receiver = receiver_of(report.unit, report.matter, now.date())
    due = rulebook.parameter_value(ANSWER_BY, receiver.pk, now.date())
    accept_by, pinned = None, {}
    if due is not None and due.value is not None:
        accept_by = due_after(now, int(due.value), due.unit, rulebook.working_calendar())
        pinned = {ANSWER_BY: {"id": due.id, "value": due.value, "reference": due.reference}}
    code = _random(rules.CODE_LENGTH)
    with scopes.within(scopes.everything()):
        complaint = Complaint.objects.create(
            number=f"TS{now:%y%m%d}-{_random(8)}",
            channel=report.channel.value,
            matter=report.matter,
            unit=report.unit,
            receiver=receiver,
            text=rules.masked(report.text.strip()),
            place=rules.masked(report.place.strip()),
            happened=rules.masked(report.happened.strip()),
            latitude=report.latitude,
            longitude=report.longitude,
            media_url=report.media_url.strip()[:500],
            public=report.public,
            code_digest=digest_of_code(code),
            received_at=now,
            accept_by=accept_by,
            pinned=pinned,
            registered_by_id=by.appointment_id if by else None,
            key=key,
            synthetic=report.synthetic,
        )
        identity.seal(complaint, name=report.name.strip(), contact=report.contact.strip(), original=report.text.strip())
        _keep(complaint, None, pictures, now)
        audit.record(
            kind=EventKind.COMPLAINT_RECEIVED,
            by=by,
            object_type="complaint",
            object_id=complaint.pk,
            norm=rules.provision(receiver.level, report.matter),
            details={"number": complaint.number, "channel": report.channel.value, "receiver": receiver.key},
        )
    return Receipt(complaint, code)


def receiver_of(unit: Capacity, matter: str, on: dt.date) -> Capacity:
    """Who takes up what concerns a unit: itself where 4.8, 5.8 or 13.1 say so, else the next superior that may."""
    if rules.kept_here(unit.level, matter):
        return unit
    here = unit
    while True:
        try:
            here = agencies.superior(here.pk, on)
        except agencies.NoSuperior:
            return here
        if rules.takes_up(here.level):
            return here


def find(typed: str) -> Complaint | None:
    """The complaint of a receipt code as somebody typed it; None for any other text."""
    code = rules.plain_code(typed)
    if len(code) != rules.CODE_LENGTH:
        return None
    with scopes.within(scopes.everything()):
        return (
            Complaint.objects.select_related("receiver__agency", "unit__agency")
            .filter(code_digest=digest_of_code(code))
            .first()
        )


def add(*, complaint: Complaint, text: str, photos: Sequence[bytes] = ()) -> Entry:
    """Add to one's complaint (补充情况). Raises ComplaintRefused, PhotoRefused."""
    if not text.strip() or len(text) > rules.LONGEST_TEXT:
        raise ComplaintRefused(f"请写明补充的情况，不超过 {rules.LONGEST_TEXT} 字")
    pictures = redrawn(photos)
    with scopes.within(scopes.everything()):
        if complaint.photos.count() + len(pictures) > 2 * rules.MOST_PHOTOS:
            raise ComplaintRefused(f"照片合计不超过 {2 * rules.MOST_PHOTOS} 张")
        entry = _enter(complaint, EntryKind.ADDITION, rules.masked(text.strip()))
        _keep(complaint, entry, pictures, entry.at)
        _record(EventKind.COMPLAINT_ADDED, complaint)
    return entry


def rate(*, complaint: Complaint, answer: Entry, satisfaction: Satisfaction, text: str = "") -> Entry:
    """Rate an answer, once; 'dissatisfied' with a reason goes to the superior (不满意复核).

    Raises ComplaintRefused for an answer to somebody else, a second rating, or dissatisfaction without a reason.
    """
    if satisfaction is Satisfaction.DISSATISFIED and len(text.strip()) < rules.SHORTEST_TEXT:
        raise ComplaintRefused(f"请写明哪里不满意，至少 {rules.SHORTEST_TEXT} 个字，复核人员据此复核")
    if len(text) > rules.LONGEST_TEXT:
        raise ComplaintRefused(f"评价不超过 {rules.LONGEST_TEXT} 字")
    with scopes.within(scopes.everything()):
        root = root_of(complaint)
        if answer.kind != EntryKind.ANSWER or answer.complaint_id != root.pk:
            raise ComplaintRefused("没有可以评价的答复")
        try:
            with transaction.atomic():
                entry = _enter(
                    complaint,
                    EntryKind.RATING,
                    rules.masked(text.strip()),
                    satisfaction=satisfaction.value,
                    about=answer,
                )
        except IntegrityError as twice:
            raise ComplaintRefused("这份答复您已经评价过") from twice
        _record(EventKind.COMPLAINT_RATED, complaint, satisfaction=satisfaction.value)
    return entry


def root_of(complaint: Complaint) -> Complaint:
    """The complaint that another was merged into, itself otherwise. Needs a scope that sees both."""
    merger = getattr(complaint, "merger", None)
    return merger.into if merger else complaint


def digest_of_code(code: str) -> str:
    """What is kept of a receipt code: a digest under a key outside the database."""
    return own_keys().of(f"code {code}")


def _check(report: Report) -> None:
    if report.matter not in rules.MATTERS:
        raise ComplaintRefused("请选择投诉什么事")
    if len(report.text.strip()) < rules.SHORTEST_TEXT:
        raise ComplaintRefused(f"请写明发生了什么，至少 {rules.SHORTEST_TEXT} 个字")
    if len(report.text) > rules.LONGEST_TEXT or len(report.place) > rules.LONGEST_PLACE:
        raise ComplaintRefused(f"内容不超过 {rules.LONGEST_TEXT} 字，地点不超过 {rules.LONGEST_PLACE} 字")
    if len(report.happened) > 60 or len(report.name) > 60 or len(report.contact) > 120:
        raise ComplaintRefused("时间、姓名或联系方式过长")
    if len(report.photos) > rules.MOST_PHOTOS:
        raise ComplaintRefused(f"照片最多 {rules.MOST_PHOTOS} 张")


def _enter(complaint: Complaint, kind: EntryKind, text: str, **more: object) -> Entry:
    return Entry.objects.create(complaint=complaint, kind=kind.value, text=text, at=clock.now(), **more)


def _keep(complaint: Complaint, entry: Entry | None, pictures: Sequence[bytes], at: dt.datetime) -> None:
    for picture in pictures:
        kept = store().put(io.BytesIO(picture))
        stored, _ = StoredObject.objects.get_or_create(
            sha256=kept.sha256,
            defaults={"sm3": kept.sm3, "size": kept.size, "media_type": "image/jpeg", "stored_at": at},
        )
        name = secrets.token_urlsafe(24)
        Photo.objects.create(complaint=complaint, entry=entry, stored=stored, name=name, added_at=at)


def _record(kind: EventKind, complaint: Complaint, **more: object) -> None:
    audit.record(
        kind=kind,
        by=None,
        object_type="complaint",
        object_id=complaint.pk,
        details={"number": complaint.number, **more},
    )


def _random(length: int) -> str:
    return "".join(secrets.choice(rules.ALPHABET) for _ in range(length))


__all__ = ["ComplaintRefused", "PhotoRefused", "Receipt", "Report", "add", "find", "rate", "receive", "receiver_of"]
