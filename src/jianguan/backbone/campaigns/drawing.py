"""Draw targets and inspectors of a campaign (双随机) from one seed, and give the inspections out."""

import datetime as dt

from django.db import connection, transaction

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.campaigns import queries, rules
from jianguan.backbone.campaigns.actions import CampaignRefused
from jianguan.backbone.campaigns.models import Campaign, Inspection, Inspector
from jianguan.backbone.draws import shares
from jianguan.backbone.draws.manifests import members_text
from jianguan.backbone.draws.models import Draw, DrawItem, DrawnReviewer
from jianguan.backbone.draws.shares import Known
from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.engines.draw import Label, Manifest, Part, Result, Seed, draw, orders, read
from jianguan.engines.draw.export import render
from jianguan.engines.draw.verify_draw import FORMAT
from jianguan.kit import clock

EXPORT = "text/vnd.jianguan.draw"


def draw_campaign(*, by: Actor, campaign: Campaign, at: dt.datetime | None = None) -> list[Inspection]:
    """Draw what was frozen once the seed is complete; each target is drawn with its inspectors, recusals left out.

    A share revealed late with no public number makes two samples; both are owed. ``at`` is the moment written, now
    unless a history is taken over. Raises NotAllowed in another
    capacity, CampaignRefused before the freeze, without a complete seed, the second time, or when recusals leave a
    target without enough inspectors.
    """
    by.require(Permission.CHECK_RECORD)
    by.require_capacity(campaign.capacity_id)
    if not hasattr(campaign, "frame"):
        raise CampaignRefused("请先封存检查对象和检查人")
    population, now = campaign.frame.population, at or clock.now()
    try:
        manifest = read(members_text(population))
    except LookupError as gone:
        raise CampaignRefused("封存的清单已取不到，不能抽取") from gone
    with shares.as_system():
        given = shares.Sources().of(manifest, now)
    seeds = given.seeds(manifest)
    if not seeds:
        raise CampaignRefused("种子来源不足两个，或揭示尚未截止，还不能抽取")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"campaign {campaign.pk}"])
        if Draw.objects.filter(population=population).exists():
            raise CampaignRefused("已经抽取过，抽取不能重来")
        made: list[Inspection] = []
        for seed in seeds:
            known = {one.item.member for one in made if one.item}
            made += _draw(by=by, campaign=campaign, manifest=manifest, given=given, seed=seed, now=now, known=known)
        audit.record(
            kind=EventKind.CAMPAIGN_DRAWN,
            by=by,
            object_type="campaign",
            object_id=campaign.pk,
            norm=campaign.provision,
            after={"root": population.digest, "seeds": [one.value.hex() for one in seeds]},
            details={"drawn": len(made), "root": population.digest, "seeds": [one.value.hex() for one in seeds]},
        )
    return made


def _draw(
    *,
    by: Actor,
    campaign: Campaign,
    manifest: Manifest,
    given: Known,
    seed: Seed,
    now: dt.datetime,
    known: set[str],
) -> list[Inspection]:
    result = draw(manifest, seed)
    late = given.late if seed.label is not Label.SOLE else ()
    text = b"".join(line + b"\n" for line in render(manifest, given.in_time, late))
    row = Draw.objects.create(
        population=campaign.frame.population,
        capacity_id=campaign.capacity_id,
        variant=given.variant(seed),
        algorithm=FORMAT,
        seed=seed.value.hex(),
        sources=given.told(seed),
        parameters={"floor": result.parameters.floor, "inspectors": campaign.inspectors},
        floor=len(result.of(Part.FLOOR)),
        export=keep(text, EXPORT),
        drawn_by_id=by.appointment_id,
        drawn_at=now,
    )
    return _give_out(campaign=campaign, manifest=manifest, result=result, row=row, now=now, known=known)


def _give_out(
    *, campaign: Campaign, manifest: Manifest, result: Result, row: Draw, now: dt.datetime, known: set[str]
) -> list[Inspection]:
    frozen = campaign.frame.population.frozen_at.date()
    targets = {
        one.code: one for one in queries.targets(campaign.target_kind, campaign.area_id, campaign.capacity_id, frozen)
    }
    able = {one.person.number: one for one in queries.inspectors(campaign.capacity_id, frozen)}
    lines = {line.split(b"\t", 1)[0].decode(): line.decode() for line in manifest.members()}
    made = []
    for position, (pick, (_, order)) in enumerate(zip(result.picks, orders(manifest, result), strict=True), 1):
        if pick.id in known:
            continue
        target, sent = targets[pick.id], order[: campaign.inspectors]
        if len(sent) < campaign.inspectors:
            raise CampaignRefused(f"“{target.name}”回避后检查人不足{campaign.inspectors}名，请从上级派人")
        subject_kind = target.subject.kind if target.subject else None
        checklist = queries.checklist(rules.checklist_key(campaign.kind, subject_kind), campaign.first)
        if checklist is None:
            raise CampaignRefused("规则库中没有这类检查的检查表")
        item = DrawItem.objects.create(
            draw=row,
            population=campaign.frame.population,
            capacity_id=campaign.capacity_id,
            subject=target.subject,
            member=pick.id,
            stratum=pick.stratum[:60],
            line=lines[pick.id],
            part=pick.part.value,
            position=position,
            ticket=pick.ticket.hex(),
            probability=f"{pick.probability.numerator}/{pick.probability.denominator}"[:60],
        )
        DrawnReviewer.objects.bulk_create(
            DrawnReviewer(item=item, capacity_id=item.capacity_id, position=place, appointment=able[number])
            for place, number in enumerate(order[:10], 1)
        )
        inspection = Inspection.objects.create(
            capacity_id=campaign.capacity_id,
            campaign=campaign,
            item=item,
            kind=campaign.kind,
            subject=target.subject,
            checked=target.checked,
            checklist=checklist,
            due=campaign.last,
            assigned_at=now,
        )
        Inspector.objects.bulk_create(
            Inspector(inspection=inspection, capacity_id=campaign.capacity_id, position=place, appointment=able[number])
            for place, number in enumerate(sent, 1)
        )
        made.append(inspection)
    return made
