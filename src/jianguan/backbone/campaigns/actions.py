"""Open a campaign (专项检查), freeze its targets and inspectors, publish what came of it."""

import datetime as dt

from django.db import transaction

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.campaigns import queries, rules
from jianguan.backbone.campaigns.models import Campaign, CampaignFrame, Outcome, Publication
from jianguan.backbone.campaigns.rules import Plan
from jianguan.backbone.draws import actions as draws
from jianguan.backbone.draws import shares
from jianguan.backbone.draws import terms as drawing_terms
from jianguan.backbone.draws.rules import seed_day
from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.backbone.work.models import Population, PopulationState
from jianguan.engines.draw import Header, Manifest, Record, freeze
from jianguan.kit import clock
from jianguan.kit.digests import digest_of

MANIFEST = "text/vnd.jianguan.manifest"


class CampaignRefused(ValueError):
    """The campaign cannot be opened, frozen, drawn or published. The message is Chinese and shown to the user."""


def open_campaign(
    *, by: Actor, plan: Plan, target_kind: str, area: Capacity, at: dt.datetime | None = None
) -> Campaign:
    """Open a campaign of the capacity acted in. ``at`` is the moment written, now unless a history is taken over.

    Raises NotAllowed without the permission, CampaignRefused naming everything that is wrong with the plan.
    """
    by.require(Permission.CHECK_RECORD)
    now = at or clock.now()
    found = rules.problems(plan, now.date(), now)
    if target_kind not in dict(queries.target_kinds()):
        found.append("没有这类检查对象")
    if area.pk not in by.scope:
        found.append("区域不在当前身份的监管范围内")
    if found:
        raise CampaignRefused("；".join(found))
    with transaction.atomic():
        campaign = Campaign.objects.create(
            capacity_id=by.capacity_id,
            title=plan.title.strip(),
            purpose=plan.purpose.strip(),
            kind=plan.kind,
            provision=plan.provision,
            first=plan.first,
            last=plan.last,
            target_kind=target_kind,
            area=area,
            percent=plan.percent,
            count=plan.count,
            inspectors=plan.inspectors,
            embargo_until=plan.embargo_until,
            opened_by_id=by.appointment_id,
            opened_at=now,
        )
        audit.record(
            kind=EventKind.CAMPAIGN_OPENED,
            by=by,
            object_type="campaign",
            object_id=campaign.pk,
            norm=campaign.provision,
            after={"title": campaign.title, "kind": campaign.kind, "target_kind": target_kind, "area": area.key},
            details={"kind": campaign.kind, "embargo": str(campaign.embargo_until or "")},
        )
    return campaign


def freeze_campaign(*, by: Actor, campaign: Campaign, at: dt.datetime | None = None) -> Population:
    """List, count and hash targets and inspectors; the seed is not known yet. Both are drawn from this one manifest.

    ``at`` is the moment written, now unless a history is taken over.

    Raises NotAllowed in another capacity, CampaignRefused the second time, without a target, with fewer inspectors than
    an inspection needs.
    """
    by.require(Permission.CHECK_RECORD)
    by.require_capacity(campaign.capacity_id)
    now = at or clock.now()
    targets = queries.targets(campaign.target_kind, campaign.area_id, campaign.capacity_id, now.date())
    able = queries.inspectors(campaign.capacity_id, now.date())
    if not targets:
        raise CampaignRefused("区域内没有这类检查对象，证实为空，不能抽取")
    if len(able) < campaign.inspectors:
        raise CampaignRefused(f"本单位有检查权限的只有{len(able)}名，每个对象须{campaign.inspectors}名检查人")
    manifest = _manifest(campaign, targets, able, now)
    if not isinstance(manifest.content, bytes):
        raise TypeError("a manifest without a file is text")
    with transaction.atomic():
        one_at_a_time(f"freeze campaign {campaign.pk}")
        if CampaignFrame.objects.filter(campaign=campaign).exists():
            raise CampaignRefused("检查对象和检查人已经封存，不能重新清点")
        population = Population.objects.create(
            capacity_id=campaign.capacity_id,
            kind=f"campaign-{campaign.pk}",
            day=now.date(),
            state=PopulationState.COUNTED,
            size=manifest.count,
            digest=manifest.root.hex(),
            manifest=keep(manifest.content, MANIFEST),
            source="监管对象名册、任职名册",
            frozen_at=now,
        )
        CampaignFrame.objects.create(campaign=campaign, capacity_id=campaign.capacity_id, population=population)
        audit.record(
            kind=EventKind.POPULATION_FROZEN,
            by=by,
            object_type="population",
            object_id=population.pk,
            norm=campaign.provision,
            after={"campaign": campaign.pk, "size": population.size, "root": population.digest},
            details={"campaign": campaign.pk, "size": population.size, "root": population.digest},
        )
    return population


def _manifest(campaign: Campaign, targets: list[queries.Target], able: list[Appointment], now: dt.datetime) -> Manifest:
    """Nobody inspects a unit in which he holds a post, nor what he declared an interest in (回避)."""
    numbers = {one.person_id: one.person.number for one in able}
    held = set(
        Appointment.objects.filter(
            person_id__in=numbers, capacity_id__in={one.checked.pk for one in targets}, valid__contains=now.date()
        ).values_list("capacity_id", "person_id")
    )
    interests = {
        (one.subject.code, one.appointment.person.number)
        for one in draws.standing(campaign.capacity_id).select_related("subject", "appointment__person")
        if one.subject is not None and one.appointment.person_id in numbers
    }
    day = seed_day(now, drawing_terms.timetable(now.date()).reveal_from)
    of_day = drawing_terms.terms(day)
    with shares.as_system():
        committed = shares.committed(of_day, campaign.capacity_id, shares.commitments(day), now)
    header = Header(
        population=f"campaign-{campaign.pk}",
        capacity=campaign.capacity.key,
        day=day,
        frozen_at=now,
        source="监管对象名册、任职名册",
        floor=rules.share(percent=campaign.percent, count=campaign.count, size=len(targets)),
        commitments=committed,
        publics=shares.publics(day),
        beacons=shares.beacons(of_day, drawing_terms.timetable(day).reveal_until),
        reviewers=tuple(sorted(numbers.values())),
        recusals=tuple(
            (one.code, numbers[person]) for one in targets for capacity, person in held if capacity == one.checked.pk
        ),
        interests=tuple(sorted(interests)),
    )
    return freeze(header, (Record(one.code, campaign.target_kind, one.code, one.checked.key, now) for one in targets))


def publish(*, by: Actor, campaign: Campaign) -> Publication:
    """Publish the results (一公开): by somebody who may issue documents, with date and name; it never changes.

    Raises NotAllowed without the permission or in another capacity, CampaignRefused while a target has no result, the
    embargo lasts, or the second time.
    """
    by.require(Permission.DOCUMENT_ISSUE)
    by.require_capacity(campaign.capacity_id)
    now = clock.now()
    everything = queries.inspections(by.scope).filter(campaign=campaign)
    if not everything.exists():
        raise CampaignRefused("还没有抽取检查对象，不能公布")
    if reason := rules.may_publish(
        open_inspections=everything.filter(~queries.finished()).count(), embargo_until=campaign.embargo_until, now=now
    ):
        raise CampaignRefused(reason)
    found = queries.results(campaign)
    summary = dict(rules.summary([(one["outcome"], one["passed"]) for one in found]))
    results = {
        "kind": campaign.get_kind_display(),
        "provision": campaign.provision,
        "period": [campaign.first.isoformat(), campaign.last.isoformat()],
        "population": {"size": campaign.frame.population.size, "root": campaign.frame.population.digest},
        "summary": summary,
        "targets": [one | {"outcome_word": Outcome(one["outcome"]).label} for one in found],
    }
    with transaction.atomic():
        one_at_a_time(f"publish campaign {campaign.pk}")
        if Publication.objects.filter(campaign=campaign).exists():
            raise CampaignRefused("结果已经公布")
        publication = Publication.objects.create(
            campaign=campaign,
            capacity_id=campaign.capacity_id,
            title=campaign.title,
            results=results,
            sha256=digest_of(results),
            published_by_id=by.appointment_id,
            publisher=f"{by.person_name}（{by.post_title}）",
            published_at=now,
        )
        audit.record(
            kind=EventKind.CAMPAIGN_PUBLISHED,
            by=by,
            object_type="campaign",
            object_id=campaign.pk,
            norm=campaign.provision,
            after=results,
            details={"sha256": publication.sha256, **summary},
        )
    return publication
