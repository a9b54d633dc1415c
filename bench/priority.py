"""What the part by risk finds at equal size: 5 % at random and 15 % by risk against 20 % at random.

1,000 records of which 10 are bad, a risk score of AUC .8 (two normal distributions), the weight its likelihood ratio.
The reference is the uniform draw of the same populations with the same seeds. Bias: how far the mean estimate of the
number of bad records is from the truth. Everything follows from fixed seeds. All records are synthetic (合成数据).
"""

import datetime as dt
import hashlib
import json
import math
import sys
import time
from statistics import NormalDist, fmean, pstdev

from jianguan.engines.draw import Header, Label, Manifest, Parameters, Record, Seed, draw, freeze
from jianguan.engines.draw.estimate import estimate

RECORDS, BAD, POPULATIONS, SEEDS, AUC = 1_000, 10, 60, 100, 0.8
NORMAL = NormalDist()
APART = math.sqrt(2) * NORMAL.inv_cdf(AUC)
HAPPENED = dt.datetime(2020, 11, 22, 1, tzinfo=dt.UTC)
BADS = frozenset(f"J{number:04d}" for number in range(BAD))
HEADER = Header(
    population="exam-archive",
    capacity="changchun@CITY",
    day=dt.date(2020, 11, 23),
    frozen_at=dt.datetime(2020, 11, 23, 1, tzinfo=dt.UTC),
    source="合成数据",
    floor=50_000,
)
MIXED, UNIFORM = Parameters(50_000, 150_000), Parameters(200_000)


def even(*parts: object) -> float:
    """A number between 0 and 1 that depends on the parts alone."""
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return (int.from_bytes(digest[:6]) + 0.5) / (1 << 48)


def population(number: int) -> tuple[Manifest, float]:
    """A frozen population and the AUC its scores really have."""
    scores = [NORMAL.inv_cdf(even(number, one)) + (APART if one < BAD else 0) for one in range(RECORDS)]
    records = [
        Record(
            f"J{one:04d}",
            f"S{one % 7}",
            f"S{one % 7}",
            "K",
            HAPPENED,
            "-",
            min(10**9, round(1e6 * math.exp(APART * score))),
        )
        for one, score in enumerate(scores)
    ]
    pairs = [bad > good for bad in scores[:BAD] for good in scores[BAD:]]
    return freeze(HEADER, records), fmean(pairs)


def run() -> dict[str, object]:
    """Return the figures, their references and ratios."""
    mixed, uniform, totals, floors, areas = 0, 0, [], [], []
    begun = time.process_time()
    for number in range(POPULATIONS):
        print(f"{number + 1}/{POPULATIONS}", end="\r", file=sys.stderr, flush=True)
        manifest, area = population(number)
        areas.append(area)
        for round_ in range(SEEDS):
            seed = Seed(Label.SOLE, hashlib.sha256(b"%d %d" % (number, round_)).digest(), ())
            result = draw(manifest, seed, MIXED)
            found = {pick.id for pick in result.picks} & BADS
            mixed += len(found)
            totals.append(float(estimate(result, found).total))
            result = draw(manifest, seed, UNIFORM)
            uniform += len({pick.id for pick in result.picks} & BADS)
            result = draw(manifest, seed, Parameters(50_000))
            floors.append(float(estimate(result, {pick.id for pick in result.picks} & BADS).total))
    owed = BAD * len(totals)
    figures = {
        "draws": len(totals),
        "auc": round(fmean(areas), 3),
        "mixed_found_share": round(mixed / owed, 4),
        "estimate_mean": round(fmean(totals), 3),
        "estimate_sd": round(pstdev(totals), 2),
        "cpu_s": round(time.process_time() - begun, 1),
    }
    references = {
        "uniform_found_share": round(uniform / owed, 4),
        "truth": BAD,
        "floor_alone_estimate_mean": round(fmean(floors), 3),
        "floor_alone_estimate_sd": round(pstdev(floors), 2),
    }
    ratios = {
        "found_of_uniform": {"value": round(mixed / uniform, 3), "at_least": 2.0},
        "bias": {"value": round(abs(fmean(totals) - BAD) / BAD, 4), "at_most": 0.03},
    }
    return {"name": "priority", "figures": figures, "references": references, "ratios": ratios}


def main() -> int:
    """Print the figures; 1 when a bound is broken."""
    found = run()
    print(json.dumps(found, ensure_ascii=False, indent=None if "--json" in sys.argv else 2))
    kept = all(
        ratio["value"] <= ratio.get("at_most", ratio["value"]) and ratio["value"] >= ratio.get("at_least", 0)
        for ratio in found["ratios"].values()
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
