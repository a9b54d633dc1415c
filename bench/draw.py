"""A million members frozen, drawn and verified, against one bare HMAC pass over the same ids.

Draw: open the frozen file, check every line and the root, draw 5 % at random and 15 % by risk. Verify: the stand-alone
verifier on the export. Tickets: per CPU second of drawing the random floor, selection included; both parts beside.
Every run is a process of its own, the bare pass in that of the floor; the figures are medians of three, of freeze and
export one run. The bounds are on CPU seconds, because the machine may be shared; wall seconds stand beside. All members
are synthetic (合成数据).
"""

import dataclasses
import datetime as dt
import hashlib
import hmac
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from jianguan.engines.draw import (
    Header,
    Manifest,
    PublicNumber,
    Record,
    Reveal,
    Role,
    commitment,
    draw,
    export,
    freeze,
    read,
    seeds,
)

COUNT, SITES, REPEATS = 1_000_000, 600, 3
DAY = dt.date(2020, 11, 23)
SHARE = Reveal(Role.CHECKING, hashlib.sha256(b"number").hexdigest(), hashlib.sha256(b"nonce").hexdigest())
SOURCES = (SHARE, PublicNumber("福彩3D", "2020281", "5 0 7"))
HEADER = Header(
    population="inspection-video",
    capacity="jilin@PROVINCE",
    day=DAY,
    frozen_at=dt.datetime(2020, 11, 23, 1, tzinfo=dt.UTC),
    source="合成数据",
    floor=50_000,
    priority=150_000,
    commitments={Role.CHECKING: commitment(Role.CHECKING, DAY, SHARE.number, SHARE.nonce)},
    publics=(("福彩3D", "2020281"),),
    reviewers=("P001", "P002", "P003"),
)
Measure = dict[str, float]


def members() -> Iterator[Record]:
    """The members, in no order, some flagged, the risk skewed."""
    happened = dt.datetime(2020, 11, 22, 1, tzinfo=dt.UTC)
    for number in range(COUNT):
        mixed = number * 7_919 % COUNT
        site = f"S{mixed % SITES:03d}"
        media = f"sha256:{mixed:064x}"
        yield Record(f"J{mixed:012d}", site, site, "K", happened, media, 1_000 * (mixed % 997), mixed % 499 == 0)


def _bare(manifest: Manifest) -> float:
    """The reference: CPU seconds for an HMAC of every id, nothing else."""
    ids = [line.split(b"\t", 1)[0] for line in manifest.members()]
    prepared = hmac.new(bytes(32), b"", "sha256")
    begun = time.process_time()
    for identity in ids:
        state = prepared.copy()
        state.update(identity)
        state.digest()
    return time.process_time() - begun


def _freeze(folder: Path) -> Measure:
    freeze(HEADER, members(), folder / "manifest")
    return {}


def _draw(folder: Path) -> Measure:
    manifest = read(folder / "manifest")
    (seed,) = seeds(manifest, SOURCES)
    begun = time.process_time()
    result = draw(manifest, seed)
    spent = time.process_time() - begun
    assert len(result.picks) >= COUNT // 5
    return {"tickets": (2 * COUNT - result.floor_quota) / spent}


def _floor(folder: Path) -> Measure:
    """The random floor alone, as clause 6.6 asks for it."""
    manifest = read(folder / "manifest")
    bare = _bare(manifest)
    (seed,) = seeds(manifest, SOURCES)
    manifest = dataclasses.replace(manifest, header=dataclasses.replace(manifest.header, priority=0), mandatory=0)
    begun = time.process_time()
    result = draw(manifest, seed)
    spent = time.process_time() - begun
    assert len(result.picks) == result.floor_quota == COUNT // 20
    return {"tickets": COUNT / spent, "bare": COUNT / bare, "of_bare": bare / spent}


def _export(folder: Path) -> Measure:
    export.write(folder / "draw.txt", read(folder / "manifest"), SOURCES)
    return {}


def _verify(folder: Path) -> Measure:
    result = export.verify(folder / "draw.txt")
    assert result.ok, result.report()
    return {}


def _run(work: Callable[[Path], Measure], folder: Path, answer: "multiprocessing.SimpleQueue[Measure]") -> None:
    begun, spent = time.perf_counter(), time.process_time()
    more = work(folder)
    answer.put(
        {
            "wall": time.perf_counter() - begun,
            "cpu": time.process_time() - spent,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            **more,
        }
    )


def measured(work: Callable[[Path], Measure], folder: Path) -> Measure:
    """Run the work once, in a process of its own."""
    print(f"{work.__name__[1:]} …", file=sys.stderr, flush=True)
    spawn = multiprocessing.get_context("spawn")
    answer = spawn.SimpleQueue()
    process = spawn.Process(target=_run, args=(work, folder, answer))
    process.start()
    process.join()
    assert process.exitcode == 0
    return answer.get()


def median(runs: list[Measure]) -> Measure:
    """The median of every figure, the highest peak."""
    return {name: (max if name == "peak" else statistics.median)(run[name] for run in runs) for name in runs[0]}


def run() -> dict[str, object]:
    """Return the figures, their references and ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        froze, exported = measured(_freeze, folder), measured(_export, folder)
        # In turn, so that a busy minute of the machine strikes all of them.
        turns = [[measured(work, folder) for work in (_floor, _draw, _verify)] for _ in range(REPEATS)]
        floor, drew, verified = (median(list(runs)) for runs in zip(*turns, strict=True))
        size = Path(name, "draw.txt").stat().st_size
    figures: dict[str, float] = {"members": COUNT, "sites": SITES, "export_mb": round(size / 1e6)}
    for label, found in (("freeze", froze), ("draw", drew), ("export", exported), ("verify", verified)):
        figures[f"{label}_cpu_s"] = round(found["cpu"], 2)
        figures[f"{label}_wall_s"] = round(found["wall"], 2)
        figures[f"{label}_peak_mb"] = round(found["peak"])
    figures["floor_tickets_per_cpu_s"] = round(floor["tickets"])
    figures["tickets_per_cpu_s"] = round(drew["tickets"])
    peak = max(found["peak"] for found in (froze, drew, exported, verified))
    ratios = {
        "million_tickets_per_cpu_s": {"value": round(floor["tickets"] / 1e6, 3), "at_least": 0.4},
        "verify_of_draw": {"value": round(verified["cpu"] / drew["cpu"], 3), "at_most": 1.5},
        "memory_of_300_mb": {"value": round(peak / 300, 3), "at_most": 1.0},
        "tickets_of_bare_hmac": {"value": round(floor["of_bare"], 3), "at_least": 0.65},
    }
    return {
        "name": "draw",
        "figures": figures,
        "references": {"bare_hmac_per_cpu_s": round(floor["bare"])},
        "ratios": ratios,
    }


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
