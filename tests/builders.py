"""Facts for tests, laid down through the public actions, and what the ledger makes of them."""

import contextlib
import datetime as dt
from collections.abc import Iterator

import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange

import drawing
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.documents import actions as documents
from jianguan.backbone.documents.models import Document, DocumentKind, Service
from jianguan.backbone.ledger.queries import Row, ledger
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Person
from jianguan.backbone.registrations import actions as registrations
from jianguan.backbone.registrations.models import Registration, RegistrationKind
from jianguan.backbone.registrations.rules import NEEDS_END, NEEDS_PERSON
from jianguan.backbone.review import actions as reviews
from jianguan.backbone.rules.actions import adopt_cadence
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work import actions as work
from jianguan.backbone.work import checks
from jianguan.backbone.work.models import Check, Population
from jianguan.kit import clock
from staff import SINCE, employ

DAY = dt.date(2026, 3, 10)
"""The day of the tests: a Tuesday of a month without a holiday."""

AFTER = dt.datetime(2026, 6, 1, tzinfo=clock.CHINA)
"""When what was owed for the day or its month can no longer be made up for."""

PROVINCE, CITY, COUNTY = "jilin@PROVINCE", "changchun@CITY", "changchun-nanguan@COUNTY"
OFFICE = "changchun-office@VEHICLE_OFFICE"
ACTING_CITY = "jilin@CITY"
RECORDER = {
    "PROVINCE": "centre-supervisor",
    "CITY": "centre-supervisor",
    "COUNTY": "brigade-officer",
    "VEHICLE_OFFICE": "office-supervisor",
    "TECHNOLOGY": "technology-officer",
}


def at(day: dt.date, hour: int = 0, minute: int = 0) -> dt.datetime:
    """A moment of a day in China."""
    return dt.datetime.combine(day, dt.time(hour, minute), clock.CHINA)


@contextlib.contextmanager
def on_the_clock(moment: dt.datetime) -> Iterator[None]:
    """Act at a moment."""
    with time_machine.travel(moment, tick=False):
        yield


def officer(capacity: str) -> Actor:
    """Somebody who records what his unit does."""
    return employ(capacity, RECORDER[capacity.partition("@")[2]])


def leader(capacity: str) -> Actor:
    """Somebody who decides and issues for his unit."""
    return employ(capacity, "leader")


def open_day(day: dt.date = DAY) -> int:
    """Open the tasks of a day the morning before; returns how many were new."""
    with on_the_clock(at(day - dt.timedelta(days=1), 8)):
        return work.open_tasks(first=day, last=day)


def register(capacity: str, kind: RegistrationKind, day: dt.date = DAY, **details: object) -> Registration:
    """Register a fact that stands from a day on, for a year where it needs an end, of the officer who records it."""
    with on_the_clock(at(day, 8)):
        by = officer(capacity)
        return registrations.register(
            by=by,
            kind=kind,
            title=f"合成的{kind.label}",
            valid_from=day,
            valid_to=day + dt.timedelta(days=365) if kind in NEEDS_END else None,
            person=Person.objects.get(pk=by.person_id) if kind in NEEDS_PERSON else None,
            details=details,
        )


def issue(capacity: str, kind: DocumentKind, provision: str, *recipients: str, day: dt.date = DAY) -> Document:
    """Issue a document that comes into force at once, served on the recipients for five working days."""
    with on_the_clock(at(day, 8)):
        return documents.issue_norm(
            by=leader(capacity),
            title=f"合成的{kind.label}",
            body="合成数据，仅供测试。",
            in_force_from=day,
            recipients=[agencies.capacity(key) for key in recipients],
            working_days=5,
            calendar=working_calendar(),
            kind=kind,
            provision=provision,
        )


def adopt(capacity: str, norm: str, cadence: str, times: int = 1) -> None:
    """Adopt a cadence for a soft word from the first of the year on."""
    first = DAY.replace(month=1, day=1)
    with on_the_clock(at(first - dt.timedelta(days=10), 9)):
        adopt_cadence(
            by=leader(capacity), norm_key=norm, cadence=cadence, times=times, valid_from=first, reason="合成的决定"
        )


def freeze(capacity: str, kind: str, size: int | None, day: dt.date = DAY) -> Population:
    """Freeze a population in the evening: so many members, none (0), or unknown (None)."""
    with on_the_clock(at(day, 18)):
        return work.freeze_population(
            by=None,
            capacity_id=agencies.capacity(capacity).pk,
            kind=kind,
            day=day,
            members=None if size is None else [f"合成-{number}" for number in range(size)],
            source="合成的业务系统",
            why="合成：业务系统当日没有报送" if size is None else "",
        )


def review(population: Population, times: int, moment: dt.datetime | None = None) -> None:
    """Draw so many further members of a population and review them: records whose recordings are not to be found."""
    with on_the_clock(moment or at(population.day, 19)):
        by = officer(population.capacity.key)
        draw = drawing.draw_of(population)
        first = draw.items.count()
        for number in range(first, first + times):
            item = drawing.item_of(draw, f"合成-{number}", [by])
            reviews.submit_review(
                by=by,
                assignment=drawing.assigned(item, by),
                verdict="uncheckable",
                answers={},
                remark="合成：音视频缺失",
            )


def check(capacity: str, kind: str, day: dt.date = DAY, subject: Subject | None = None) -> Check:
    """Sign one check of a kind at ten in the morning."""
    with on_the_clock(at(day, 10)):
        return checks.sign_check(
            by=officer(capacity),
            kind=kind,
            method=Check.Method.ON_SITE,
            subject=subject,
            checklist=None,
            answers={},
            happened_at=clock.now(),
        )


def place(capacity: str, kind: str = "exam_site", code: str = "合成-1", **attributes: object) -> Subject:
    """A supervised place of a capacity."""
    return Subject.objects.create(
        kind=kind,
        code=code,
        name="合成场所",
        capacity=agencies.capacity(capacity),
        attributes=attributes,
        valid=DateRange(SINCE, None),
        synthetic=True,
    )


def see_everything() -> None:
    """See and write as the system for the rest of the transaction."""
    scopes.apply(scopes.everything())


def acknowledge(document: Document, day: dt.date) -> None:
    """Let every recipient acknowledge a document on a day."""
    with on_the_clock(at(day, 9)):
        for service in Service.objects.filter(document=document).select_related("recipient"):
            documents.acknowledge(by=leader(service.recipient.key), service=service)


def judged(norm: str, capacity: str, as_of: dt.datetime = AFTER, day: dt.date = DAY) -> Row:
    """The one row of the ledger of a norm and a capacity for the period that holds the day."""
    (row,) = ledger(scopes.everything(), first=day, last=day, as_of=as_of, capacity=capacity, norm=norm)
    return row


def states(provision: str, capacity: str, as_of: dt.datetime = AFTER) -> dict[str, str]:
    """Norm -> Chinese state of every norm of a provision that binds a capacity."""
    rows = ledger(scopes.everything(), first=DAY, last=DAY, as_of=as_of, capacity=capacity, provision=provision)
    return {row.norm: row.state.value for row in rows}


def bearers(norm: str) -> set[str]:
    """Keys of the capacities for which the ledger holds a norm."""
    return {row.capacity for row in ledger(scopes.everything(), first=DAY, last=DAY, as_of=AFTER, norm=norm)}
