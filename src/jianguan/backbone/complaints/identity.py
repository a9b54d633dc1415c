"""Who complained (投诉人身份): sealed on arrival, opened by request to a custodian, for a time, every look recorded."""

import datetime as dt
import json
from dataclasses import dataclass

from django.db import transaction

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.complaints.counting import own_keys
from jianguan.backbone.complaints.models import (
    Complaint,
    IdentityDecision,
    IdentityLook,
    IdentityRequest,
    SealedIdentity,
)
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock

OPEN_FOR = dt.timedelta(hours=2)
"""How long a grant lasts unless the custodian says less."""
SHORTEST_REASON = 8


class IdentityRefused(ValueError):
    """The identity stays sealed. The message is Chinese and shown to the user."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who complained, in clear: empty where nothing was told."""

    name: str
    contact: str
    original: str


def seal(complaint: Complaint, *, name: str, contact: str, original: str) -> SealedIdentity:
    """Keep name, contact and the words as written, encrypted and bound to the complaint's number."""
    clear = json.dumps({"name": name, "contact": contact, "original": original}, ensure_ascii=False)
    return SealedIdentity.objects.create(
        complaint=complaint,
        sealed=own_keys().seal(complaint.number, clear.encode()),
        named=bool(name),
        reachable=bool(contact),
    )


def ask(*, by: Actor, complaint: Complaint, reason: str) -> IdentityRequest:
    """Ask a custodian to see who complained.

    Raises NotAllowed, IdentityRefused without a reason, while a request waits, or for the unit complained of.
    """
    by.require(Permission.COMPLAINT_HANDLE)
    _not_complained_of(complaint, by.capacity_id)
    if len(reason.strip()) < SHORTEST_REASON:
        raise IdentityRefused(f"请写明为什么必须知道投诉人身份，至少 {SHORTEST_REASON} 个字")
    if IdentityRequest.objects.filter(complaint=complaint, by_id=by.appointment_id, decision=None).exists():
        raise IdentityRefused("已有一份申请等待保管员决定")
    with transaction.atomic():
        asked = IdentityRequest.objects.create(
            complaint=complaint,
            capacity_id=by.capacity_id,
            reason=reason.strip()[:500],
            by_id=by.appointment_id,
            at=clock.now(),
        )
        _record(EventKind.IDENTITY_REQUESTED, by, asked, complaint, reason)
    return asked


def decide(
    *, by: Actor, request: IdentityRequest, granted: bool, reason: str, lasting: dt.timedelta = OPEN_FOR
) -> IdentityDecision:
    """Grant or refuse as the custodian: another person than the one who asked, for a time that ends by itself.

    Raises NotAllowed without the permission or for a complaint that a unit outside one's scope received,
    IdentityRefused for one's own request, a second answer, no reason, more than the longest time, or a grant to the
    unit complained of.
    """
    by.require(Permission.COMPLAINT_CUSTODY)
    if Appointment.objects.filter(pk=request.by_id, person_id=by.person_id).exists():
        raise IdentityRefused("申请人不得同意自己的申请，换一个岗位也不可以")
    if not reason.strip():
        raise IdentityRefused("请写明决定的理由")
    if not dt.timedelta() < lasting <= OPEN_FOR:
        raise IdentityRefused("查看时间不得超过两小时")
    with transaction.atomic():
        held = IdentityRequest.objects.select_related("complaint").get(pk=request.pk)
        if held.complaint.receiver_id not in by.scope:
            raise NotAllowed("投诉人身份由受理单位及其上级的保管员决定")
        if IdentityDecision.objects.filter(request=held).exists():
            raise IdentityRefused("这份申请已有决定")
        if granted:
            _not_complained_of(held.complaint, held.capacity_id)
        now = clock.now()
        made = IdentityDecision.objects.create(
            request=held,
            granted=granted,
            until=now + lasting if granted else None,
            reason=reason.strip()[:500],
            by_id=by.appointment_id,
            at=now,
        )
        _record(EventKind.IDENTITY_DECIDED, by, held, held.complaint, reason, granted=granted)
    return made


def look(*, by: Actor, request: IdentityRequest) -> Identity:
    """Open the identity to the person who asked, while the grant lasts; each look is recorded.

    Raises NotAllowed for anybody else, IdentityRefused without a grant, after its end, or for the unit complained of.
    """
    by.require(Permission.COMPLAINT_HANDLE)
    if request.by_id != by.appointment_id:
        raise NotAllowed("只有申请人本人可以查看")
    _not_complained_of(request.complaint, request.capacity_id)
    decision = IdentityDecision.objects.filter(request=request).first()
    if decision is None or not decision.granted or decision.until is None:
        raise IdentityRefused("保管员没有同意")
    if clock.now() >= decision.until:
        raise IdentityRefused("查看时间已过，如仍需要，请重新申请")
    with transaction.atomic():
        IdentityLook.objects.create(request=request, by_id=by.appointment_id, at=clock.now())
        _record(EventKind.IDENTITY_REVEALED, by, request, request.complaint, request.reason)
        with scopes.within(scopes.everything()):
            kept = SealedIdentity.objects.select_related("complaint").get(complaint_id=request.complaint_id)
        clear = json.loads(own_keys().open(kept.complaint.number, bytes(kept.sealed)))
    return Identity(**clear)


def is_complained_of(complaint: Complaint, capacity_id: int) -> bool:
    """Whether a capacity belongs to the agency complained of (被投诉单位), in whatever capacity that agency acts."""
    return Capacity.objects.filter(pk=capacity_id, agency_id=complaint.unit.agency_id).exists()


def _not_complained_of(complaint: Complaint, capacity_id: int) -> None:
    if is_complained_of(complaint, capacity_id):
        raise IdentityRefused("被投诉单位不得查看投诉人身份，确有必要的，由其上级单位申请")


def _record(
    kind: EventKind, by: Actor, request: IdentityRequest, complaint: Complaint, reason: str, **more: object
) -> None:
    audit.record(
        kind=kind,
        by=by,
        object_type="complaint",
        object_id=complaint.pk,
        reason=reason.strip()[:500],
        details={"number": complaint.number, "request": request.pk, **more},
    )
