"""One file staged for the lake: checked in columns, written as Parquet by day, what is refused set aside. No Django."""

import datetime as dt
import json
import os
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from jianguan.facts import large
from jianguan.facts import mapping as mappings
from jianguan.facts.contract import Contract
from jianguan.facts.lake import UNSORTED, Added, empty, read
from jianguan.facts.mapping import Mapping
from jianguan.facts.marking import remember
from jianguan.facts.pseudonyms import Keys
from jianguan.facts.readers import (
    ROW,
    SOUND,
    TWICE,
    WHOLE,
    Broken,
    Opened,
    blank_lines,
    broken_lines,
    forget_broken_lines,
    keep_broken_lines,
)
from jianguan.facts.unreadable import Unreadable
from jianguan.facts.validate import MARKS, Rule, compile_contract, literal, name

ROW_GROUP = 20_480
"""Rows held back for each open day while a file is written: few, or they crowd out all else and DuckDB works twice as
long. Compaction writes groups of the usual size."""
PARQUET = f"FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION 'V2', ROW_GROUP_SIZE {ROW_GROUP}"
SORTED_ROWS = 500_000
"""A day of the largest fact is less. A backlog with more rows is sorted by site when the lake is compacted."""
JOINED_IDS = 1_000_000
"""Up to so many different personal values are looked up while writing; more would not fit beside what is written, and
each is computed where it stands."""

JSON_RULE, FORMULA_RULE, REPEATED_RULE, FOREIGN_RULE = "json", "formula", "repeated", "foreign"
ERROR_RULE, ERROR = "excel_error", -6


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken."""

    line: int
    column: str
    rule: str
    message: str
    original: bytes
    day: dt.date | None = None
    """The day the row is about, where it can be read."""


@dataclass(slots=True)
class Staged:
    """What became of a file, before it is committed."""

    files: list[Added] = field(default_factory=list)
    accepted: int = 0
    refused: int = 0
    left_out: int = 0
    superseding: int = 0
    conflicting: int = 0
    days: list[tuple[str, str, int]] = field(default_factory=list)
    """Day, capacity key, rows."""
    held: list[tuple[str, str, int]] = field(default_factory=list)
    """Superseding or conflicting, day, records."""
    refused_on: Counter[str] = field(default_factory=Counter)
    warnings: dict[str, int] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)


class Stage:
    """The steps of staging one file; every step is one or two statements of DuckDB."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        opened: Opened,
        contract: Contract,
        mapping: Mapping | None,
        keys: Keys,
        *,
        now: dt.datetime,
        capacity: str = "",
        allowed: frozenset[str] = frozenset(),
    ) -> None:
        self.connection, self.opened, self.contract, self.keys = connection, opened, contract, keys
        self.capacity = capacity
        self.allowed = sorted(allowed | {capacity}) if capacity else sorted(allowed)
        found, self.unused = mappings.columns(contract, mapping, opened.columns)
        self.names_capacity = "capacity" in found
        self.checked = compile_contract(contract, found, now)
        self.keep = mappings.keep(mapping)
        self.hidden = [key for key, column in contract.columns.items() if column.pseudonymous and key in found]
        self.joined = False
        self.first_of: str = ""
        self.has_broken = False

    def identities(self) -> Iterator[tuple[str, str]]:
        """Compute the pseudonyms of all personal values of the file, once each; yield (pseudonym, value)."""
        values = ", ".join(self.checked.values[key] for key in self.hidden)
        if not values:
            return
        found = f"SELECT unnest([{values}]) AS value FROM {self.opened.source} WHERE {self.keep}"
        scratch = self.opened.data.parent
        lines, width = self.opened.lines, len(self.hidden)
        for part in large.parts(self.connection, found, scratch, lines=lines, width=width):
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE ids AS SELECT value, {self.keys.sql('value')} AS pseudonym FROM"
                f" (SELECT DISTINCT value FROM ({part}) WHERE value IS NOT NULL)"
            )
            counted = self.connection.execute("SELECT count(*) FROM ids").fetchone()
            self.joined = lines <= large.TOGETHER and counted is not None and counted[0] <= JOINED_IDS
            cursor = self.connection.execute("SELECT pseudonym, value FROM ids")
            while rows := cursor.fetchmany(10_000):
                yield from rows

    def write(self, folder: Path, batch: int) -> list[Added]:
        """Write the accepted rows below ``folder``, by day, sorted by site; return the files, named from its parent."""
        row = self._numbered_needed()
        columns, joins = [], []
        for key in self.contract.columns:
            value = f"c.{name(key)}"
            if key in self.hidden and not self.joined:
                value = self.keys.sql(value)
            elif key in self.hidden:
                joins.append(f" LEFT JOIN ids AS i_{key} ON i_{key}.value = {value}")
                value = f"i_{key}.pseudonym"
            elif key == "capacity" and self.capacity:
                value = f"coalesce({value}, {literal(self.capacity)})"
            columns.append(f"{value} AS {name(key)}")
        if "day" not in self.contract.columns:
            columns.append(f"CAST(c.{name(self.contract.day)} AS DATE) AS day")
        order = f" ORDER BY day, {name(self.contract.site)}" if self.opened.lines <= SORTED_ROWS else ""
        target = folder if order else folder / UNSORTED
        target.mkdir(parents=True, exist_ok=True)
        forget_broken_lines(self.connection)
        rows = (
            f"SELECT {', '.join(columns)}, c.{name(MARKS)}, CAST({batch} AS BIGINT) AS _batch"
            f" FROM ({self._checked(row=row)}) AS c{''.join(joins)} WHERE c._problem IS NULL{order}"
        )
        if self.opened.lines > large.TOGETHER:
            written = large.write_days(self.connection, rows, self.opened.data.parent, target, PARQUET)
        else:
            written = self.connection.execute(
                f"COPY ({rows}) TO {literal(target)} ({PARQUET}, PARTITION_BY (day), RETURN_STATS, OVERWRITE true)"
            ).fetchall()
        files = []
        for path, count, size, *_ in written:
            below = Path(path).relative_to(folder.parent)
            files.append(Added(str(below), below.parent.name.partition("=")[2], count, size))
        return files

    def repeated(self, files: list[str]) -> bool:
        """Find keys that stand more than once in the written files; from then on only the first row of each passes."""
        hashed = f"hash({', '.join(map(name, self.contract.key))})"
        same = f"SELECT {hashed} AS h FROM {read(files)} GROUP BY h HAVING count(*) > 1"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE twice AS {same}")
        if self.connection.execute("SELECT 1 FROM twice LIMIT 1").fetchone() is None:
            return False
        keys = ", ".join(map(name, self.contract.key))
        self.one_thread()
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE firsts AS SELECT {keys}, min(_row) AS _first"
            f" FROM ({self._checked(row=True)}) WHERE _problem IS NULL AND {self._hash()} IN (SELECT h FROM twice)"
            f" GROUP BY {keys} HAVING count(*) > 1"
        )
        if self.connection.execute("SELECT 1 FROM firsts LIMIT 1").fetchone() is None:
            return False
        self.first_of = "firsts"
        return True

    def _hash(self) -> str:
        """The hash of a key as it will stand in the lake."""
        return f"hash({', '.join(self._keys().values())})"

    def _keys(self) -> dict[str, str]:
        """Key columns with their SQL as they will stand in the lake."""
        return {key: self.keys.sql(name(key)) if key in self.hidden else name(key) for key in self.contract.key}

    def count(self, files: list[str]) -> tuple[list[tuple[str, str, int]], dict[str, int]]:
        """Count the written rows by day and capacity, and those that deserve a word."""
        scanned = read(files)
        days = self.connection.execute(
            f"SELECT CAST(day AS VARCHAR), coalesce(capacity, ''), count(*) FROM {scanned} GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        if not self.checked.warnings:
            return days, {}
        counted = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in self.checked.warnings.values())
        noted = "".join(f", {sql} AS {name(key)}" for key, sql in self.checked.noted.items())
        totals = self.connection.execute(f"SELECT {counted} FROM (SELECT *{noted} FROM {scanned})").fetchone() or ()
        return days, {words: total for words, total in zip(self.checked.warnings, totals, strict=True) if total}

    def keep_broken(self) -> int:
        """Put the lines of the latest scan that were no rows aside for ``refusals``; return how many there are."""
        self.has_broken = bool(found := keep_broken_lines(self.connection, self.opened))
        return found

    def _broken(self) -> Iterator[Broken]:
        return broken_lines(self.connection, self.opened) if self.has_broken else iter(())

    def refusals(self) -> Iterator[Refused]:
        """Read the file again, in order, and yield every row that was not taken.

        What the first reading could not split comes first. Lines are counted by record: a line break inside quotes
        does not count.
        """
        yield from (Refused(one.line, "", "broken", one.message, one.original) for one in self._broken())
        self.one_thread()
        original = "_whole" if self.opened.kind == "json" else "CAST(to_json(_original) AS VARCHAR)"
        checked = self._checked(row=True, original=True)
        cursor = self.connection.execute(
            f"SELECT _row, _problem, {original}, TRY_CAST({name(self.contract.day)} AS DATE) FROM ({checked})"
            " WHERE _problem IS NOT NULL ORDER BY _row"
        )
        between, passed = (one.line for one in self._broken()), 0
        following = next(between, None)
        while chunk := cursor.fetchmany(5000):
            for row, problem, text, day in chunk:
                line = row + self.opened.header_lines
                while following is not None and following <= line + passed:
                    passed, following = passed + 1, next(between, None)
                yield self._refused(line + passed, problem, text, day)

    def _refused(self, line: int, problem: int, text: str | None, day: dt.date | None) -> Refused:
        rule = self._special().get(problem) or self.checked.rule(problem)
        message = rule.message
        if problem == ERROR and (place := self.opened.suspects.errors.get(line)):
            message = f"“{list(self.opened.columns)[place - 1][:60]}”列{message}"
        return Refused(line, rule.column, rule.name, message, (text or "").encode(), day)

    @staticmethod
    def _special() -> dict[int, Rule]:
        return {
            -1: Rule(-1, JSON_RULE, "", "不是 JSON 对象"),
            -2: Rule(-2, FORMULA_RULE, "", "含公式单元格，请先粘贴为数值"),
            ERROR: Rule(ERROR, ERROR_RULE, "", "是 Excel 错误值（如 #N/A、#REF!），请改正或清空"),
            -4: Rule(-4, JSON_RULE, "", "同一列写了两次"),
            -3: Rule(-3, REPEATED_RULE, "", "同一文件中主键重复，只收第一行"),
            -5: Rule(-5, FOREIGN_RULE, "capacity", "履职身份不在该数据源的代报范围内"),
            -7: Rule(-7, "unknown_capacity", "capacity", "没有这个履职身份"),
        }

    def verdicts(self, held: list[str], mine: Collection[int]) -> list[tuple[int, Rule | None, int | None]]:
        """Check every row without writing anything; rows that the mapping leaves out are not among the answers.

        Returns the number of the row, the rule it breaks if any, and the latest of the batches ``mine`` that has a
        record of the same key in the files ``held`` of the lake.
        """
        self.one_thread()
        keys = [
            f"{self.keys.sql(name(key)) if key in self.hidden else name(key)} AS {name(key)}"
            for key in self.contract.key
        ]
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE judged AS SELECT _row, _problem, {', '.join(keys)}"
            f" FROM ({self._checked(row=True)})"
        )
        listed = ", ".join(map(name, self.contract.key))
        older = read(held) if held else empty(self.contract)
        remember(self.connection, mine)
        rows = self.connection.execute(
            f"SELECT _row, CASE WHEN _problem IS NULL AND row_number() OVER (PARTITION BY {listed}, _problem IS NULL"
            " ORDER BY _row) > 1 THEN -3 ELSE _problem END, _latest"
            f" FROM judged LEFT JOIN (SELECT {listed}, max(_batch) AS _latest FROM {older} SEMI JOIN judged"
            f" USING ({listed}) SEMI JOIN mine USING (_batch) GROUP BY {listed}) USING ({listed}) ORDER BY _row"
        ).fetchall()
        return [
            (row, (self._special().get(problem) or self.checked.rule(problem)) if problem else None, latest)
            for row, problem, latest in rows
        ]

    def preview(self, rows: int) -> list[tuple[dict[str, object], Rule | None]]:
        """Return the first rows as the contract reads them, in clear, each with the rule it breaks."""
        self.one_thread()
        columns = list(self.contract.columns)
        found = self.connection.execute(
            f"SELECT _problem, {', '.join(map(name, columns))} FROM ({self._checked(row=True)})"
            f" ORDER BY _row LIMIT {rows}"
        ).fetchall()
        return [
            (
                dict(zip(columns, values, strict=True)),
                (self._special().get(problem) or self.checked.rule(problem)) if problem else None,
            )
            for problem, *values in found
        ]

    def left_out(self) -> int:
        """Count the rows that the mapping's filters leave out."""
        if self.keep == "true":
            return 0
        row = self.connection.execute(
            f"SELECT count(*) FROM {self.opened.source} WHERE NOT coalesce({self.keep}, false)"
        ).fetchone()
        return row[0] if row else 0

    def account(self, staged: Staged) -> None:
        """Check that what was read is what was accepted, left out and refused, line by line.

        Where quotation marks join lines to one record, or lines are blank, those are counted too; blank lines inside
        quotes may count twice. Raises Unreadable otherwise: DuckDB lost a row, and nobody knows which.
        """
        read = self.opened.lines - self.opened.header_lines
        lost = read - staged.accepted - staged.left_out - staged.refused
        if lost and self.opened.kind in {"csv", "excel"}:
            lost -= self._joined()
            lost = max(lost - blank_lines(self.opened), 0) if lost > 0 else lost
        if lost:
            raise Unreadable(
                f"行数对不上：读到 {read} 行，收录 {staged.accepted} 行、略去 {staged.left_out} 行、"
                f"退回 {staged.refused} 行，相差 {abs(lost)} 行，整批不收，请重新导出"
            )

    def _joined(self) -> int:
        """Count the line breaks inside the values of all records, left out and refused ones too."""
        breaks = " + ".join(
            f"coalesce(len(regexp_extract_all({name(column)}, '\\r\\n|\\r|\\n')), 0)" for column in self.opened.columns
        )
        row = self.connection.execute(f"SELECT coalesce(sum({breaks}), 0) FROM {self.opened.source}").fetchone()
        return int(row[0]) if row else 0

    def one_thread(self) -> None:
        """Read in file order from here on."""
        self.connection.execute("SET threads = 1; SET preserve_insertion_order = true")

    def _numbered_needed(self) -> bool:
        suspects = self.opened.suspects
        if suspects.formulas or suspects.errors or self.first_of:
            self.one_thread()
            return True
        return False

    def _checked(self, *, row: bool, original: bool = False) -> str:
        """SQL of all rows kept: values, the number of the first broken rule as ``_problem``."""
        source = self.opened.numbered() if row else self.opened.source
        extra = [f"{name(ROW)} AS _row"] if row else []
        special = []
        if self.opened.kind == "json":
            extra += [f"{name(SOUND)} AS _sound", f"{name(TWICE)} AS _twice", f"{name(WHOLE)} AS _whole"]
            special.append("WHEN NOT _sound THEN -1 WHEN _twice THEN -4")
        for number, lines in ((-2, self.opened.suspects.formulas), (ERROR, self.opened.suspects.errors)):
            if lines and row:
                rows = ", ".join(str(line - self.opened.header_lines) for line in sorted(lines))
                special.append(f"WHEN _row IN ({rows}) THEN {number}")
        if original and self.opened.kind != "json":
            raw = ", ".join(f"{literal(column)}: {name(column)}" for column in self.opened.columns)
            extra.append(f"{{{raw}}} AS _original")
        if self.allowed and self.names_capacity:
            listed = ", ".join(map(literal, self.allowed))
            special.append(f"WHEN capacity NOT IN ({listed}) THEN {-5 if self.capacity else -7}")
        values = [f"{sql} AS {name(key)}" for key, sql in self.checked.values.items()]
        carried = [f"{sql} AS {name(key)}" for key, sql in self.checked.carried.items()]
        inner = f"SELECT {', '.join([*values, *carried, *extra])} FROM {source} WHERE coalesce({self.keep}, false)"
        derived = "".join(f", {sql} AS {name(key)}" for key, sql in self.checked.derived.items())
        problem = self.checked.problem
        if special:
            problem = f"CASE {' '.join(special)} ELSE {problem} END"
        found = f"{problem} AS _problem, {self.checked.marks} AS {name(MARKS)}"
        judged = f"SELECT *, {found} FROM (SELECT *{derived} FROM ({inner}))"
        if not (self.first_of and row):
            return judged
        same = " AND ".join(f"f.{name(key)} IS NOT DISTINCT FROM j.{name(key)}" for key in self.contract.key)
        return (
            "SELECT j.* REPLACE (CASE WHEN j._problem IS NULL AND f._first IS NOT NULL AND j._row <> f._first THEN -3"
            f" ELSE j._problem END AS _problem) FROM ({judged}) AS j LEFT JOIN firsts AS f ON {same}"
        )


def settle(folder: Path) -> None:
    """Make everything below a folder durable before it is committed."""
    for path in [folder, *folder.rglob("*")]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_summary(path: Path, summary: dict[str, object]) -> None:
    """Write what PostgreSQL shall be told after the commit, so that a restart can tell it too."""
    path.write_text(json.dumps(summary, ensure_ascii=False), encoding="utf-8")
