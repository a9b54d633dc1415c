"""Repair (修复): refused rows, corrected by hand or as they are, are checked again and become a batch of their own.

Nothing is deleted: a refused row keeps its original bytes and points to the batch that holds its record now.
"""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from jianguan.facts import authority, ingest, lake, mapping, places
from jianguan.facts.contract import Contract, contract
from jianguan.facts.models import Batch, Quarantine
from jianguan.facts.readers import open_file
from jianguan.facts.scoped import rows_of
from jianguan.facts.scratch import scratch_folder
from jianguan.facts.staging import ERROR_RULE, FORMULA_RULE, JSON_RULE, Stage
from jianguan.facts.validate import Rule
from jianguan.kit.clock import now

CAPACITY = "capacity"
CHUNK = 20_000
"""Rows that are run again at once; so many fit into memory."""
LEFT_OUT = Rule(0, "left_out", "", "按映射的筛选条件略去，不予收录")
UNKEPT = {ERROR_RULE, FORMULA_RULE, JSON_RULE}
"""Rules of what the kept values no longer show; such a row is not taken in again as it is."""
NEWER = Rule(0, "newer", "", "同一批次已收录同一主键的记录，修复不能覆盖它")


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of refused rows."""

    batch: Batch | None
    """The new batch; None when no row was taken."""
    taken: tuple[int, ...]
    """Ids of the rows that are in it."""
    settled: tuple[int, ...]
    """Ids of the rows whose record a later batch had brought already; it stands, they point to it."""
    refused: dict[int, Rule]
    """Ids of the rows that were refused again, unchanged in the quarantine, with the rule."""


def mapping_of(batch: Batch) -> mapping.Mapping | None:
    """Return the mapping a batch was taken in with, fit for its rows written as JSON lines; None without one."""
    if not batch.mapping:
        return None
    found = msgspec.convert(batch.mapping, mapping.Mapping)
    return msgspec.structs.replace(found, encoding="", delimiter="", skip=0, sheet="")


def values_of(row: Quarantine) -> dict[str, object]:
    """Return the columns a repair of the row may fill: those of its file with their values, then those it lacks.

    A line that could not even be split has no values.
    """
    try:
        read = json.loads(ingest.original_of(row))
    except (ValueError, RecursionError):
        read = None
    found: dict[str, object] = read if isinstance(read, dict) else {}
    by = mapping_of(row.batch)
    return found | dict.fromkeys(column for column in _wanted(contract(row.batch.contract), by, found))


def _wanted(about: Contract, by: mapping.Mapping | None, found: Mapping[str, object]) -> list[str]:
    """Columns that the contract or the mapping asks for and the row does not have."""
    if by is None:
        names = about.names()
        present = {names.get(column.strip().lower()) for column in found}
        return [key for key in about.columns if key not in present and key != CAPACITY]
    sources = [one if isinstance(one, str) else one.column for one in by.columns.values()]
    filters = [one.column for one in by.filters]
    return [column for column in dict.fromkeys([*sources, *filters]) if column and column not in found]


def repair(
    batch: Batch, corrected: Mapping[int, Mapping[str, str]], *, witness: Callable[[Batch], object] = str
) -> Repaired:
    """Take refused rows of a batch in again, as a batch of their own.

    ``corrected``: id of a refused row → new values by column of its file; no values: the row as it is. Rows that are
    made good already are passed over. A row whose record a later batch has brought is settled by that batch: a repair
    never supersedes what is newer than the row. ``witness`` is called with the new batch before it is committed.
    The caller is in no transaction: the steps of a batch commit one by one.
    """
    found = contract(batch.contract)
    by = mapping_of(batch)
    table = lake.Table(places.lake(), found)
    with table.locked(), scratch_folder() as folder:
        ingest.recover(table)
        with rows_of(batch.source.capacity_id):
            rows = list(
                Quarantine.objects.filter(pk__in=corrected, batch=batch, repaired_by=None).select_related("batch")
            )
        if not rows:
            return Repaired(None, (), (), {})
        kept = [row for row in rows if row.rule in UNKEPT and not corrected[row.pk]]
        unchanged = {row.pk: Rule(0, row.rule, row.column, row.message) for row in kept}
        lines, sealed = _opened([row for row in rows if row.pk not in unchanged], corrected)
        refused, newer = _check(table, batch, by, lines, folder) if lines else ({}, {})
        taken = tuple(pk for pk in lines if pk not in refused and pk not in newer)
        made = _carry(table, batch, by, {pk: lines[pk] for pk in taken}, folder, witness) if taken else None
        with rows_of(batch.source.capacity_id):
            for pk, number in newer.items():
                ingest.made_good(Batch.objects.get(pk=number), [pk])
            if made:
                ingest.made_good(made, taken)
    return Repaired(made, taken, tuple(newer), refused | sealed | unchanged)


def _opened(
    rows: list[Quarantine], corrected: Mapping[int, Mapping[str, str]]
) -> tuple[dict[int, Mapping[str, object]], dict[int, Rule]]:
    """The values of refused rows with their corrections, and the rows whose bytes cannot be opened with their rule."""
    lines: dict[int, Mapping[str, object]] = {}
    sealed: dict[int, Rule] = {}
    for row in rows:
        try:
            lines[row.pk] = values_of(row) | dict(corrected[row.pk])
        except ingest.Sealed as failure:
            sealed[row.pk] = Rule(0, "sealed", "", str(failure))
    return lines, sealed


def rerun(batch: Batch, *, witness: Callable[[Batch], object] = str) -> Iterator[Repaired]:
    """Run every refused row of a batch again as it is, CHUNK rows at a time.

    Those are included that only the side file has. Yields what became of each chunk. The caller is in no transaction.
    """
    with rows_of(batch.source.capacity_id):
        beyond = ingest.sealed_rows(batch, after=Quarantine.objects.filter(batch=batch).count())
    last = 0
    while True:
        with rows_of(batch.source.capacity_id):
            waiting = Quarantine.objects.filter(batch=batch, repaired_by=None, pk__gt=last).order_by("pk")
            chunk = list(waiting.values_list("pk", flat=True)[:CHUNK])
            if not chunk and not ingest.show(batch, itertools.islice(beyond, CHUNK)):
                return
        if chunk:
            yield repair(batch, {number: {} for number in chunk}, witness=witness)
            last = chunk[-1]


def _write(path: Path, lines: Mapping[int, Mapping[str, object]]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines.values()), encoding="utf-8")
    return path


def _check(
    table: lake.Table,
    batch: Batch,
    by: mapping.Mapping | None,
    lines: Mapping[int, Mapping[str, object]],
    folder: Path,
) -> tuple[dict[int, Rule], dict[int, int]]:
    """Return the rows refused again with the rule, and those a later batch holds with its number."""
    path = _write(folder / "check.jsonl", lines)
    refused, newer = dict.fromkeys(lines, LEFT_OUT), {}
    numbers = list(lines)
    with lake.engine(folder / "check") as duck:
        opened = open_file(duck, path, folder, by)
        stage = Stage(
            duck,
            opened,
            table.contract,
            by,
            places.secret(),
            now=now(),
            capacity=batch.source.capacity_key,
            allowed=authority.allowed(batch.source, now().date()),
        )
        for row, rule, latest in stage.verdicts(table.files(None, None), ingest.supersedable(batch)):
            pk = numbers[row - 1]
            del refused[pk]
            if latest is not None and latest > batch.pk:
                newer[pk] = latest
            elif rule is not None:
                refused[pk] = rule
            elif latest == batch.pk:
                refused[pk] = NEWER
    return refused, newer


def _carry(  # noqa: PLR0917 - one caller
    table: lake.Table,
    batch: Batch,
    by: mapping.Mapping | None,
    lines: Mapping[int, Mapping[str, object]],
    folder: Path,
    witness: Callable[[Batch], object],
) -> Batch:
    path = _write(folder / "repair.jsonl", lines)
    made = ingest.new_batch(table, batch.source, f"修复 {batch.file_name}", by, now())
    return ingest.carry(table, made, path, folder, by, repairs=list(lines), witness=witness)
