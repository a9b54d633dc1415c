"""Vehicle offices, counties and exam sites of the synthetic province, from the rule book's agencies.

Codes are those of ``demo.places``: ``YS-<office>-KC1`` and ``-KC2`` exam sites, ``-CY`` the inspection area (查验区),
``-DT`` the hall; inspection agencies (检验机构) are ``-JY01``, ``-JY02`` and so on.
"""

import datetime as dt
import zlib
from typing import NamedTuple

import msgspec

from jianguan.engines.regulation.schema import AgencyFile, AgencySeed
from jianguan.rulebook import RULEBOOK

LETTERS = {
    "changchun": "A",
    "jilin-city": "B",
    "siping": "C",
    "liaoyuan": "D",
    "tonghua": "E",
    "baishan": "F",
    "baicheng": "G",
    "yanbian": "H",
    "songyuan": "J",
    "changbaishan": "F",
    "meihekou": "E",
    "gongzhuling": "C",
}
"""Plate letters by city (GA 36); the three special units use those of the city they came from."""

WEIGHTS = {
    "changchun": 24.0,
    "jilin-city": 11.0,
    "siping": 5.0,
    "liaoyuan": 4.0,
    "tonghua": 5.0,
    "baishan": 4.0,
    "songyuan": 6.0,
    "baicheng": 5.0,
    "yanbian": 7.0,
    "changbaishan": 0.8,
    "meihekou": 3.0,
    "gongzhuling": 3.5,
}
COUNTY_WEIGHT = 1.3
"""Shares of business, roughly by population; assumed, no published figure exists."""

OFFICE = "-office"
CHANGBAISHAN_DIVISION = "220621"
"""长白山 has no division code of its own; facts carry that of 抚松县, where most of it lies."""


class Office(NamedTuple):
    """A vehicle office (车管所)."""

    office: int
    slug: str
    capacity: str
    division: str
    city: int
    letter: str
    tier: str
    weight: float


class County(NamedTuple):
    """A county capacity with a division of its own."""

    county: int
    capacity: str
    division: str
    city: int
    weight: float


class ExamSite(NamedTuple):
    """An exam site (考场) with the subjects it offers and the days it is open."""

    site: int
    code: str
    office: int
    subjects: list[str]
    weekdays: list[int]
    digest: str
    weight: float


class Sites(NamedTuple):
    """What the rule book fixes of the synthetic province."""

    offices: list[Office]
    counties: list[County]
    exam_sites: list[ExamSite]


def sites(on: dt.date) -> Sites:
    """Return the offices, counties and exam sites that stand on a day."""
    book = msgspec.yaml.decode((RULEBOOK / "agencies.yaml").read_bytes(), type=AgencyFile)
    agencies = {one.id: one for one in book.agencies}
    order = {slug: number for number, slug in enumerate(LETTERS)}
    offices: list[Office] = []
    exam_sites: list[ExamSite] = []
    for agency in book.agencies:
        if agency.kind != "vehicle_office":
            continue
        home = agency.id.removesuffix(OFFICE)
        city = next(slug for slug in LETTERS if home == slug or home.startswith(f"{slug}-"))
        tier = "city" if home == city else "county"
        weight = WEIGHTS[city] if tier == "city" else COUNTY_WEIGHT
        number = len(offices) + 1
        division = _division(agencies[home], on)
        capacity = f"{agency.id}@VEHICLE_OFFICE"
        offices.append(Office(number, agency.id, capacity, division, order[city], LETTERS[city], tier, weight))
        exam_sites += _exam_sites(agency.id, number, weight, len(exam_sites))
    counties: list[County] = []
    for bearer in book.capacities:
        if bearer.level == "COUNTY" and bearer.mode == "own":
            agency = agencies[bearer.agency]
            city = next((slug for slug in LETTERS if agency.id == slug or agency.id.startswith(f"{slug}-")), "")
            if city:
                counties.append(County(len(counties) + 1, bearer.id, _division(agency, on), order[city], 1.0))
    return Sites(offices, counties, exam_sites)


def _exam_sites(slug: str, office: int, weight: float, before: int) -> list[ExamSite]:
    digest = f"{zlib.crc32(slug.encode()):08x}" * 8
    first = ExamSite(before + 1, f"YS-{slug}-KC1", office, ["1", "2", "4"], [1, 2, 3, 4, 5], digest, weight)
    if slug.count("-") >= 2:
        return [first]
    second = ExamSite(before + 2, f"YS-{slug}-KC2", office, ["2", "3"], [2, 4, 6], digest, weight)
    return [first, second]


def _division(agency: AgencySeed, on: dt.date) -> str:
    for period in agency.codes:
        if (
            period.code.isdigit()
            and period.in_force.since <= on
            and (not period.in_force.until or on < period.in_force.until)
        ):
            return period.code
    return CHANGBAISHAN_DIVISION
