"""Learners who may only learn on site for a while (现场教育限制, clause 13.1): impose, lift, register, answer.

A learner is known by the pseudonym of his identity number; the number itself lies sealed with the facts.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.cases.actions import CaseRefused
from jianguan.backbone.cases.followups import OnSiteLearning, Restriction, RestrictionInquiry, RestrictionLift
from jianguan.backbone.cases.models import Case, Step
from jianguan.backbone.cases.rules import DONE_BY_HANDLER, LEARNER, State, Verb
from jianguan.backbone.decisions.actions import make_decision
from jianguan.backbone.decisions.models import DecisionKind
from jianguan.backbone.documents.rules import clean
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules import queries as rulebook
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.subjects.models import Subject, SubjectKind
from jianguan.engines.calendar.workdays import add_years
from jianguan.engines.validators.forms import is_identity_card
from jianguan.facts import identities, places
from jianguan.facts.models import Source
from jianguan.kit import clock

KIND, PROVISION = "substitute-learner", "13.1"
TERM = "13.1b.on-site-only"
CONTRACT = "learning_session"
"""Sources of this contract are the education platforms; their token may ask."""
MOST_A_MINUTE, MOST_A_DAY = 60, 20_000
PAGE = 50


class RestrictionRefused(CaseRefused):
    """The restriction cannot be imposed, lifted or added to so. The message is Chinese and shown to the user."""


class TooManyInquiries(ValueError):
    """A platform asks too often. ``seconds``: when to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__("查询过于频繁，请稍后再试")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """All a platform is told: whether the learner may only learn on site, and until when (first day without it)."""

    on_site_only: bool
    until: dt.date | None


def learner(*, identity: str, name: str) -> dict[str, str]:
    """What a case of this kind holds of a learner: pseudonym and masked name; the number is kept sealed.

    Raises RestrictionRefused for what is no identity number.
    """
    number = identity.strip().upper()
    if not is_identity_card(number):
        raise RestrictionRefused("学员的居民身份证号码有误，请核对")
    pseudonym = places.secret().of(number)
    identities.keep(places.secret(), [(pseudonym, number)])
    return {LEARNER: pseudonym, "masked": masked(clean(name), number)}


def masked(name: str, number: str) -> str:
    """'王*（尾号 123X）': enough for the unit that knows the learner, not for anybody else."""
    return f"{name[:1]}{'*' * min(max(len(name) - 1, 1), 3)}（尾号 {number[-4:]}）"


def impose(*, by: Actor, case: Case, reason: str) -> Restriction:
    """Restrict the learner of a case that was found true and passed its review; by decision, from today on.

    By the unit that ordered the case or the one that looked into it, never by whoever worked on it. Raises NotAllowed
    without ``decision.adopt`` or for any other unit, RestrictionRefused for another kind, an open or unfounded case,
    while an earlier one stands, or while no term is adopted.
    """
    by.require(Permission.DECISION_ADOPT)
    if by.capacity_id != case.handler_id:
        by.require_capacity(case.issuer_id)
    with transaction.atomic():
        held = Case.objects.select_for_update().get(pk=case.pk)
        if held.kind != KIND:
            raise RestrictionRefused("只有替学核查的事项可以作出现场教育限制")
        said = _found_true(held)
        if said is None:
            raise RestrictionRefused("须经核查属实并复核通过，才能作出现场教育限制")
        if _worked(held, by):
            raise RestrictionRefused("办理该事项的人员不能作出决定，换一个履职身份也不可以")
        now = clock.now()
        if Restriction.objects.filter(case=held, lift=None, until__gt=now.date()).exists():
            raise RestrictionRefused("该事项已经作出现场教育限制")
        value = rulebook.parameter_value(TERM, by.capacity_id, now.date())
        if value is None or value.value is None:
            raise RestrictionRefused("规则库中没有现场教育限制的期限，请先设定")
        until = add_years(now.date(), int(value.value), "up")
        session = clean(str(held.data.get("session", "")))[:80]
        decision = make_decision(
            by=by,
            kind=DecisionKind.RESTRICT_LEARNER,
            subject=held.number,
            outcome={"on_site_only_until": until.isoformat(), "session_void": session},
            reason=reason,
            basis=PROVISION,
            state={"case": held.number, "version": held.version, "outcome": said.pk},
        )
        try:
            with transaction.atomic():
                made = Restriction.objects.create(
                    capacity_id=by.capacity_id,
                    case=held,
                    learner=held.data[LEARNER],
                    masked=str(held.data.get("masked", ""))[:40],
                    session=session,
                    since=now.date(),
                    until=until,
                    pinned={TERM: {"id": value.id, "value": value.value, "reference": value.reference}},
                    decision=decision,
                    decided_at=now,
                    synthetic=held.synthetic,
                )
        except IntegrityError as twice:  # by the other unit, whose restriction this one does not see
            raise RestrictionRefused("该事项已经作出现场教育限制") from twice
        _record(by, EventKind.RESTRICTION_IMPOSED, made, {"until": until.isoformat()}, decision.reason)
    return made


def may_restrict(by: Actor, case: Case) -> bool:
    """Whether somebody may restrict the learner of a case as it stands: his permission, his unit, what he did in it."""
    return (
        case.kind == KIND
        and by.may(Permission.DECISION_ADOPT)
        and by.capacity_id in {case.issuer_id, case.handler_id}
        and _found_true(case) is not None
        and not _worked(case, by)
    )


def _found_true(case: Case) -> Step | None:
    """The step that found a case true, once it passed its review; None before."""
    said = case.steps.filter(verb=Verb.SUBMIT.value).order_by("-version").first()
    passed = case.state in {State.REVIEWED, State.CLOSED}
    return said if passed and said is not None and said.data.get("outcome") == "true" else None


def _worked(case: Case, by: Actor) -> bool:
    return case.steps.filter(person_id=by.person_id, verb__in=[one.value for one in DONE_BY_HANDLER]).exists()


def lift(*, by: Actor, restriction: Restriction, reason: str) -> RestrictionLift:
    """End a restriction from today on by decision; by the unit that imposed it or one above.

    Raises NotAllowed without ``decision.adopt`` or out of scope, RestrictionRefused when it has ended.
    """
    by.require(Permission.DECISION_ADOPT)
    by.require_in_scope(restriction.capacity_id)
    now = clock.now()
    if restriction.until <= now.date():
        raise RestrictionRefused("该限制已经期满，无须解除")
    try:
        with transaction.atomic():
            decision = make_decision(
                by=by,
                kind=DecisionKind.LIFT_RESTRICTION,
                subject=restriction.case.number,
                outcome={"since": now.date().isoformat()},
                reason=reason,
                basis=PROVISION,
                state={"restriction": restriction.pk, "until": restriction.until.isoformat()},
            )
            made = RestrictionLift.objects.create(
                restriction=restriction,
                capacity_id=restriction.capacity_id,
                since=now.date(),
                reason=decision.reason,
                decision=decision,
                at=now,
            )
            _record(by, EventKind.RESTRICTION_LIFTED, restriction, {}, decision.reason)
    except IntegrityError as twice:
        raise RestrictionRefused("该限制已经解除") from twice
    return made


def register(
    *, by: Actor, restriction: Restriction, day: dt.date, subject: Subject | None = None, remark: str = ""
) -> OnSiteLearning:
    """Register that a restricted learner learned on site on a day; once a day.

    Raises NotAllowed without ``registration.manage`` or out of scope, RestrictionRefused for a day outside of the
    restriction or in the future, a place that is no education site, or a second time.
    """
    by.require(Permission.REGISTRATION_MANAGE)
    by.require_in_scope(restriction.capacity_id)
    if not restriction.since <= day <= min(clock.today(), ended_on(restriction) - dt.timedelta(days=1)):
        raise RestrictionRefused("现场学习日期须在限制期内，且不晚于今天")
    if subject is not None and subject.kind != SubjectKind.EDUCATION_SITE:
        raise RestrictionRefused("请选择审验教育场所")
    try:
        with transaction.atomic():
            made = OnSiteLearning.objects.create(
                restriction=restriction,
                capacity_id=restriction.capacity_id,
                day=day,
                subject=subject,
                remark=clean(remark)[:200],
                by_id=by.appointment_id,
                at=clock.now(),
            )
            _record(by, EventKind.RESTRICTION_REGISTERED, restriction, {"day": day.isoformat()})
    except IntegrityError as twice:
        raise RestrictionRefused(f"该学员 {day} 的现场学习已经登记") from twice
    return made


def ended_on(restriction: Restriction) -> dt.date:
    """The first day without the restriction: its own, or that of the decision that lifted it."""
    found = getattr(restriction, "lift", None)
    return min(found.since, restriction.until) if found else restriction.until


def standing(pseudonym: str, on: dt.date) -> Restriction | None:
    """The restriction of a learner that holds on a day and lasts longest, None without one."""
    held = Restriction.objects.filter(learner=pseudonym, since__lte=on, until__gt=on)
    return held.exclude(lift__since__lte=on).order_by("-until", "-pk").first()


def listed(
    scope: Scope, *, on: dt.date | None = None, before: int | None = None, limit: int = PAGE
) -> list[Restriction]:
    """Restrictions of a scope, newest first, after the id ``before``; ``on`` narrows to those that hold on a day."""
    found = Restriction.objects.filter(capacity_id__in=scope.capacity_ids)
    if on is not None:
        found = found.filter(since__lte=on, until__gt=on).exclude(lift__since__lte=on)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.select_related("capacity__agency", "case", "lift", "decision").order_by("-pk")[:limit])


def answer(*, source: Source, identity: str) -> Answer:
    """What an education platform is told of a learner; every question is kept and counted.

    Runs as the system. Raises RestrictionRefused for what is no identity number or a source that may not ask,
    TooManyInquiries past 60 a minute or 20,000 a day.
    """
    number = identity.strip().upper()
    if source.contract != CONTRACT:
        raise RestrictionRefused("该令牌不能查询现场教育限制")
    if not is_identity_card(number):
        raise RestrictionRefused("居民身份证号码有误")
    pseudonym, now = places.secret().of(number), clock.now()
    with scopes.within(scopes.everything()):
        Source.objects.select_for_update().get(pk=source.pk)  # one question of a source at a time, so that counts hold
        asked = RestrictionInquiry.objects.filter(source=source)
        for most, span in ((MOST_A_MINUTE, dt.timedelta(minutes=1)), (MOST_A_DAY, dt.timedelta(days=1))):
            if asked.filter(at__gt=now - span, at__lte=now).count() >= most:
                raise TooManyInquiries(int(span.total_seconds()))
        found = standing(pseudonym, now.date())
        told = Answer(found is not None, found.until if found else None)
        RestrictionInquiry.objects.create(
            source=source,
            capacity_id=source.capacity_id,
            learner=pseudonym,
            on_site_only=told.on_site_only,
            until=told.until,
            at=now,
        )
        audit.record(
            kind=EventKind.RESTRICTION_ASKED,
            by=None,
            object_type="restriction",
            object_id=found.pk if found else "",
            norm=PROVISION,
            details={"source": source.key, "learner": pseudonym, "on_site_only": told.on_site_only},
        )
    return told


def _record(by: Actor, kind: EventKind, restriction: Restriction, details: Mapping[str, Any], reason: str = "") -> None:
    audit.record(
        kind=kind,
        by=by,
        object_type="restriction",
        object_id=restriction.pk,
        norm=PROVISION,
        reason=reason,
        details={"case": restriction.case.number, "learner": restriction.learner} | dict(details),
    )
