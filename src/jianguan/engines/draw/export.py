"""The export of a draw (抽取导出文件): one text with manifest, sources, shares and results, and its verifier beside it.

Everything after the sources follows from what is before it; ``verify_draw.py`` computes it again and compares bytes.
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from jianguan.engines.draw import verify_draw
from jianguan.engines.draw.draw import Parameters, Result, draw
from jianguan.engines.draw.manifest import Manifest
from jianguan.engines.draw.reviewers import NOBODY, orders
from jianguan.engines.draw.seed import Reveal, Source, Withheld, seeds
from jianguan.engines.draw.verify_draw import FORMAT, Verification

__all__ = ["Verification", "render", "verify", "write"]


def render(
    manifest: Manifest,
    sources: Iterable[Source],
    late: Iterable[Reveal | Withheld] = (),
    parameters: Parameters | None = None,
) -> Iterator[bytes]:
    """Draw and yield the lines of the export, without LF; the same input gives the same bytes on every machine.

    Raises what ``seeds`` and ``draw`` raise.
    """
    in_time, delayed = list(sources), list(late)
    yield FORMAT.encode()
    yield from manifest.text()
    yield b"sources"
    for name, given in (("in-time", in_time), ("late", delayed)):
        yield from sorted(f"{name}\t{source.line()}".encode() for source in given)
    head = manifest.header
    shares = parameters or Parameters(head.floor, head.priority)
    yield f"shares\t{shares.floor}\t{shares.priority}".encode()
    yield f"root\t{manifest.root.hex()}".encode()
    for seed in seeds(manifest, in_time, delayed):
        yield from (line.encode() for line in _result(manifest, draw(manifest, seed, shares)))
    yield b"end"


def _result(manifest: Manifest, result: Result) -> Iterator[str]:
    yield f"seed\t{result.label.value}\t{result.seed.hex()}"
    yield f"quota\t{result.floor_quota}\t{result.priority_quota}"
    for name, (size, given) in sorted(result.strata.items()):
        yield f"stratum\t{name}\t{size}\t{given}"
    yield f"threshold\t{_ratio(result.threshold)}"
    for pick, (_, order) in zip(result.picks, orders(manifest, result), strict=True):
        ticket, reviewer = pick.ticket.hex() or "-", order[0] if order else NOBODY
        yield f"pick\t{pick.part.value}\t{pick.id}\t{ticket}\t{_ratio(pick.probability)}\t{reviewer}"


def _ratio(value: Fraction | None) -> str:
    return "-" if value is None else f"{value.numerator}/{value.denominator}"


def write(
    path: Path,
    manifest: Manifest,
    sources: Iterable[Source],
    late: Iterable[Reveal | Withheld] = (),
    parameters: Parameters | None = None,
) -> str:
    """Write the export to ``path`` and ``verify_draw.py`` beside it; return the SHA-256 of the export.

    Raises what ``seeds`` and ``draw`` raise; then no file is left.
    """
    state = hashlib.sha256()
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("wb") as file:
            for line in render(manifest, sources, late, parameters):
                state.update(line + b"\n")
                file.write(line + b"\n")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    shutil.copyfile(verify_draw.__file__, path.with_name("verify_draw.py"))
    return state.hexdigest()


def verify(path: Path, root: str | None = None, logged: list[str] | None = None) -> Verification:
    """Verify an export; ``root`` as published at the freeze, ``logged`` seeds as in the event log (64 hex digits each).

    Where they are given the export must have them.
    """
    return verify_draw.verify(path, root, logged)
