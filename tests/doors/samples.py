"""Sample arguments of every address that needs some. The objects belong to 长春; whoever does not see it gets 404.

A page added later is walked by itself; when its address has arguments, add a line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from doors.world import HERE, World

PORTAL = {
    "portal",
    "portal-add",
    "portal-follow",
    "portal-leave",
    "portal-mine",
    "portal-photo",
    "portal-rate",
    "portal-report",
    "portal-verify",
}
PUBLIC = {"ping", "login"} | PORTAL
"""Addresses that answer somebody not signed in."""

UNGUARDED = PUBLIC | {"logout", "second-factor", "second-factor-enrol", "posts", "password"}
"""Addresses of signing in, which need no post and therefore no permission."""


@dataclass(frozen=True)
class Sample:
    """Arguments of an address; ``owned`` when they name an object of 长春 and not something open to all."""

    arguments: Callable[[World], dict[str, Any]]
    owned: bool = True


def row(name: str, label: str) -> Sample:
    """The argument ``name`` is the key of 长春's row of a model."""
    return Sample(lambda world: {name: world.pk(label)})


def given(**arguments: Any) -> Sample:
    """Arguments that name something open to all who may read it."""
    return Sample(lambda world: arguments, owned=False)


def number(label: str) -> Sample:
    """The argument ``number`` is that of 长春's row of a model."""
    return Sample(lambda world: {"number": world.rows[label].number})


SAMPLES: dict[str, Sample] = {
    "account-add": row("person_id", "people.person"),
    "account-change": Sample(lambda world: {"person_id": world.pk("people.person"), "verb": "unlock"}),
    "agency": given(slug="changchun"),
    "alert": row("number", "alerts.alert"),
    "alert-receive": row("number", "alerts.alert"),
    "appointment-add": row("person_id", "people.person"),
    "appointment-end": row("appointment_id", "people.appointment"),
    "approval": row("number", "approvals.application"),
    "approval-correct": row("number", "approvals.application"),
    "approval-file": Sample(lambda world: {"number": world.pk("approvals.application"), "digest": "0" * 64}),
    "approval-new": given(key="data-change"),
    "approval-pdf": row("number", "approvals.application"),
    "approval-print": row("number", "approvals.application"),
    "approval-refuse": row("number", "approvals.application"),
    "approval-return": row("number", "approvals.application"),
    "approval-reveal": row("number", "approvals.application"),
    "approval-roll-back": row("number", "approvals.application"),
    "approval-sign": row("number", "approvals.application"),
    "approval-withdraw": row("number", "approvals.application"),
    "approval-word": row("number", "approvals.application"),
    "audit-event": row("event_id", "audit.event"),
    "campaign": row("campaign_id", "campaigns.campaign"),
    "campaign-export": row("campaign_id", "campaigns.campaign"),
    "campaign-freeze": row("campaign_id", "campaigns.campaign"),
    "campaign-publish": row("campaign_id", "campaigns.campaign"),
    "campaign-published": Sample(lambda world: {"publication_id": 0}, owned=False),
    "capacity": given(key=HERE),
    "case": row("pk", "cases.case"),
    "case-act": Sample(lambda world: {"pk": world.pk("cases.case"), "verb": "note"}),
    "case-attach": row("pk", "cases.case"),
    "case-attachment": row("number", "cases.attachment"),
    "case-orders-refused": row("number", "cases.orderlist"),
    "case-orders-show": row("number", "cases.orderlist"),
    "case-recheck": row("number", "cases.recheck"),
    "case-restrict": row("pk", "cases.case"),
    "case-restriction-learned": row("number", "cases.restriction"),
    "case-restriction-lift": row("number", "cases.restriction"),
    "check": row("check_id", "work.check"),
    "check-correct": row("check_id", "work.check"),
    "check-log": row("check_id", "work.check"),
    "check-print": row("check_id", "work.check"),
    "check-sign": row("site_id", "subjects.subject"),
    "clip": row("clip_id", "evidence.clip"),
    "clip-export": row("clip_id", "evidence.clip"),
    "clip-still": row("clip_id", "evidence.clip"),
    "complaint": number("complaints.complaint"),
    "complaint-accept": number("complaints.complaint"),
    "complaint-addition": number("complaints.complaint"),
    "complaint-answer": number("complaints.complaint"),
    "complaint-decline": number("complaints.complaint"),
    "complaint-dispute": number("complaints.complaint"),
    "complaint-first-answer": number("complaints.complaint"),
    "complaint-merge": number("complaints.complaint"),
    "complaint-photo": Sample(lambda world: {"name": world.rows["complaints.photo"].name}),
    "document": row("number", "documents.document"),
    "document-acknowledge": row("service_id", "documents.service"),
    "document-decide": row("number", "documents.objection"),
    "document-dispatch": row("number", "documents.document"),
    "document-draft": row("number", "documents.draft"),
    "document-draft-act": Sample(lambda world: {"number": world.pk("documents.draft"), "verb": "issue"}),
    "document-draft-sheet": Sample(lambda world: {"number": world.pk("documents.draft"), "sheet": 1}),
    "document-object": row("number", "documents.service"),
    "document-page": row("number", "documents.document"),
    "document-pdf": row("number", "documents.document"),
    "document-print": row("number", "documents.document"),
    "document-read": row("number", "documents.service"),
    "document-receipt": row("number", "documents.dispatch"),
    "document-refuse": row("number", "documents.service"),
    "document-sheet": Sample(lambda world: {"number": world.pk("documents.document"), "sheet": 1}),
    "document-slip": row("number", "documents.receipt"),
    "document-withdraw": row("number", "documents.document"),
    "document-word": row("number", "documents.document"),
    "draw": row("number", "draws.draw"),
    "draw-enlarge": row("number", "draws.draw"),
    "draw-export": row("number", "draws.draw"),
    "draw-items-csv": row("number", "draws.draw"),
    "draw-items-xlsx": row("number", "draws.draw"),
    "draws-number-confirm": given(number=1),
    "draws-reveal": row("number", "draws.commitment"),
    "facts-batch": Sample(lambda world: {"number": world.rows["facts.quarantine"].batch_id}, owned=False),
    "facts-marked": Sample(lambda world: {"number": world.rows["facts.quarantine"].batch_id}),
    "facts-refusal": row("number", "facts.quarantine"),
    "facts-repair": row("number", "facts.quarantine"),
    "facts-rerun": Sample(lambda world: {"number": world.rows["facts.quarantine"].batch_id}, owned=False),
    "facts-source": Sample(lambda world: {"number": world.rows["facts.quarantine"].batch.source_id}, owned=False),
    "facts-source-close": Sample(lambda world: {"number": world.rows["facts.quarantine"].batch.source_id}, owned=False),
    "identity-ask": number("complaints.complaint"),
    "identity-decide": row("request_id", "complaints.identityrequest"),
    "identity-look": row("request_id", "complaints.identityrequest"),
    "inspection": row("inspection_id", "campaigns.inspection"),
    "inspection-picture": row("photo_id", "campaigns.sitephoto"),
    "patrol-beat": row("visit_id", "patrol.patrolvisit"),
    "patrol-picture": Sample(lambda world: {"visit_id": world.pk("patrol.patrolvisit"), "number": 0}),
    "patrol-result": row("stop_id", "patrol.patrolstop"),
    "patrol-round": row("round_id", "patrol.patrolround"),
    "patrol-snapshot": row("snapshot_id", "patrol.patrolsnapshot"),
    "patrol-snapshot-keep": row("visit_id", "patrol.patrolvisit"),
    "patrol-visit": row("stop_id", "patrol.patrolstop"),
    "patrol-wall": row("visit_id", "patrol.patrolvisit"),
    "person": row("person_id", "people.person"),
    "person-reveal": row("person_id", "people.person"),
    "population": row("number", "work.population"),
    "population-manifest": row("number", "work.population"),
    "portal-photo": given(number=1),
    "post-end": row("post_id", "people.post"),
    "proof": Sample(lambda world: {"norm": "5.3-roster", "capacity": HERE, "first": "2026-03-02"}),
    "proof-cell": Sample(lambda world: {"item": "5.3", "capacity": HERE}),
    "provision": given(item="6.6"),
    "recusal-end": row("number", "draws.recusal"),
    "registration": row("number", "registrations.registration"),
    "registration-end": row("number", "registrations.registration"),
    "registration-file": row("number", "registrations.registration"),
    "registration-print": row("number", "registrations.registration"),
    "registration-receive": row("number", "registrations.registration"),
    "review-correct": row("number", "review.review"),
    "review-draft": row("number", "review.assignment"),
    "review-hand-over": row("number", "review.assignment"),
    "review-item": row("number", "review.assignment"),
    "review-leave": row("number", "review.assignment"),
    "review-picture": Sample(
        lambda world: {"number": world.pk("review.assignment"), "recording_id": world.pk("evidence.recording")}
    ),
    "review-reveal": row("number", "review.assignment"),
    "review-show": row("number", "review.review"),
    "review-stand-in": row("item_id", "draws.drawitem"),
    "review-submit": row("number", "review.assignment"),
    "review-take": row("population_id", "work.population"),
    "roster": row("entry_id", "people.rosterentry"),
    "roster-withdraw": row("entry_id", "people.rosterentry"),
    "rules-cadence": given(key="4.4-guidance"),
    "rules-cadence-withdraw": given(key="4.4-guidance"),
    "rules-day": given(day="2026-10-01"),
    "rules-parameter": given(key="6.6.percent"),
    "watching": row("recording_id", "evidence.recording"),
    "watching-photo": row("recording_id", "evidence.recording"),
    "watching-work": row("recording_id", "evidence.recording"),
}
