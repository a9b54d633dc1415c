"""Load the rule book; adopt and withdraw cadences, change parameters and calendar days by decision."""

import datetime as dt

from django.db import transaction

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import CapacityLevel, CapacityMode
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.decisions.actions import make_decision
from jianguan.backbone.decisions.models import DecisionKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules import book as books
from jianguan.backbone.rules import queries, rules
from jianguan.backbone.rules.models import (
    CadenceAdoption,
    CadenceKind,
    CalendarDay,
    Norm,
    Parameter,
    ParameterValue,
)
from jianguan.backbone.rules.rules import NotCompetent, NotDecidable, TooLoose
from jianguan.engines.regulation.rulebook import RuleBook
from jianguan.kit import clock


def load_rulebook(*, book: RuleBook) -> dict[str, int]:
    """Bring a rule book in and return how many rows of each kind were new; a second time changes nothing.

    Raises TextChanged when the text of a provision differs from the one on record, AmbiguousRule when two norms
    replace the same one on the same day, NotDecidable for a value that its unit cannot have.
    """
    with transaction.atomic():
        counts = {
            "versions": books.write_versions(book),
            "provisions": books.write_provisions(book),
            "norms": books.write_norms(book, clock.today()),
            "parameters": books.write_parameters(book),
            "checklists": books.write_checklists(book),
            "calendar": books.write_calendar(),
        }
        queries.norms_in_force(max(clock.today(), rules.IN_FORCE_SINCE))
        if any(counts.values()):
            audit.record(
                kind=EventKind.RULEBOOK_LOADED,
                by=None,
                object_type="version",
                object_id=book.instrument.urn,
                after=counts,
                details=counts,
            )
    return counts


def adopt_cadence(
    *,
    by: Actor,
    norm_key: str,
    cadence: str,
    times: int = 1,
    valid_from: dt.date,
    reason: str,
    number: str = "",
) -> CadenceAdoption:
    """Adopt a number for a soft word (定期 不定期 适时 及时) for the capacity acted in and those below it.

    Raises NotAllowed without ``decision.adopt``, NotDecidable for a norm that is not soft or a cadence that does not
    fit its measure, NotCompetent for a capacity that neither bears the norm nor oversees a bearer, TooLoose when a
    superior adopted a stricter one.
    """
    by.require(Permission.DECISION_ADOPT)
    norm = _soft_norm(norm_key, valid_from)
    rules.check_cadence(norm.measure, cadence, times)
    _require_competent(by, norm, valid_from)
    above = queries.chains(valid_from).get(by.capacity_id, (by.capacity_id,))[1:]
    wanted = rules.Adoption(0, norm_key, by.capacity_id, cadence, times, valid_from, clock.now())
    bound = rules.cadence_in_force(queries.adoptions().get(norm_key, []), above, valid_from)
    if bound is not None and rules.acts_a_year(wanted) < rules.acts_a_year(bound):
        raise TooLoose(
            f"上级已采纳{CadenceKind(bound.cadence).label}{bound.times}次，下级只能更严，不能采纳"
            f"{CadenceKind(cadence).label}{times}次"
        )
    return _record_cadence(
        by=by,
        norm=norm,
        cadence=cadence,
        times=times,
        valid_from=valid_from,
        reason=reason,
        number=number,
        event=EventKind.CADENCE_ADOPTED,
    )


def withdraw_cadence(
    *, by: Actor, norm_key: str, valid_from: dt.date, reason: str, number: str = ""
) -> CadenceAdoption:
    """End from a day on what the capacity acted in adopted; a superior's number, if any, then holds.

    Raises NotAllowed without ``decision.adopt`` and NotDecidable when it adopted nothing that holds on that day.
    """
    by.require(Permission.DECISION_ADOPT)
    norm = _soft_norm(norm_key, valid_from)
    own = rules.cadence_in_force(queries.adoptions().get(norm_key, []), (by.capacity_id,), valid_from)
    if own is None:
        raise NotDecidable(f"{by.capacity_name}在 {valid_from} 没有已采纳的周期可以撤销")
    return _record_cadence(
        by=by,
        norm=norm,
        cadence="",
        times=own.times,
        valid_from=valid_from,
        reason=reason,
        number=number,
        event=EventKind.CADENCE_WITHDRAWN,
    )


def _soft_norm(norm_key: str, on: dt.date) -> Norm:
    _require_since(on)
    norm = Norm.objects.filter(key=norm_key, valid__contains=on).select_related("provision").first()
    if norm is None:
        raise NotDecidable(f"{on} 没有规范要素 {norm_key}")
    if norm.cadence != CadenceKind.SOFT:
        raise NotDecidable(f"{norm_key} 的周期由条文规定（{norm.get_cadence_display()}），不能另行采纳")
    return norm


def _require_since(on: dt.date) -> None:
    if on < rules.IN_FORCE_SINCE:
        raise NotDecidable(f"{on} 早于规定施行日期 {rules.IN_FORCE_SINCE}")


def _require_competent(by: Actor, norm: Norm, on: dt.date) -> None:
    bearers = {one.pk for one in queries.bearers(norm, on)}
    if not bearers & agencies.subtree(by.capacity_id, on):
        raise NotCompetent(f"{by.capacity_name}既不承担 {norm.key}，也不是承担单位的上级，不能确定其周期")


def _record_cadence(
    *,
    by: Actor,
    norm: Norm,
    cadence: str,
    times: int,
    valid_from: dt.date,
    reason: str,
    number: str,
    event: EventKind,
) -> CadenceAdoption:
    outcome = {"norm": norm.key, "cadence": cadence, "times": times, "valid_from": valid_from.isoformat()}
    verb = "确定" if cadence else "撤销"
    with transaction.atomic():
        before = queries.cadence(norm.key, by.capacity_id, valid_from)
        state = {"norm": norm.pk, "adoption": before.id if before else None}
        decision = make_decision(
            by=by,
            kind=DecisionKind.ADOPT_CADENCE,
            subject=f"{verb}“{norm.cadence_word}”的周期：{norm.title}",
            outcome=outcome,
            reason=reason,
            basis=norm.provision.item,
            number=number,
            state=state,
            published=True,
        )
        adoption = CadenceAdoption.objects.create(
            norm_key=norm.key,
            capacity_id=by.capacity_id,
            cadence=cadence,
            times=times,
            valid_from=valid_from,
            recorded_at=clock.now(),
            decision=decision,
        )
        audit.record(
            kind=event,
            by=by,
            object_type="cadence",
            object_id=adoption.pk,
            norm=norm.key,
            reason=reason,
            before=state,
            after=outcome,
            details=outcome,
        )
    return adoption


def change_parameter(
    *,
    by: Actor,
    key: str,
    value: int | str | None,
    valid_from: dt.date,
    reason: str,
    reference: str = "",
    number: str = "",
) -> ParameterValue:
    """Set a parameter from a day on: for all when the province decides, else for the capacity acted in and below.

    What was opened before stays pinned to the older value. ``value`` None ends the value of this scope.
    Raises NotAllowed without ``decision.adopt``, Parameter.DoesNotExist, NotDecidable for a value that its unit cannot
    have, TooLoose when a number of the text would be loosened or a lower level would not be stricter.
    """
    by.require(Permission.DECISION_ADOPT)
    _require_since(valid_from)
    parameter = Parameter.objects.get(key=key)
    province = by.level == CapacityLevel.PROVINCE and by.mode == CapacityMode.OWN
    scope = None if province else by.capacity_id
    text = None if value is None else str(value)
    if text is not None:
        rules.check_value(parameter.unit, text)
    _require_strict(parameter, by, scope, text, valid_from)
    outcome = {"parameter": key, "value": text, "valid_from": valid_from.isoformat(), "scope": scope}
    with transaction.atomic():
        before = queries.parameter_value(key, scope, valid_from)
        state = {"value": before.id if before else None}
        decision = make_decision(
            by=by,
            kind=DecisionKind.CHANGE_PARAMETER,
            subject=f"{parameter.title}：{before.value if before else '未定'} → {text or '终止'}",
            outcome=outcome,
            reason=reason,
            basis=parameter.provision,
            number=number,
            state=state,
            published=True,
        )
        row = ParameterValue.objects.create(
            parameter=parameter,
            capacity_id=scope,
            value=text,
            valid_from=valid_from,
            recorded_at=clock.now(),
            reference=reference or number or f"决定{decision.pk}",
            reason=reason[:300],
            decision=decision,
        )
        audit.record(
            kind=EventKind.PARAMETER_CHANGED,
            by=by,
            object_type="parameter",
            object_id=row.pk,
            norm=parameter.provision,
            reason=reason,
            before=state,
            after=outcome,
            details=outcome,
        )
    return row


def _require_strict(parameter: Parameter, by: Actor, scope: int | None, value: str | None, valid_from: dt.date) -> None:
    """Raise TooLoose when a value would loosen the text or a superior's value."""
    if parameter.origin == "law":
        issued = ParameterValue.objects.filter(parameter=parameter, decision=None, value__isnull=False)
        text = issued.filter(valid_from__lte=valid_from).order_by("valid_from", "recorded_at").last()
        if text is not None and text.value is not None:
            if value is None and scope is None:
                raise TooLoose(f"“{parameter.title}”由条文规定，不能终止")
            if value is not None and not rules.stricter_or_equal(parameter.direction, value, text.value):
                raise TooLoose(f"“{parameter.title}”条文规定为 {text.value}，不能放宽为 {value}")
    if scope is None or value is None:
        return
    above = queries.chains(valid_from).get(scope, (scope,))[1:]
    bound = rules.value_in_force(queries.values().get(parameter.key, []), above, valid_from)
    if (
        bound is not None
        and bound.value is not None
        and not rules.stricter_or_equal(parameter.direction, value, bound.value)
    ):
        raise TooLoose(f"上级规定“{parameter.title}”为 {bound.value}，{by.capacity_name}只能更严，不能定为 {value}")


def change_calendar_day(
    *, by: Actor, day: dt.date, is_workday: bool, name: str, source: str, reason: str
) -> CalendarDay:
    """Enter or correct one day of the working-day calendar with the notice it rests on.

    Raises NotAllowed without ``rule.manage``, NotCompetent outside the province, NotDecidable without a source.
    """
    by.require(Permission.RULE_MANAGE)
    if by.level != CapacityLevel.PROVINCE or by.mode != CapacityMode.OWN:
        raise NotCompetent("工作日历由省级统一维护")
    if not source.strip() or not name.strip():
        raise NotDecidable("请写明这一天的名称和所依据的通知")
    with transaction.atomic():
        old = CalendarDay.objects.filter(day=day).values("is_workday", "name", "source", "confirmed").first()
        row, _ = CalendarDay.objects.update_or_create(
            day=day, defaults={"is_workday": is_workday, "name": name, "source": source, "confirmed": True}
        )
        audit.record(
            kind=EventKind.CALENDAR_CHANGED,
            by=by,
            object_type="calendar-day",
            object_id=day,
            reason=reason,
            before=old or {},
            after={"is_workday": is_workday, "name": name, "source": source, "confirmed": True},
            details={"day": day.isoformat(), "is_workday": is_workday, "name": name, "source": source},
        )
    return row
