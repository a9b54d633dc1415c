"""A synthetic population (合成数据) for the tests of the draw."""

import datetime as dt
import hashlib

from jianguan.engines.draw import Header, Label, PublicNumber, Record, Reveal, Role, Seed, commitment, freeze

DAY = dt.date(2020, 11, 23)
MORNING = dt.datetime(2020, 11, 22, 1, tzinfo=dt.UTC)
LOTTERY = PublicNumber("福彩3D", "2020281", "5 0 7")


def share(role: Role) -> Reveal:
    """The share of the seed that an office holds."""
    return Reveal(
        role, hashlib.sha256(b"number" + role.encode()).hexdigest(), hashlib.sha256(role.encode()).hexdigest()
    )


SHARES = {role: share(role) for role in Role}
COMMITMENTS = {role: commitment(role, DAY, one.number, one.nonce) for role, one in SHARES.items()}
TWO = (SHARES[Role.CHECKING], SHARES[Role.DISCIPLINE])


def record(number, site="场一", **more):
    return Record(
        **{"id": f"J{number:05d}", "stratum": site, "site": site, "unit": "考试科", "happened_at": MORNING} | more
    )


def header(**more):
    given = {
        "population": "exam-archive",
        "capacity": "changchun@CITY",
        "day": DAY,
        "frozen_at": dt.datetime(2020, 11, 23, 1, tzinfo=dt.UTC),
        "source": "合成数据",
        "floor": 50_000,
        "commitments": COMMITMENTS,
    }
    return Header(**given | more)


def manifest_of(sizes, **more):
    """A manifest with strata of these sizes; weights and flags vary."""
    records, number = [], 0
    for stratum, size in sizes.items():
        for _ in range(size):
            number += 1
            weight = number * number * 7919 % 1_000_003
            records.append(record(number, stratum, weight=weight, mandatory=number % 41 == 0))
    return freeze(header(**more), records)


def seed_of(number):
    """A seed by number, as if its sources had given it."""
    return Seed(Label.SOLE, hashlib.sha256(b"seed %d" % number).digest(), ())
