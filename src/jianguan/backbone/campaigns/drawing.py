"""Draw targets and inspectors of a campaign (双随机) from one seed, and give the inspections out.

The platform draws, as soon as the seed is there: whoever organises several campaigns cannot leave out the draw of one
whose outcome he does not like. One that stays undrawn is an alert (预警) to the superior.
"""

import datetime as dt

from django.db import transaction

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.alerts.actions import raise_alert, settle
from jianguan.backbone.alerts.models import Alert, AlertKind, Severity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.campaigns import queries, rules
from jianguan.backbone.campaigns.actions import CampaignRefused
from jianguan.backbone.campaigns.models import Campaign, CampaignFrame, Inspection, Inspector
from jianguan.backbone.draws import shares
from jianguan.backbone.draws.manifests import members_text
from jianguan.backbone.draws.models import Draw, DrawItem, DrawnReviewer
from jianguan.backbone.draws.shares import Known
from jianguan.backbone.draws.terms import timetable
from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.engines.draw import Label, Manifest, Part, Result, Seed, draw, orders, read
from jianguan.engines.draw.export import render
from jianguan.engines.draw.verify_draw import FORMAT
from jianguan.kit import clock

EXPORT = "text/vnd.jianguan.draw"
SEED_WITHIN = dt.timedelta(days=2)
"""So many days after the freeze the seed is there: it takes that day or the next, its numbers a day more."""


class SeedMissing(CampaignRefused):
    """The seed is not complete yet; nothing is wrong."""


def draw_due(now: dt.datetime) -> int:
    """Draw every frozen campaign whose seed is there at a moment; returns how many were drawn.

    One that cannot be drawn although its seed is there, or whose seed stays missing, is an alert to the superior. Runs
    as the system, in the scope of every capacity.
    """
    made = 0
    waiting = CampaignFrame.objects.filter(population__draws=None).select_related("campaign__capacity", "population")
    for frame in waiting.order_by("pk"):
        try:
            draw_campaign(campaign=frame.campaign, at=now)
            made += 1
        except SeedMissing as refusal:
            if now >= timetable(frame.population.day + SEED_WITHIN).freeze:
                _tell(frame, str(refusal))
        except CampaignRefused as refusal:
            _tell(frame, str(refusal))
    return made


def _tell(frame: CampaignFrame, why: str) -> None:
    """Tell the superior, or the province of its own."""
    campaign, day = frame.campaign, frame.population.day
    try:
        overseer = agencies.superior(campaign.capacity_id, day)
    except agencies.NoSuperior:
        overseer = agencies.province(day)
    raise_alert(
        kind=AlertKind.CAMPAIGN_UNDRAWN,
        capacity_id=overseer.pk,
        key=queries.undrawn_key(campaign.pk),
        text=f"{campaign.capacity.title}第{campaign.pk}号专项检查{day}封存，到时没有抽取：{why}。",
        severity=Severity.SEVERE,
        provision=campaign.provision,
        day=day,
    )


def draw_campaign(*, campaign: Campaign, at: dt.datetime | None = None) -> list[Inspection]:
    """Draw what was frozen once the seed is complete; each target is drawn with its inspectors, recusals left out.

    A share withheld with no public number makes two samples; both are owed. ``at`` is the moment written, now unless a
    history is taken over. Nobody decides whether it is drawn: it runs as the system. Raises SeedMissing while the seed
    is incomplete, CampaignRefused before the freeze, the second time, or when recusals leave a target without enough
    inspectors.
    """
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
        raise SeedMissing("种子来源还没有齐备")
    with transaction.atomic():
        one_at_a_time(f"campaign {campaign.pk}")
        if Draw.objects.filter(population=population).exists():
            raise CampaignRefused("已经抽取过，抽取不能重来")
        made: list[Inspection] = []
        for seed in seeds:
            known = {one.item.member for one in made if one.item}
            made += _draw(campaign=campaign, manifest=manifest, given=given, seed=seed, now=now, known=known)
        audit.record(
            kind=EventKind.CAMPAIGN_DRAWN,
            by=None,
            object_type="campaign",
            object_id=campaign.pk,
            norm=campaign.provision,
            after={"root": population.digest, "seeds": [one.value.hex() for one in seeds]},
            details={"drawn": len(made), "root": population.digest, "seeds": [one.value.hex() for one in seeds]},
        )
    for alert in Alert.objects.filter(key=queries.undrawn_key(campaign.pk)):
        settle(alert=alert, text=f"已于{now:%Y-%m-%d %H:%M}抽取。")
    return made


def _draw(
    *,
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
