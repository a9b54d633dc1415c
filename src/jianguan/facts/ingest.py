"""Taking in (接收): a file becomes one batch – staged, committed to the lake, then told to PostgreSQL; all or nothing.

Killed at any moment, either the lake's commit stands and ``recover`` tells PostgreSQL the rest, or it does not and
``recover`` removes what was staged; taking the same file in again then completes the work.
"""

import base64
import datetime as dt
import itertools
import json
import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Days
from pathlib import Path
from typing import Any

import duckdb
import msgspec
from cryptography.exceptions import InvalidTag
from django.db.models import Count, F

from jianguan.facts import authority, empty_days, identities, lake, places, sources
from jianguan.facts.contract import contract
from jianguan.facts.mapping import Mapping, WrongMapping
from jianguan.facts.marking import mark_held, outdated
from jianguan.facts.models import Batch, BatchDay, BatchState, Quarantine, Source
from jianguan.facts.readers import Opened, digest_of_file, open_file
from jianguan.facts.scoped import rows_of
from jianguan.facts.scratch import scratch_folder
from jianguan.facts.staging import Refused, Stage, Staged, settle, write_summary
from jianguan.facts.tally import by_day, day_of_refusal
from jianguan.facts.unreadable import Unreadable
from jianguan.facts.validate import CONFLICT_WORDS, MARKED
from jianguan.kit.clock import CHINA, now
from jianguan.kit.ids import uuid7

Arrived = Days[dt.date, dt.datetime]
SHOWN = 5000
"""Refused rows of a batch that go to PostgreSQL; the side file holds all."""
SUMMARY = "summary.json"
LOG = logging.getLogger(__name__)


def damaged(failure: duckdb.Error) -> bool:
    """Return whether DuckDB failed at the content of a file, not at the machine's memory or disk."""
    machine = (duckdb.OperationalError, duckdb.InternalError, duckdb.FatalException, duckdb.InterruptException)
    return not isinstance(failure, machine)


class KeyReused(ValueError):
    """A request key came a second time with other content."""


class Sealed(RuntimeError):
    """Original bytes cannot be opened with the present key."""


def take_in(
    fact: str,
    path: Path,
    *,
    source: Source,
    mapping: Mapping | None = None,
    day: dt.date | None = None,
    received: dt.datetime | None = None,
    key: str = "",
    arrived: Arrived | None = None,
) -> Batch:
    """Take a file in under a contract; the same file under the same mapping a second time returns the first batch.

    Once what the file said has been corrected, the same file corrects it back, as a new batch.
    ``day``: the day the file is about; it then counts as arrived even when the file holds no row (proven empty).
    An unreadable file gives a batch in the state 整批退回 with its reason.
    ``key``: names the request; the same key a second time returns the first batch, whatever key brought it first.
    ``arrived``: for a history taken over (历史数据移交), the days it is about and when each had come; rows or not.
    Raises LookupError when there is no such contract, ValueError when the source reports another one or not on ``day``,
    KeyReused when a key comes with other content.
    """
    found = contract(fact)
    if source.contract != fact:
        raise ValueError(f"数据源“{source.name}”报送的是 {source.contract}，不是 {fact}")
    received = received or now()
    if day:
        sources.check_day(source, day, received)
    table = lake.Table(places.lake(), found)
    with table.locked():
        recover(table)
        if key and (before := _of_key(source, key, path)):
            return before
        batch = new_batch(table, source, path.name, mapping, received)
        batch.request_key = key
        with scratch_folder() as folder:
            try:
                return carry(table, batch, path, folder, mapping, day=day, arrived=arrived)
            except (Unreadable, WrongMapping) as failure:
                return _refuse(table, batch, str(failure))
            except duckdb.Error as failure:
                if not damaged(failure):
                    raise
                LOG.exception("%s: refused whole", batch.uuid.hex)
                return _refuse(table, batch, "文件损坏，或行尾、内容前后不一致，无法读完")


def _refuse(table: lake.Table, batch: Batch, reason: str) -> Batch:
    """Refuse a file whole: nothing of it stays but its reason; its request key is free for what is sent instead."""
    table.discard(batch.uuid.hex)
    side_file(batch).unlink(missing_ok=True)
    batch.state, batch.reason, batch.finished_at = BatchState.UNREADABLE, reason[:300], now()
    batch.request_key = ""
    _save(batch)
    return batch


def _of_key(source: Source, key: str, path: Path) -> Batch | None:
    """The batch of an earlier request of the same key, unless it was cut off."""
    found = Batch.objects.filter(source=source, request_key=key).exclude(state=BatchState.ABANDONED).first()
    if found and found.file_digest and found.file_digest != digest_of_file(path):
        raise KeyReused("幂等键已用于其他内容，请为新的一批换一个键")
    return _known(found) if found and found.state == BatchState.REPEATED else found


def new_batch(
    table: lake.Table, source: Source, file_name: str, mapping: Mapping | None, received: dt.datetime
) -> Batch:
    """Return a batch that is not yet stored."""
    return Batch(
        uuid=uuid7(),
        source=source,
        contract=table.contract.name,
        contract_digest=table.contract.digest,
        file_name=places.readable(file_name)[-255:],
        mapping_digest=mapping.digest if mapping else "",
        mapping=msgspec.to_builtins(mapping) if mapping else {},
        state=BatchState.STAGING,
        received_at=received,
    )


def carry(
    table: lake.Table,
    batch: Batch,
    path: Path,
    scratch: Path,
    mapping: Mapping | None,
    *,
    day: dt.date | None = None,
    arrived: Arrived | None = None,
    repairs: Sequence[int] = (),
    witness: Callable[[Batch], object] = str,
) -> Batch:
    """Carry one file into the lake as ``batch``; the caller holds the table's lock.

    ``repairs``: refused rows that this batch makes good. ``witness`` is called once all is staged, before the commit.
    Raises Unreadable or WrongMapping before anything is committed.
    """
    with lake.engine(scratch) as duck:
        opened = open_file(duck, path, scratch, mapping)
        batch.file_digest, batch.encoding = opened.digest, opened.encoding
        same = _known(batch)
        if same and not outdated(duck, table, same.pk, supersedable(batch)):
            if day and not same.accepted and not same.days.filter(day=day).exists():
                return empty_days.declare(batch.source, day)  # one file without rows for every day without business
            if batch.request_key:  # the key now stands for this content and for no other
                batch.state, batch.finished_at = BatchState.REPEATED, now()
                _save(batch)
            return same
        batch.again = same.again + 1 if same else 0
        source = batch.source
        stage = Stage(
            duck,
            opened,
            table.contract,
            mapping,
            places.secret(),
            now=batch.received_at,
            capacity=source.capacity_key,
            allowed=authority.allowed(source, batch.received_at.date()),
        )
        _save(batch)
        staged, shown = _stage(duck, stage, table, batch, opened)
        if opened.changed():
            raise Unreadable("文件在读取期间发生变化，请待其写完后重新导入")
        stage.account(staged)
    moments = {on.isoformat(): moment.isoformat() for on, moment in (arrived or {}).items()}
    about = {*moments, day.isoformat()} if day else set(moments)
    days = by_day(staged.days, staged.held, staged.refused_on, about, source.capacity_key)
    summary = _summary(staged, shown) | {"days": days, "repairs": list(repairs), "arrived": moments}
    witness(batch)
    folder = table.folder / batch.uuid.hex
    write_summary(folder / SUMMARY, summary)
    settle(folder)
    if staged.files:
        table.commit(batch.uuid.hex, staged.files, {"file": batch.file_digest, "source": source.key})
    else:
        _decided(table, batch).touch()
    _finish(table, batch, summary)
    return batch


def _save(batch: Batch) -> None:
    with rows_of(batch.source.capacity_id):
        batch.save()


def _known(batch: Batch) -> Batch | None:
    """The latest committed batch of the same file, when there is one."""
    return Batch.objects.filter(
        contract=batch.contract,
        source=batch.source,
        file_digest=batch.file_digest,
        mapping_digest=batch.mapping_digest,
        state=BatchState.COMMITTED,
    ).last()


def _decided(table: lake.Table, batch: Batch) -> Path:
    """The file that stands for the commit of a batch without accepted rows."""
    return table.folder / batch.uuid.hex / "empty"


def _stage(
    duck: duckdb.DuckDBPyConnection, stage: Stage, table: lake.Table, batch: Batch, opened: Opened
) -> tuple[Staged, list[dict[str, Any]]]:
    keys = places.secret()
    identities.keep(keys, stage.identities())
    staged = Staged(unused=stage.unused, left_out=stage.left_out())
    folder = table.folder / batch.uuid.hex
    staged.files = stage.write(folder, batch.pk)
    broken = stage.keep_broken()
    paths = [str(table.folder / file.path) for file in staged.files]
    if paths and stage.repeated(paths):
        shutil.rmtree(folder)
        staged.files = stage.write(folder, batch.pk)
        paths = [str(table.folder / file.path) for file in staged.files]
    staged.accepted = sum(file.rows for file in staged.files)
    shown: list[dict[str, Any]] = []
    if paths:
        staged.days, staged.warnings = stage.count(paths)
        staged.superseding, staged.conflicting, staged.held = mark_held(
            duck, table, paths, batch.pk, batch.uuid.hex, supersedable(batch), authority.batches([batch.source.pk])
        )
        if staged.conflicting:
            staged.warnings[f"{MARKED}{CONFLICT_WORDS}"] = staged.conflicting
    rows = opened.lines - opened.header_lines
    if rows != staged.accepted + staged.left_out or broken:
        staged.refused_on = _set_aside(stage.refusals(), batch, shown)
        staged.refused = staged.refused_on.total()
    return staged, shown


def supersedable(batch: Batch) -> list[int]:
    """Return the batches whose records the source of a batch may supersede."""
    return authority.batches(authority.supersedable(batch.source, batch.received_at.date()))


def _set_aside(refusals: Iterable[Refused], batch: Batch, shown: list[dict[str, Any]]) -> Counter[str]:
    """Seal every refused row into the side file; keep the first thousands for the table. Returns how many by day."""
    keys, count, days = places.secret(), 0, Counter[str]()
    arrived = batch.received_at.astimezone(CHINA).date()
    places.quarantine().mkdir(parents=True, exist_ok=True)
    target = side_file(batch)
    draft = target.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        for one in refusals:
            count += 1
            sealed = base64.b64encode(keys.seal(batch.uuid.hex, one.original)).decode()
            row = {"line": one.line, "column": one.column, "rule": one.rule, "message": one.message, "original": sealed}
            row["day"] = day = day_of_refusal(one.day, arrived)
            days[day] += 1
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            if count <= SHOWN:
                shown.append(row)
    if count:
        draft.replace(target)
    else:
        draft.unlink()
    return days


def side_file(batch: Batch) -> Path:
    """Return the file that holds all refused rows of a batch, sealed, one JSON object a line."""
    return places.quarantine() / f"{batch.uuid.hex}.jsonl"


def show(batch: Batch, rows: Iterable[dict[str, Any]]) -> int:
    """Put sealed rows of the side file into the quarantine's table; the caller sees the source's rows."""
    made = (
        Quarantine(
            batch=batch,
            capacity_id=batch.source.capacity_id,
            line=row["line"],
            day=row["day"],
            column=row["column"],
            rule=row["rule"],
            message=row["message"],
            original=base64.b64decode(row["original"]),
        )
        for row in rows
    )
    return len(Quarantine.objects.bulk_create(made, batch_size=1000))


def sealed_rows(batch: Batch, *, after: int) -> Iterator[dict[str, Any]]:
    """Yield the refused rows of the side file, still sealed, but for the first ``after``."""
    if (path := side_file(batch)).exists():
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, itertools.islice(file, after, None))


def refusals_of(batch: Batch, most: int) -> list[dict[str, Any]]:
    """Return the first refused rows of a batch as line, column, rule and message; for whoever brought the file."""
    with rows_of(batch.source.capacity_id):
        return [dict(row) for row in batch.refusals.values("line", "column", "rule", "message")[:most]]


def original_of(row: Quarantine) -> bytes:
    """Return the original bytes of a refused row.

    Raises Sealed when they were sealed under another key.
    """
    try:
        return places.secret().open(row.batch.uuid.hex, bytes(row.original))
    except (InvalidTag, ValueError) as failure:
        raise Sealed("原始内容无法解密：密钥与接收时不同") from failure


def _summary(staged: Staged, shown: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "accepted": staged.accepted,
        "refused": staged.refused,
        "left_out": staged.left_out,
        "superseding": staged.superseding,
        "conflicting": staged.conflicting,
        "warnings": staged.warnings,
        "unused": staged.unused[:200],
        "shown": shown,
    }


def _finish(table: lake.Table, batch: Batch, summary: dict[str, Any]) -> None:
    """Tell PostgreSQL what the lake holds, in one transaction."""
    with rows_of(batch.source.capacity_id):
        for key in ("accepted", "refused", "left_out", "superseding", "conflicting", "warnings", "unused"):
            setattr(batch, key, summary[key])
        batch.state, batch.finished_at = BatchState.COMMITTED, now()
        batch.lake_version = table.open().version() if table.exists else None
        batch.save()
        moments = summary.get("arrived", {})
        BatchDay.objects.bulk_create(
            BatchDay(batch=batch, arrived_at=moments.get(one["day"]), **one) for one in summary["days"]
        )
        show(batch, summary["shown"])
        made_good(batch, summary["repairs"])


def made_good(batch: Batch, refusals: Iterable[int]) -> int:
    """Point refused rows to the batch that holds their record now; they stay. Returns how many were still open.

    The caller holds a transaction that sees the rows.
    """
    still_open = Quarantine.objects.filter(pk__in=refusals, repaired_by=None)
    counts = list(still_open.values_list("batch_id", "day").annotate(Count("id")).order_by())
    still_open.update(repaired_by=batch)
    for number, day, count in counts:
        Batch.objects.filter(pk=number).update(repaired=F("repaired") + count)
        BatchDay.objects.filter(batch=number, day=day, refused__gt=0).update(repaired=F("repaired") + count)
    return sum(count for _, _, count in counts)


def recover(table: lake.Table) -> list[Batch]:
    """Bring batches that were cut off to an end; the caller holds the table's lock. Returns those it touched."""
    touched = list(
        Batch.objects.filter(contract=table.contract.name, state=BatchState.STAGING).select_related("source")
    )
    for batch in touched:
        summary = table.folder / batch.uuid.hex / SUMMARY
        if table.committed(batch.uuid.hex) or _decided(table, batch).exists():
            _finish(table, batch, json.loads(summary.read_text(encoding="utf-8")))
            continue
        table.discard(batch.uuid.hex)
        side_file(batch).unlink(missing_ok=True)
        batch.state, batch.finished_at = BatchState.ABANDONED, now()
        _save(batch)
    return touched


def recover_all() -> list[Batch]:
    """Bring every batch that was cut off to an end; at the start of the program."""
    found: list[Batch] = []
    for fact in Batch.objects.filter(state=BatchState.STAGING).values_list("contract", flat=True).distinct():
        table = lake.Table(places.lake(), contract(fact))
        with table.locked():
            found += recover(table)
    return found
