"""Make a decision (决定): who decided what, about which state, and why."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.decisions.models import Decision, DecisionKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.kit import clock
from jianguan.kit.digests import digest_of


class ReasonMissing(ValueError):
    """A decision without a reason. The message is Chinese and shown to the user."""


def make_decision(
    *,
    by: Actor,
    kind: DecisionKind,
    subject: str,
    outcome: Mapping[str, Any],
    reason: str,
    basis: str = "",
    number: str = "",
    state: Mapping[str, Any] | None = None,
    published: bool = False,
) -> Decision:
    """Record a decision of the capacity acted in; ``state`` is what was decided on, kept as its digest.

    Raises NotAllowed without ``decision.adopt`` and ReasonMissing without a reason.
    """
    by.require(Permission.DECISION_ADOPT)
    if not reason.strip():
        raise ReasonMissing("请写明决定的理由")
    with transaction.atomic():
        decision = Decision.objects.create(
            kind=kind,
            capacity_id=by.capacity_id,
            number=number,
            subject=subject,
            outcome=dict(outcome),
            reason=reason.strip(),
            basis=basis,
            state_digest=digest_of(state) if state is not None else "",
            decided_by_id=by.appointment_id,
            decided_by_name=by.person_name,
            decided_at=clock.now(),
            published=published,
        )
        audit.record(
            kind=EventKind.DECISION_MADE,
            by=by,
            object_type="decision",
            object_id=decision.pk,
            norm=basis,
            reason=decision.reason,
            before=state,
            after=outcome,
            details={"kind": kind.value, "subject": subject},
        )
    return decision
