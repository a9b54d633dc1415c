"""End a unit by decision (撤销单位), and say which open cases it leaves to be handed over."""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet

from jianguan.backbone.agencies import actions as agencies
from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.cases.actions import CaseRefused
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.rules import State
from jianguan.backbone.decisions.actions import make_decision
from jianguan.backbone.decisions.models import Decision, DecisionKind
from jianguan.backbone.people.acting import Actor
from jianguan.kit import clock


def dissolve(*, by: Actor, capacity: Capacity, on: dt.date, reason: str) -> Decision:
    """End a capacity from a day on, by a decision of the province.

    Its open cases stay where they are until each is handed over by decision; until then its superior is told of them.
    Raises NotAllowed without ``decision.adopt``, ReasonMissing, CaseRefused for a day that is over, and NotDecidable
    for anybody but the province or while others are supervised by it.
    """
    if on < clock.today():
        raise CaseRefused("撤销日不能早于今天")
    with transaction.atomic():
        left = sorted(left_by(capacity).values_list("number", flat=True))
        decision = make_decision(
            by=by,
            kind=DecisionKind.END_CAPACITY,
            subject=capacity.title,
            outcome={"capacity": capacity.key, "from": on.isoformat()},
            reason=reason,
            state={"capacity": capacity.key, "cases": left},
        )
        agencies.end_capacity(by=by, capacity=capacity, on=on, basis=reason)
    return decision


def left_by(capacity: Capacity) -> QuerySet[Case]:
    """Open cases that a capacity ordered or works on, the oldest first."""
    found = Case.objects.filter(Q(handler=capacity) | Q(issuer=capacity)).exclude(state=State.CLOSED.value)
    return found.select_related("handler__agency", "issuer__agency").order_by("pk")
