"""Seeds and draws of the synthetic province (合成数据): what parties commit, reveal and type in, then the real draw.

Populations are frozen and drawn by the rooms themselves from the facts taken in; only the sources of the seeds are
invented here, each at a plausible moment of its day. At weekends superior and discipline office commit nothing: the
public number of the evening is the second source. Now and then a party withholds its share.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.draws import drawing, freezing, rules, shares
from jianguan.backbone.draws.frames import frames
from jianguan.backbone.draws.models import Commitment, Party, PublicNumber, PublicNumberConfirmation, Reveal
from jianguan.backbone.draws.terms import Terms, terms, timetable
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.work.models import Population
from jianguan.demo.marks import mark
from jianguan.demo.people import officers
from jianguan.engines.draw import Role, commitment
from jianguan.kit.clock import CHINA

COMMITTED_AT, DISCIPLINE_AT = dt.time(8, 40), dt.time(17, 30)
PUBLISHED_AT = dt.time(21, 25)
"""When the last of the public numbers is there."""
ENTERED, CONFIRMED, DRAWN = dt.timedelta(minutes=6), dt.timedelta(minutes=11), dt.timedelta(minutes=15)
SATURDAY = 6
EARLY_FROM = dt.time(10)
"""Earlier in the day there is too little business to freeze it before the hour."""
EARLY = dt.timedelta(minutes=3)
EARLY_AREA, EARLY_KINDS = "changchun", ("exam-av", "inspection-area", "online-learner")
"""Body-camera files come in the night: by day nobody can tell how many there are."""


def add_draws(day: dt.date, moment: dt.datetime) -> int:
    """Freeze and draw a day as far as it had come at a moment; returns the draws made. Safe to run again."""
    table = timetable(day)
    if moment >= table.reveal_until:
        return _whole(day, moment)
    if moment >= table.freeze:
        return 0
    of_day = terms(day)
    made = _early(of_day, moment) if EARLY_FROM <= moment.time() < DISCIPLINE_AT else 0
    _commit(day, (one for one in _parties(of_day, _owing(of_day)) if _by_now(one[1], moment)), moment)
    return made


def _by_now(party: str, moment: dt.datetime) -> bool:
    """Whether a party has given its share: the discipline office does so last, just before the hour."""
    return party != Party.DISCIPLINE or moment.time() >= DISCIPLINE_AT


def drawn(day: dt.date) -> bool:
    """Whether a day has been drawn with everything that was to come of it."""
    return PublicNumberConfirmation.objects.filter(number__day=day).exists()


def _whole(day: dt.date, moment: dt.datetime) -> int:
    """Commit before the hour, freeze at it, reveal after it, draw at the end of the reveals and after the number."""
    if drawn(day):
        return 0
    table, of_day = timetable(day), terms(day)
    _commit(day, _parties(of_day, _owing(of_day)), table.freeze)
    freezing.freeze_day(day, at=table.freeze)
    _reveal(day, table.reveal_from)
    made = drawing.draw_day(day, at=table.reveal_until + dt.timedelta(minutes=1)).draws
    published = dt.datetime.combine(day, PUBLISHED_AT, moment.tzinfo)
    if moment >= published + DRAWN:
        _publish(day, published)
        made += drawing.draw_day(day, at=published + DRAWN).draws
    return made


def _early(of_day: Terms, moment: dt.datetime) -> int:
    """Freeze and draw what the offices and counties of one city have done so far, before the hour (提前封存)."""
    day, at = of_day.day, moment - EARLY
    area = set(Capacity.objects.filter(key__startswith=EARLY_AREA).exclude(level="CITY").values_list("pk", flat=True))
    if Population.objects.filter(day=day, capacity_id__in=area).exists():
        return 0
    parties = {one for one in _parties(of_day, _owing(of_day) & area) if one[1] != Party.DISCIPLINE}
    _commit(day, parties, at)
    freezing.freeze_day(day, kinds=EARLY_KINDS, capacity_ids=area, at=at)
    _reveal(day, at)
    return drawing.draw_day(day, capacity_ids=area, at=moment).draws


def _owing(of_day: Terms) -> set[int]:
    return {one for frame in frames() if frame.daily for one in of_day.percents.get(frame.kind, ())}


def _parties(of_day: Terms, owing: Iterable[int]) -> set[tuple[int, str]]:
    return {party for one in owing for party in shares.parties_of(of_day, one).values()}


def _secret(*parts: object) -> str:
    return hashlib.sha256("|".join(["合成数据", *(str(part) for part in parts)]).encode()).hexdigest()


def _commit(day: dt.date, parties: Iterable[tuple[int, str]], before: dt.datetime) -> None:
    """The digests that parties give in the morning; at weekends only whoever works then."""
    weekend, signers = day.isoweekday() >= SATURDAY, _signers()
    rows = []
    for capacity_id, party in sorted(parties):
        if weekend and party != Party.CHECKING:
            continue
        asked = DISCIPLINE_AT if party == Party.DISCIPLINE else COMMITTED_AT
        at = dt.datetime.combine(day, asked, before.tzinfo) + dt.timedelta(minutes=mark(capacity_id, party, day) % 25)
        number, nonce = _secret("number", capacity_id, party, day), _secret("nonce", capacity_id, party, day)
        rows.append(
            Commitment(
                capacity_id=capacity_id,
                party=party,
                day=day,
                digest=commitment(Role(party), day, number, nonce),
                committed_by=signers.get((capacity_id, party)),
                committed_at=min(at, before - dt.timedelta(minutes=1)),
            )
        )
    Commitment.objects.bulk_create(rows, ignore_conflicts=True)


def _signers() -> dict[tuple[int, str], Appointment]:
    found: dict[tuple[int, str], Appointment] = {}
    for capacity_id, one in officers().items():
        found[capacity_id, Party.CHECKING] = found[capacity_id, Party.SUPERIOR] = one
    for one in Appointment.objects.filter(post__role="discipline-officer"):
        found[one.capacity_id, Party.DISCIPLINE] = one
    return found


def _reveal(day: dt.date, after: dt.datetime) -> None:
    """What was committed is opened within minutes; about one party in fifty never does."""
    waiting = Commitment.objects.filter(day=day).exclude(reveals__matches=True)
    Reveal.objects.bulk_create(
        Reveal(
            commitment=one,
            capacity_id=one.capacity_id,
            value=_secret("number", one.capacity_id, one.party, day),
            nonce=_secret("nonce", one.capacity_id, one.party, day),
            matches=True,
            revealed_by_id=one.committed_by_id,
            revealed_at=after + dt.timedelta(seconds=5 + mark("reveal", one.capacity_id, one.party, day)),
        )
        for one in waiting
        if mark("withheld", one.capacity_id, one.party, day) >= 2 and one.committed_at < after
    )


def _publish(day: dt.date, at: dt.datetime) -> None:
    """The public numbers, typed in by one person of the province and confirmed by another."""
    first, second = list(
        Appointment.objects.filter(capacity__key="jilin@PROVINCE", post__role="centre-supervisor").order_by("pk")[:2]
    )
    for name, published in rules.PUBLIC_NUMBERS.items():
        number = PublicNumber.objects.create(
            day=day,
            kind=PublicNumber.Kind.PUBLISHED,
            name=name,
            issue=rules.issue_of(day),
            value=f"{int(_secret('public', name, day)[:8], 16) % 1000:03}",
            published_at=rules.clock_time(day, published, at.tzinfo or CHINA),
            entered_by=first,
            entered_at=at + ENTERED,
        )
        PublicNumberConfirmation.objects.create(number=number, confirmed_by=second, confirmed_at=at + CONFIRMED)
        audit.record(
            kind=EventKind.PUBLIC_NUMBER_ENTERED,
            by=None,
            object_type="public-number",
            object_id=number.pk,
            reason="合成数据",
            details={"day": str(day), "name": number.name, "issue": number.issue, "value": number.value},
        )
