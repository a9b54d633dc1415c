"""The drop folder (投递目录): files put below ``CONTRACT/`` are taken in and moved to ``done/`` or ``refused/``.

A file is complete when a marker ``NAME.ready`` lies beside it, or when size and time have not changed between two
looks. ``CONTRACT-YYYY-MM-DD.empty`` declares a day without business, whatever it holds.
Beside every moved file lies ``NAME.report.json`` that says what became of it.
"""

import datetime as dt
import json
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jianguan.facts import empty_days, ingest, places, sources
from jianguan.facts.contract import contracts
from jianguan.facts.mapping import WrongMapping, read_mapping
from jianguan.facts.models import Batch, BatchState
from jianguan.facts.readers import stamp
from jianguan.kit.clock import now

EMPTY = ".empty"
DONE, REFUSED = "done", "refused"
LONGEST = 255
"""Bytes of a file's name."""
READY, REPORT, MAPPING = ".ready", ".report.json", "mapping.yaml"
LOG = logging.getLogger(__name__)
Seen = dict[Path, tuple[int, int]]


def waiting(folder: Path) -> list[Path]:
    """Return the files below the folders named after contracts, those put there first at the front."""
    found = [
        path
        for name in contracts()
        if (folder / name).is_dir()
        for path in (folder / name).iterdir()
        if path.is_file() and not path.name.startswith(".") and path.suffix != READY and path.name != MAPPING
    ]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))


def complete(path: Path, seen: Seen) -> bool:
    """Return whether nobody writes the file any more, and remember how it looks now."""
    marked = fits(path.name + READY) and path.with_name(path.name + READY).exists()
    before, seen[path] = seen.get(path), stamp(path)
    return marked or before == seen[path]


def fits(file_name: str) -> bool:
    """Return whether a folder can hold a file of this name."""
    return len(os.fsencode(file_name)) <= LONGEST


def look(folder: Path, seen: Seen, report: Callable[[str], object] = str) -> list[Batch]:
    """Take in every complete file below ``folder`` once; returns their batches.

    ``seen`` is what the look before saw; it is brought up to date. A contract's folder may hold ``mapping.yaml``.
    """
    found = []
    files = waiting(folder)
    for gone in set(seen) - set(files):
        del seen[gone]
    for path in files:
        if complete(path, seen):
            try:
                batch = _take(folder, path, report)
            except Exception:  # a full disk, say: the file stays for the next look, and holds up no other
                LOG.exception("%s: not taken", ascii(str(path)))
                report(f"{places.readable(path.name)}：出错，暂未收取，下次再试，详见日志")
                continue
            found += [batch] if batch else []
            seen.pop(path, None)
    return found


def _take(folder: Path, path: Path, report: Callable[[str], object]) -> Batch | None:
    fact = path.parent.name
    by_file = path.parent / MAPPING
    try:
        if path.is_symlink() or by_file.is_symlink():  # or whoever may drop files reads all that the program may read
            raise ValueError("投递目录中的文件和映射不能是链接")
        mapping = read_mapping(by_file) if by_file.exists() else None
        origin = sources.registered(fact, fact)
        if path.suffix == EMPTY:
            batch = empty_days.declare(origin, _day(fact, path.stem))
        else:
            batch = ingest.take_in(fact, path, source=origin, mapping=mapping)
    except (ValueError, WrongMapping) as wrong:
        _move(folder, path, REFUSED, {"reason": str(wrong)})
        report(f"{places.readable(path.name)}：{wrong}")
        return None
    whole = batch.state == BatchState.COMMITTED
    said = {
        "batch": batch.uuid.hex,
        "state": batch.state,
        "accepted": batch.accepted,
        "refused": batch.refused,
        "left_out": batch.left_out,
        "superseding": batch.superseding,
        "unused_columns": batch.unused,
        "reason": batch.reason,
    }
    _move(folder, path, DONE if whole else REFUSED, said)
    report(
        f"{places.readable(path.name)}："
        + (f"收录 {batch.accepted} 行，退回 {batch.refused} 行" if whole else batch.reason)
    )
    return batch


def _day(fact: str, stem: str) -> dt.date:
    """The day that the name of an empty file declares."""
    try:
        return dt.date.fromisoformat(stem.removeprefix(f"{fact}-"))
    except ValueError as wrong:
        raise ValueError(f"申明无业务的文件须名为 {fact}-年-月-日.empty，例如 {fact}-2020-03-02.empty") from wrong


def _move(folder: Path, path: Path, to: str, said: dict[str, Any]) -> None:
    """Move a file out of the way, never over another, its report first."""
    target = folder / to / path.parent.name
    target.mkdir(parents=True, exist_ok=True)
    name, stamped = path.name, f"{now():%Y%m%d%H%M%S%f}-"
    while not fits(f"{stamped}{name}{REPORT}"):
        name = name[1:]
    place = target / name
    if place.exists():
        place = target / f"{stamped}{name}"
    text = json.dumps({"file": places.readable(path.name), **said}, ensure_ascii=False, indent=1)
    place.with_name(place.name + REPORT).write_text(text + "\n", encoding="utf-8")
    shutil.move(path, place)
    if fits(path.name + READY):
        path.with_name(path.name + READY).unlink(missing_ok=True)
