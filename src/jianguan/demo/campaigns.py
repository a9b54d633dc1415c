"""Campaigns of the province (合成数据): one undercover and published, one under embargo, one open and just frozen.

All by the actions of the room; the two in the past are drawn by the sources of the seeds of their days.
"""

import datetime as dt
import io
import uuid

from PIL import Image, ImageDraw

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.campaigns import actions, drawing, inspections, rules
from jianguan.backbone.campaigns.models import Campaign, Inspection, Outcome, SitePhoto
from jianguan.backbone.campaigns.rules import Plan
from jianguan.backbone.draws.models import PublicNumberConfirmation
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.queries import actor_of
from jianguan.backbone.work.checklists import FAIL, PASS, Answer
from jianguan.backbone.work.checks import items_of
from jianguan.demo.marks import mark
from jianguan.kit import clock
from jianguan.kit.digests import hexdigest

PROVINCE = "jilin@PROVINCE"
PUBLISHED, EMBARGOED = 9, 4
"""Days ago that the campaigns were opened."""
SATURDAY = 6
REMARK = "合成数据"
ONE_DAY = dt.timedelta(days=1)


def add_campaigns(moment: dt.datetime) -> int:
    """Add the campaigns once the days they were drawn on are there; returns how many."""
    today = moment.date()
    first, second = _seeded(today - ONE_DAY * PUBLISHED), _seeded(today - ONE_DAY * EMBARGOED)
    if first is None or second is None or first == second or Campaign.objects.exists():
        return 0
    lin = Appointment.objects.get(person__account__username="lin", post__role="centre-supervisor")
    leader = Appointment.objects.filter(capacity__key=PROVINCE, post__role="leader").earliest("pk")
    by = actor_of(lin, today)
    done = _open(by, first, _plan("检验机构暗访（合成）", first, first + ONE_DAY * 4, "10.3"), "inspection_agency")
    for number, inspection in enumerate(done):
        _inspect(inspection, moment, happened=first + ONE_DAY * (1 + number), failed=number == 0)
    actions.publish(by=actor_of(leader, today), campaign=done[0].campaign or Campaign())
    hidden = _open(by, second, _plan("考场暗访（合成）", second, today + ONE_DAY * 10, "4.4"), "exam_site")
    _inspect(hidden[0], moment, happened=second + ONE_DAY, failed=True)
    plan = Plan(
        title="业务大厅明查（合成）",
        purpose="合成数据：核查窗口服务和监控接入情况",
        kind="open-visit",
        provision="4.4",
        first=today,
        last=today + ONE_DAY * 14,
        percent=10,
        count=None,
        inspectors=2,
        embargo_until=None,
    )
    area = Capacity.objects.get(key=PROVINCE)
    opened = actions.open_campaign(by=by, plan=plan, target_kind="service_hall", area=area)
    actions.freeze_campaign(by=by, campaign=opened)
    return 3


def _seeded(day: dt.date) -> dt.date | None:
    """The last working day up to a day of which the sources of the seed are there."""
    days = PublicNumberConfirmation.objects.filter(number__day__lte=day, number__day__gt=day - ONE_DAY * 4)
    found = [one for one in days.values_list("number__day", flat=True) if one.isoweekday() < SATURDAY]
    return max(found, default=None)


def _plan(title: str, first: dt.date, last: dt.date, provision: str) -> Plan:
    return Plan(
        title=title,
        purpose="合成数据：不打招呼了解实际工作情况",
        kind=rules.COVERT,
        provision=provision,
        first=first,
        last=last,
        percent=None,
        count=3,
        inspectors=2,
        embargo_until=_at(last + ONE_DAY, 9),
    )


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), clock.CHINA)


def _open(by: Actor, day: dt.date, plan: Plan, target_kind: str) -> list[Inspection]:
    """Open, freeze and draw on a day in the past."""
    area = Capacity.objects.get(key=PROVINCE)
    campaign = actions.open_campaign(by=by, plan=plan, target_kind=target_kind, area=area, at=_at(day, 9, 30))
    actions.freeze_campaign(by=by, campaign=campaign, at=_at(day, 10, 5))
    return drawing.draw_campaign(campaign=campaign, at=_at(day, 21, 45))


def _inspect(inspection: Inspection, moment: dt.datetime, *, happened: dt.date, failed: bool) -> None:
    """Hand in the form of an inspection, signed by its first inspector."""
    leading = inspection.inspectors.order_by("position").first()
    if leading is None:
        raise ValueError("a drawn inspection has inspectors")
    by = actor_of(leading.appointment, moment.date())
    form, picture = uuid.uuid5(uuid.NAMESPACE_OID, f"{REMARK}{inspection.pk}"), _signature(inspection.pk)
    sha256 = hexdigest(picture)
    inspections.take_photo(
        by=by, inspection=inspection, form=form, role=SitePhoto.Role.INSPECTOR, data=picture, sha256=sha256
    )
    held = [one for one in items_of(inspection.checklist) if one.answer == "pass_fail"]
    off = held[mark(inspection.pk) % len(held)].id if failed else ""
    inspections.submit(
        by=by,
        inspection=inspection,
        form=inspections.Form(
            form=form,
            outcome=Outcome.DONE,
            answers={one.id: Answer(FAIL, REMARK) if one.id == off else Answer(PASS) for one in held},
            remark=REMARK,
            started_ago=moment - _at(happened, 10, 20),
            pictures=(sha256,),
            raw={"synthetic": True},
        ),
    )


def _signature(number: int) -> bytes:
    """A scribble in place of a signature."""
    picture = Image.new("RGB", (320, 120), "white")
    points = [(20 + 28 * step, 30 + mark(number, step) * 6 // 10) for step in range(11)]
    ImageDraw.Draw(picture).line(points, fill="black", width=3)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
