"""Synthetic places and what their units did (合成数据): sites, registrations, norms, pre-exam checks.

Deterministic: what is missing, late or failed follows from a checksum of names and days, never from chance. Relative to
today; loading again the same day adds nothing, a later day adds the days between.
"""

import datetime as dt
import zlib
from pathlib import Path

from django.db.backends.postgresql.psycopg_any import DateRange

from jianguan.backbone.agencies.models import Capacity, CapacityLevel
from jianguan.backbone.registrations.models import Registration, RegistrationKind
from jianguan.backbone.registrations.rules import NEEDS_END, NEEDS_PERSON
from jianguan.backbone.rules.models import Norm
from jianguan.backbone.subjects.models import Subject, SubjectKind
from jianguan.demo import intake
from jianguan.demo.marks import mark
from jianguan.demo.people import CITY_DASHES, officers
from jianguan.demo.province import world
from jianguan.demo.province.sites import sites
from jianguan.demo.province.world import Spec
from jianguan.kit import clock

SINCE = dt.date(2020, 3, 19)
REGISTERED = dt.date(2024, 1, 1)
ONE_DAY = dt.timedelta(days=1)
EXAM_SITES = (("一", ["科目一", "科目二"]), ("二", ["科目二", "科目三"]))
PLACES = ((SubjectKind.SERVICE_HALL, "DT", "业务大厅"), (SubjectKind.INSPECTION_AREA, "CY", "机动车查验区"))


def offices() -> list[Capacity]:
    """The vehicle offices of the province."""
    return list(Capacity.objects.filter(level=CapacityLevel.VEHICLE_OFFICE).select_related("agency"))


def add_places() -> int:
    """Every place that facts name: halls, areas, exam sites, agencies, platforms; stations and education sites."""
    known = set(Subject.objects.values_list("code", flat=True))
    rows = []
    for office in offices():
        slug = office.agency.slug
        rows += [
            _place(office, kind, f"YS-{slug}-{word}", f"{office.agency.short}{name}", {}) for kind, word, name in PLACES
        ]
        for number, (word, subjects) in enumerate(EXAM_SITES[: 1 + (slug.count("-") < CITY_DASHES)], 1):
            digest = f"{zlib.crc32(slug.encode()):08x}" * 8
            attributes = {
                "subjects": subjects,
                "desks": 20 + mark(slug) % 20,
                "parameter_digests": {"科目二": digest, "科目三": digest},
            }
            name = f"{office.agency.short}第{word}考场"
            rows.append(_place(office, SubjectKind.EXAM_SITE, f"YS-{slug}-KC{number}", name, attributes))
        if slug.count("-") < CITY_DASHES:
            name = f"{office.agency.short}机动车登记服务站"
            rows.append(_place(office, SubjectKind.REGISTRATION_STATION, f"YS-{slug}-DJ", name, {}))
    for county in Capacity.objects.filter(level=CapacityLevel.COUNTY, mode="own").select_related("agency"):
        code, name = f"YS-{county.agency.slug}-JY", f"{county.agency.short}审验教育站"
        rows.append(_place(county, SubjectKind.EDUCATION_SITE, code, name, {"seats": 30 + mark(code)}))
    rows += _agencies() + _platforms()
    new = [row for row in rows if row.code not in known]
    Subject.objects.bulk_create(new)
    return len(new)


def _agencies() -> list[Subject]:
    """The inspection agencies that the facts of the province name."""
    holders = {one.key: one for one in offices()}
    today = clock.today()
    spec = Spec(today, today, intake.SEED, intake.SCALE, Path(), ())
    rows = []
    for code, capacity, number, lines in world.inspection_agencies(spec):
        holder = holders[capacity]
        name = f"{holder.agency.short}合成第{number}机动车检测公司"
        attributes: dict[str, object] = {"lines": lines, "city": holder.agency.short}
        rows.append(_place(holder, SubjectKind.INSPECTION_AGENCY, code, name, attributes))
    return rows


def _platforms() -> list[Subject]:
    """The learning platforms (网上学习平台) that the facts name, one a county."""
    holders = {one.key: one for one in Capacity.objects.filter(level=CapacityLevel.COUNTY).select_related("agency")}
    rows: dict[str, Subject] = {}
    for county in sites(clock.today()).counties:
        holder, code = holders[county.capacity], f"JYPT-{county.division}"
        name = f"{holder.agency.short}网上学习平台"
        rows.setdefault(code, _place(holder, SubjectKind.INFORMATION_SYSTEM, code, name, {"division": county.division}))
    return list(rows.values())


def _place(office: Capacity, kind: SubjectKind, code: str, name: str, attributes: dict[str, object]) -> Subject:
    return Subject(
        kind=kind,
        code=code,
        name=name,
        capacity=office,
        attributes=attributes,
        valid=DateRange(SINCE, None),
        synthetic=True,
    )


def add_registrations(today: dt.date) -> int:
    """What norms want registered, for most units: about one in twelve lacks it, one in twenty had it until lately."""
    known = set(Registration.objects.filter(synthetic=True).values_list("capacity_id", "kind"))
    if known:
        return 0
    wanted: dict[str, list[str]] = {}
    for bearer, source in Norm.objects.filter(
        measure="presence", source__startswith="registration:", valid__contains=today
    ).values_list("bearer", "source"):
        kind = source.removeprefix("registration:")
        if kind in RegistrationKind.values and kind != RegistrationKind.ROSTER:
            wanted.setdefault(bearer, []).append(kind)
    people = officers()
    rows = []
    for capacity in Capacity.objects.filter(level__in=wanted, mode="own").select_related("agency"):
        holder = people.get(capacity.pk)
        for kind in sorted(set(wanted[capacity.level])):
            fate = mark(capacity.key, kind)
            person = holder.person if holder and kind in NEEDS_PERSON else None
            if fate < 8 or (kind == RegistrationKind.POLICE_ADMINISTRATOR and person and not person.is_police):
                continue
            until = today + ONE_DAY * (20 + fate * 7) if kind in NEEDS_END else None
            if 8 <= fate < 13:
                until = today - ONE_DAY * (5 + fate)
            rows.append(
                Registration(
                    capacity=capacity,
                    kind=kind,
                    title=f"{capacity.agency.short}{RegistrationKind(kind).label}",
                    number=f"合成〔{REGISTERED.year}〕{fate + 1}号",
                    person=person,
                    valid=DateRange(REGISTERED, until),
                    details={"content": "合成数据，仅供演示。"}
                    | ({"partner": "合成合作单位"} if kind in NEEDS_PERSON and not person else {}),
                    ended_reason="到期未续" if 8 <= fate < 13 else "",
                    recorded_by=holder,
                    recorded_at=dt.datetime.combine(REGISTERED, dt.time(9), clock.CHINA),
                    synthetic=True,
                )
            )
    Registration.objects.bulk_create(rows)
    return len(rows)
