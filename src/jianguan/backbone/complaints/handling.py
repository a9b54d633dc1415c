"""What units do with complaints: take up, decline, merge, answer; what the superior decides on 'dissatisfied'."""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import open_case, take
from jianguan.backbone.cases.models import Case, Step
from jianguan.backbone.cases.rules import State, Verb
from jianguan.backbone.complaints import rules
from jianguan.backbone.complaints.actions import ComplaintRefused, root_of
from jianguan.backbone.complaints.models import Acceptance, Complaint, DisputeDecision, Entry, Merger, Reading
from jianguan.backbone.complaints.rules import Channel, EntryKind, Satisfaction
from jianguan.backbone.decisions.actions import make_decision
from jianguan.backbone.decisions.models import DecisionKind
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit import clock


def accept(
    *,
    by: Actor,
    complaint: Complaint,
    handler: Capacity,
    text: str,
    calendar: Calendar,
    told: str = "",
    released: bool = False,
) -> Acceptance:
    """Take a complaint up (受理): open its case, assign it to a unit in scope, tell the complainant.

    ``told`` is what the unit reads instead of the complainant's words (转办内容), those words masked when it is empty.
    ``released``: what he opened to everybody was read and may be published; nothing is where he did not open it.
    Raises NotAllowed outside the receiving unit, ComplaintRefused when it was decided or merged already or goes to the
    unit complained of (被投诉单位) (never for conduct, nor to a unit below it; else with a reason), CaseRefused for one
    out of scope.
    """
    _receiver(by, complaint)
    with transaction.atomic():
        _undecided(complaint)
        for one in [complaint, *Complaint.objects.filter(merger__into=complaint)]:
            _not_its_own(one, handler, text)
        matter = rules.MATTERS[complaint.matter].word
        case = open_case(
            by=by,
            kind="complaint",
            title=f"{matter}投诉 {complaint.number}",
            text=rules.masked(told.strip()[: rules.LONGEST_HANDED_ON]) or handed_on(complaint),
            provision=rules.provision(by.level, complaint.matter),
            origin=f"{Channel(complaint.channel).word}投诉 {complaint.number}",
            data={"complaint": complaint.number},
        )
        routing.assign(by=by, case=case, version=case.version, handler=handler, calendar=calendar)
        made = Acceptance.objects.create(
            complaint=complaint,
            accepted=True,
            case=case,
            released=released and complaint.public,
            text=text.strip()[:1000],
            by_id=by.appointment_id,
            at=clock.now(),
        )
        more = {"case": case.number, "handler": handler.key, "released": made.released}
        _record(EventKind.COMPLAINT_ACCEPTED, by, complaint, text, **more)
    return made


def decline(*, by: Actor, complaint: Complaint, text: str) -> Acceptance:
    """Decline (不予受理) with the reason, which is the answer the complainant gets and may dispute.

    Raises as ``accept``, and ComplaintRefused without a reason.
    """
    _receiver(by, complaint)
    if len(text.strip()) < rules.SHORTEST_TEXT:
        raise ComplaintRefused("请写明不予受理的理由，并告诉投诉人可以找谁")
    with transaction.atomic():
        _undecided(complaint)
        now = clock.now()
        made = Acceptance.objects.create(
            complaint=complaint, accepted=False, text=text.strip()[:1000], by_id=by.appointment_id, at=now
        )
        _answer(complaint, by, text, now)
        _record(EventKind.COMPLAINT_DECLINED, by, complaint, text)
    return made


def merge(*, by: Actor, complaint: Complaint, into: Complaint, reason: str) -> Merger:
    """Join a complaint to one of the same matter (并案). Its complainant keeps his code and gets the other's answers.

    Raises NotAllowed outside the receiving unit, ComplaintRefused for one that has its own case, for itself, without a
    reason, and for what ``merging_refused`` names.
    """
    _receiver(by, complaint)
    if not reason.strip():
        raise ComplaintRefused("请写明并案的理由")
    with transaction.atomic():
        root = root_of(into)
        _hold(complaint, root)
        _undecided(complaint)
        if root.pk == complaint.pk or root.receiver_id != complaint.receiver_id:
            raise ComplaintRefused("只能并入本单位受理的另一件投诉")
        if Merger.objects.filter(complaint=root).exists():
            raise ComplaintRefused("要并入的那一件刚刚并入了别件，请刷新后再办")
        if refused := merging_refused(complaint, root):
            raise ComplaintRefused(refused)
        if complaint.merged.exists():
            raise ComplaintRefused("已有其他投诉并入本件，请把那一件并进来")
        made = Merger.objects.create(
            complaint=complaint, into=root, reason=reason.strip()[:300], by_id=by.appointment_id, at=clock.now()
        )
        case = case_of(root)
        if case is not None and case.state != State.CLOSED:
            told = f"并入投诉 {complaint.number}：{handed_on(complaint)}"
            take(by=by, case=case, verb=Verb.NOTE, version=case.version, text=told)
        _record(EventKind.COMPLAINT_MERGED, by, complaint, reason, into=root.number)
    return made


def read_addition(*, by: Actor, entry: Entry, told: str = "") -> Reading:
    """Note that an addition (补充情况) was read; ``told`` is noted in the case, masked, for the unit at work.

    Raises NotAllowed outside the receiving unit, ComplaintRefused for anything else than an addition, a second time,
    and for something to hand on where no case is at work.
    """
    complaint = entry.complaint
    _receiver(by, complaint)
    told = rules.masked(told.strip())[: rules.LONGEST_TEXT]
    with transaction.atomic():
        _hold(complaint)
        if entry.kind != EntryKind.ADDITION or Reading.objects.filter(entry=entry).exists():
            raise ComplaintRefused("这份补充情况已经有人看过，请刷新后再办")
        case = case_of(complaint)
        if told and (case is None or case.state == State.CLOSED):
            raise ComplaintRefused("还没有立项或已经办结，不能转给承办单位；请清空转办内容，只记看过")
        made = Reading.objects.create(entry=entry, told=told, by_id=by.appointment_id, at=clock.now())
        if told and case is not None:
            noted = f"投诉人补充（{complaint.number}）：{told}"
            take(by=by, case=case, verb=Verb.NOTE, version=case.version, text=noted)
        _record(EventKind.COMPLAINT_ADDITION_READ, by, complaint, "", handed_on=bool(told))
    return made


def answer_first(*, by: Actor, complaint: Complaint, text: str) -> Step:
    """Give the first answer (首次答复) as the unit that works on the case; all merged complainants read it.

    Raises as ``cases.actions.take``, and ComplaintRefused without a case.
    """
    by.require(Permission.COMPLAINT_HANDLE)
    case = _case(complaint)
    return take(by=by, case=case, verb=Verb.ANSWER, version=case.version, text=text)


def answer(*, by: Actor, complaint: Complaint, text: str) -> Entry:
    """Give the final answer (答复) as the receiving unit, once the result was reviewed; the case is closed with it.

    Whoever took the case over by decision answers in its place. Raises NotAllowed outside that unit, ComplaintRefused
    before the review, without words, or a second time: what was answered is taken up again by the superior alone.
    """
    by.require(Permission.COMPLAINT_HANDLE)
    by.require_capacity(keeper_id(complaint))
    if len(text.strip()) < rules.SHORTEST_TEXT:
        raise ComplaintRefused("请写明核查结果和处理情况")
    with transaction.atomic():
        root = root_of(complaint)
        _hold(root)
        case = _case(root)
        if case.state not in {State.REVIEWED, State.CLOSED}:
            raise ComplaintRefused("结果复核通过以后才能答复投诉人")
        if case.state == State.CLOSED and root.entries.filter(kind=EntryKind.ANSWER.value).exists():
            raise ComplaintRefused("已经答复并办结；投诉人不满意的，由上级复核后重新办理")
        entry = _answer(root, by, text, clock.now())
        if case.state == State.REVIEWED:
            take(by=by, case=case, verb=Verb.CLOSE, version=case.version, text=f"已答复投诉人：{text.strip()}")
        _record(EventKind.COMPLAINT_ANSWERED, by, root, "", case=case.number)
    return entry


def decide_dispute(
    *, by: Actor, rating: Entry, again: bool, text: str, last_day: dt.date | None = None
) -> DisputeDecision:
    """Decide on 'dissatisfied' as the superior of the receiving unit: upheld, or reopened with a new day to finish.

    Where the receiving unit has no superior, it decides itself, by somebody who has not acted on the complaint.
    Raises NotAllowed in another capacity or for whoever acted on it, ComplaintRefused when it was decided already.
    """
    by.require(Permission.DECISION_ADOPT)
    complaint = root_of(rating.complaint)
    if by.capacity_id != superior_id(complaint):
        raise NotAllowed("不满意的投诉由受理单位的上级单位复核")
    if not text.strip():
        raise ComplaintRefused("请写明复核意见，投诉人看得到")
    if rating.satisfaction != Satisfaction.DISSATISFIED or DisputeDecision.objects.filter(rating=rating).exists():
        raise ComplaintRefused("没有待复核的不满意评价")
    if acted_on(complaint, by.person_id):
        raise NotAllowed("复核须由没有办理过此事的人员作出，换一个履职身份也不可以")
    case = case_of(complaint)
    with transaction.atomic():
        decision = None
        if again and case is not None and case.state == State.CLOSED:
            if last_day is None or last_day < clock.today():
                raise ComplaintRefused("请写明重新办理的期限，不早于今天")
            step = routing.reopen(by=by, case=case, version=case.version, reason=text, last_day=last_day)
            decision = step.decision
        if decision is None:
            decision = make_decision(
                by=by,
                kind=DecisionKind.DECIDE_OBJECTION,
                subject=complaint.number,
                outcome={"again": again},
                reason=text,
                basis=rules.provision(complaint.receiver.level, complaint.matter),
                state={"complaint": complaint.number, "rating": rating.pk},
            )
        made = DisputeDecision.objects.create(
            rating=rating,
            again=again,
            text=text.strip(),
            decision=decision,
            by_id=by.appointment_id,
            at=clock.now(),
        )
        _record(EventKind.COMPLAINT_DECIDED, by, complaint, text, again=again)
    return made


def superior_id(complaint: Complaint) -> int:
    """The capacity that decides on 'dissatisfied': the superior of the receiving unit, itself at the top."""
    receiver = receiving_id(complaint)
    try:
        return agencies.superior(receiver, clock.today()).pk
    except agencies.NoSuperior:
        return receiver


def receiving_id(complaint: Complaint) -> int:
    """The receiving unit, after it was dissolved the one it left its complaints to."""
    return _standing(complaint.receiver_id)


def keeper_id(complaint: Complaint) -> int:
    """The capacity that answers the complainant: who received the complaint, or took its case over by decision."""
    case = case_of(complaint)
    return _standing(case.issuer_id if case else complaint.receiver_id)


def _standing(capacity_id: int) -> int:
    """The capacity itself while it stands, then the nearest of its superiors that does."""
    return agencies.heirs(clock.today()).get(capacity_id, capacity_id)


def acted_on(complaint: Complaint, person_id: int) -> bool:
    """Whether a person took part in what was done with a complaint so far, in whatever capacity."""
    case = case_of(complaint)
    return (
        Acceptance.objects.filter(complaint=complaint, by__person_id=person_id).exists()
        or Entry.objects.filter(complaint=complaint, by__person_id=person_id).exists()
        or (case is not None and case.steps.filter(person_id=person_id).exclude(verb=Verb.REOPEN.value).exists())
    )


def case_of(complaint: Complaint) -> Case | None:
    """The case of a complaint or of the one it was merged into, None before it is taken up."""
    latest = Acceptance.objects.filter(complaint=root_of(complaint)).select_related("case").order_by("-pk").first()
    return latest.case if latest else None


def _case(complaint: Complaint) -> Case:
    case = case_of(complaint)
    if case is None:
        raise ComplaintRefused("这件投诉还没有受理")
    return case


def _receiver(by: Actor, complaint: Complaint) -> None:
    by.require(Permission.COMPLAINT_HANDLE)
    by.require_capacity(receiving_id(complaint))


def merging_refused(complaint: Complaint, root: Complaint) -> str:
    """Why a complaint may not be joined to another of the same receiver, in Chinese; empty when it may."""
    return rules.merge_refused(
        complaint.matter,
        root.matter,
        same_unit=complaint.unit.agency_id == root.unit.agency_id,
        unclear=complaint.receiver_id in {complaint.unit_id, root.unit_id},
        still_open=_still_open(root),
    )


def _still_open(complaint: Complaint) -> bool:
    """Whether a complaint has no answer that stands; a decline is answered, what the superior overruled is not."""
    last = complaint.entries.filter(kind=EntryKind.ANSWER.value).order_by("-pk").first()
    if last is None:
        return True
    since = Q(rating__about=last) | Q(rating__about__complaint=complaint, at__gt=last.at)
    return DisputeDecision.objects.filter(since, again=True).exists()


def read_by_accused(complaint: Complaint) -> frozenset[int]:
    """The capacities whose cases the unit complained of (被投诉单位) reads: its own and all below them."""
    own = Capacity.objects.filter(agency_id=complaint.unit.agency_id).values_list("pk", flat=True)
    return frozenset().union(*(agencies.subtree(one, clock.today()) for one in own))


def _not_its_own(complaint: Complaint, handler: Capacity, reason: str) -> None:
    own = handler.agency_id == complaint.unit.agency_id  # in whatever capacity
    below = rules.of_conduct(complaint.matter) and handler.pk in read_by_accused(complaint)
    if refused := rules.handler_refused(complaint.matter, own=own, below=below, reason=reason):
        raise ComplaintRefused(refused)


def _hold(*complaints: Complaint) -> None:
    """Let nobody else decide on the complaints until the end of the transaction; always in the order of numbers."""
    for number in sorted(one.number for one in complaints):
        one_at_a_time(f"complaint {number}")


def _undecided(complaint: Complaint) -> None:
    """Hold the complaint and refuse when it was merged or decided; a decline that the superior overruled is open.

    Whoever was merged into it may have brought the superior to that.
    """
    _hold(complaint)
    latest = Acceptance.objects.filter(complaint=complaint).order_by("-pk").first()
    overruled = (
        latest is not None
        and not latest.accepted
        and DisputeDecision.objects.filter(rating__about__complaint=complaint, again=True, at__gte=latest.at).exists()
    )
    if Merger.objects.filter(complaint=complaint).exists() or (latest is not None and not overruled):
        raise ComplaintRefused("这件投诉已有受理决定或已并案，请刷新后再办")


def _answer(complaint: Complaint, by: Actor, text: str, at: dt.datetime) -> Entry:
    return Entry.objects.create(
        complaint=complaint, kind=EntryKind.ANSWER.value, text=text.strip(), by_id=by.appointment_id, at=at
    )


def handed_on(complaint: Complaint) -> str:
    """What a unit is told of a complaint unless the desk writes it anew: the words, masked, where and when, what was
    added and what those said who were merged into it before; cut where it would be too long for the case.
    """
    told = [complaint.text]
    if complaint.place:
        told.append(f"地点：{complaint.place}")
    if complaint.happened:
        told.append(f"时间：{complaint.happened}")
    added = complaint.entries.filter(kind=EntryKind.ADDITION.value).order_by("pk")
    told += [f"补充：{entry.text}" for entry in added]
    told += [f"并入投诉 {one.complaint.number}：{handed_on(one.complaint)}" for one in joined(complaint)]
    return rules.masked("\n".join(told))[: rules.LONGEST_HANDED_ON]


def joined(complaint: Complaint) -> QuerySet[Merger]:
    """Who was merged into a complaint, in that order."""
    return complaint.merged.select_related("complaint").order_by("pk")


def _record(kind: EventKind, by: Actor, complaint: Complaint, reason: str, **more: object) -> None:
    audit.record(
        kind=kind,
        by=by,
        object_type="complaint",
        object_id=complaint.pk,
        norm=rules.provision(complaint.receiver.level, complaint.matter),
        reason=reason.strip()[:500],
        details={"number": complaint.number, **more},
    )
