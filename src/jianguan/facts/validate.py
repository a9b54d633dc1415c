"""A contract compiled to DuckDB SQL: values read from text or typed columns, and the first rule each row breaks.

Nothing is changed silently: a value either reads exactly as its type or the row is refused.
"""

import datetime as dt
import re
from dataclasses import dataclass, field

from jianguan.engines.validators import FORMS, WARNINGS
from jianguan.facts.contract import Check, Column, Contract, Kind, codes

CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,6})?)?"
ISO_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
OTHER_DATE = (
    "[0-9]{4}(/[0-9]{1,2}/[0-9]{1,2}|\\.[0-9]{1,2}\\.[0-9]{1,2}|-[0-9]{1,2}-[0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日)"
)
TRUE, FALSE = ("true", "t", "1", "是", "Y", "y", "True", "TRUE"), ("false", "f", "0", "否", "N", "n", "False", "FALSE")
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
FUTURE = dt.timedelta(hours=1)
MARKS = "_marks"
"""Column of the lake: names of the rules of its contract that a row breaks, comma between them."""
CONFLICT = "conflict"
CONFLICT_WORDS = "同一主键已由其他数据源报送，两条都保留，现行的仍是先报的一条"
"""Mark of a record whose key another source has reported, and its words."""
MARKED = "标记："
"""Begins the words of warnings that count such rows."""
AHEAD = "future"
"""Mark of a row with a time that had not come when the row did; the day of a row refuses it instead."""
AHEAD_WORDS = "有时间晚于接收时刻一小时以上"
PLAIN, BLANK = "[!-~]+", "[\\s\\p{Z}\\p{C}]*"
PADDED = "^[\\s\\p{Z}]|[\\s\\p{Z}]$|[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]"
FLOATS, EXACT = {"DOUBLE", "FLOAT"}, 2**53
SCALAR = re.compile(
    r"BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DOUBLE|FLOAT|DECIMAL\(\d+, ?\d+\)|VARCHAR|UUID|DATE|TIME"
    r"|TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE"
)
INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}


def name(text: str) -> str:
    """Quote an identifier for SQL."""
    return '"' + text.replace('"', '""') + '"'


def literal(text: object) -> str:
    """Quote a value as SQL text."""
    return "'" + str(text).replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to refuse a row."""

    number: int
    name: str
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A contract compiled for one file."""

    values: dict[str, str]
    """Column of the contract → SQL over the raw columns."""
    problem: str
    """SQL over the read columns (and ``raw_…``): number of the first broken rule, or NULL."""
    rules: tuple[Rule, ...]
    carried: dict[str, str] = field(default_factory=dict)
    """Helper columns over the raw columns that ``problem`` needs beside the values."""
    derived: dict[str, str] = field(default_factory=dict)
    """Helper columns over the read columns that ``problem`` needs."""
    noted: dict[str, str] = field(default_factory=dict)
    """Helper columns over the read columns that ``warnings`` need."""
    warnings: dict[str, str] = field(default_factory=dict)
    """Chinese words → SQL condition over the read columns, counted, never refused."""
    marks: str = "CAST(NULL AS VARCHAR)"
    """SQL over the read columns: names of the rules a row breaks that mark it, or NULL."""

    def rule(self, number: int) -> Rule:
        """Return the rule of a number."""
        return self.rules[number - 1]


def _round_trip(kind: str, text: str, otherwise: str) -> str:
    """SQL that reads text written exactly as DuckDB writes it, the common case, before it tries other forms."""
    read = f"try_cast({text} AS {kind})"
    return f"CASE WHEN CAST({read} AS VARCHAR) = {text} THEN {read} {otherwise} END"


def as_date(text: str) -> str:
    """Return SQL that reads a date from text in one of five unambiguous forms, else NULL."""
    plain = f"translate({text}, '/.年月', '----')"
    return _round_trip(
        "DATE",
        text,
        f"WHEN regexp_full_match({text}, '{ISO_DATE}( 00:00:00(\\.0+)?)?')"
        f" THEN try_cast(substr({text}, 1, 10) AS DATE)"
        f" WHEN regexp_full_match({text}, '[0-9]{{8}}') THEN try_strptime({text}, '%Y%m%d')::DATE"
        f" WHEN regexp_full_match({text}, '{OTHER_DATE}') THEN try_strptime(rtrim({plain}, '日'), '%Y-%m-%d')::DATE",
    )


def as_timestamp(text: str) -> str:
    """Return SQL that reads a local time (Asia/Shanghai) from text, else NULL; other zones are not guessed."""
    plain = f"replace(translate({text}, '/.年月T', '---- '), '日', '')"
    forms = "['%Y-%m-%d %H:%M:%S', '%Y-%m-%d %H:%M', '%Y-%m-%d%H:%M:%S', '%Y-%m-%d%H:%M']"
    return _round_trip(
        "TIMESTAMP",
        text,
        f"WHEN regexp_full_match({text}, '{ISO_DATE}[ T]{CLOCK}(\\+08:?00)?')"
        f" THEN try_cast(regexp_replace({text}, '\\+08:?00$', '') AS TIMESTAMP)"
        f" WHEN regexp_full_match({text}, '[0-9]{{14}}') THEN try_strptime({text}, '%Y%m%d%H%M%S')"
        f" WHEN regexp_full_match({text}, '{OTHER_DATE}[ T]?([0-9]|[01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?')"
        f" THEN try_strptime({plain}, {forms})",
    )


def from_text(column: Column, text: str) -> str:
    """Return SQL that reads a column's value from a VARCHAR expression; NULL when it does not read exactly."""
    match column.kind:
        case Kind.TEXT:
            return text
        case Kind.INT:
            return _round_trip(
                "BIGINT", text, f"WHEN regexp_full_match({text}, '[+-]?[0-9]{{1,18}}') THEN try_cast({text} AS BIGINT)"
            )
        case Kind.DECIMAL:
            form = f"[+-]?[0-9]{{1,{18 - column.size}}}(\\.[0-9]{{0,{column.size}}}0*)?"
            return f"CASE WHEN regexp_full_match({text}, '{form}') THEN try_cast({text} AS {column.sql_type}) END"
        case Kind.BOOL:
            yes, no = (", ".join(map(literal, words)) for words in (TRUE, FALSE))
            return f"CASE WHEN {text} IN ({yes}) THEN true WHEN {text} IN ({no}) THEN false END"
        case Kind.DATE:
            return as_date(text)
        case _:
            return as_timestamp(text)


def from_typed(column: Column, raw: str, found: str) -> str | None:  # noqa: PLR0911 - one return a pair of types
    """Return SQL that reads a column's value from a column of a DuckDB type; None when its text can be read.

    A number or time that the column cannot hold exactly is not read, nor is a list, a structure or bytes.
    """
    if found == column.sql_type:
        return raw
    number = found in FLOATS or found.startswith("DECIMAL")
    match column.kind:
        case _ if not SCALAR.fullmatch(found):
            return f"CAST(NULL AS {column.sql_type})"
        case Kind.TEXT if found in INTEGERS:
            return f"CAST({raw} AS VARCHAR)"
        case Kind.TEXT if found in FLOATS:  # a whole number that a column with gaps made a fraction
            return (
                f"CASE WHEN {_whole(raw)} THEN CAST(CAST({raw} AS BIGINT) AS VARCHAR) ELSE CAST({raw} AS VARCHAR) END"
            )
        case Kind.INT if found in INTEGERS:
            return f"CAST({raw} AS BIGINT)"
        case Kind.INT if number:
            return f"CASE WHEN {_whole(raw)} THEN CAST({raw} AS BIGINT) END"
        case Kind.DECIMAL if found in INTEGERS:
            return f"try_cast({raw} AS {column.sql_type})"
        case Kind.DECIMAL if number:
            value = f"try_cast({raw} AS {column.sql_type})"
            return f"CASE WHEN try_cast({value} AS {found}) = {raw} THEN {value} END"
        case Kind.TIMESTAMP if found == "TIMESTAMP WITH TIME ZONE":
            return f"timezone('Asia/Shanghai', {raw})"
        case Kind.TIMESTAMP if found == "TIMESTAMP_NS":
            return f"CASE WHEN CAST(CAST({raw} AS TIMESTAMP) AS TIMESTAMP_NS) = {raw} THEN CAST({raw} AS TIMESTAMP) END"
        case Kind.TIMESTAMP if found.startswith("TIMESTAMP") or found == "DATE":
            return f"CAST({raw} AS TIMESTAMP)"
        case _:
            return None


def _whole(raw: str) -> str:
    """SQL: a number is whole, and small enough to be exact."""
    return f"abs({raw}) < {EXACT} AND {raw} = trunc({raw})"


def compile_contract(contract: Contract, found: dict[str, tuple[str, str]], now: dt.datetime) -> Checked:
    """Compile a contract for a file.

    ``found``: column of the contract → (SQL of the raw value, its DuckDB type). Columns not in it are empty.
    ``now``: moment of arrival, local time; the day column may not lie further ahead than an hour.
    """
    values, carried = {}, {}
    warnings: dict[str, str] = {}
    refused: list[tuple[str, str, str, str]] = []  # rule, column, message, condition
    identifiers = [key for key in _identifiers(contract) if found.get(key)]
    for key, column in contract.columns.items():
        this = name(key)
        raw, kind = found.get(key, ("NULL", ""))
        values[key], raw = _value(column, raw, kind)
        if kind and values[key] != raw:
            carried[f"raw_{key}"] = raw
            message = f"{column.label}无法读作{KIND_WORDS[column.kind]}"
            refused.append(("type", key, message, f"{this} IS NULL AND {name('raw_' + key)} IS NOT NULL"))
        if column.required:
            empty = f"{this} IS NULL"
            if column.kind is Kind.TEXT and key not in identifiers and kind:
                empty += f" OR (({this} < '!' OR {this} > '~') AND regexp_full_match({this}, '{BLANK}'))"
            refused.append(("required", key, f"{column.label}为空", empty))
        if kind:
            refused += [(rule, key, message, condition) for rule, message, condition in _limits(column, key)]
            warnings |= _warnings(column, key)
    limit = now.replace(tzinfo=None) + FUTURE
    bound = limit.date() if contract.columns[contract.day].kind is Kind.DATE else limit
    ahead = f"{name(contract.day)} > {literal(bound)}"
    refused.append(("future", contract.day, f"{contract.columns[contract.day].label}在未来", ahead))
    marked = [*(check for check in contract.checks if check.effect == "mark"), *_not_yet(contract, found, limit)]
    refused += [
        (check.name, "", check.message, f"NOT ({check.sql})") for check in contract.checks if check.effect == "refuse"
    ]
    warnings |= {f"{MARKED}{check.message}": has_mark(check.name) for check in marked}
    cases = " ".join(f"WHEN {one[3]} THEN {place}" for place, one in enumerate(refused, 1))
    problem = f"CASE {cases} END"
    if identifiers:  # one look tells that all of them are plain, as they nearly always are
        padded = [one for key in identifiers for one in _padded(contract.columns[key], key)]
        cases = " ".join(f"WHEN {one[3]} THEN {place}" for place, one in enumerate(padded, len(refused) + 1))
        plain = " AND ".join(f"regexp_full_match({name(key)}, '{PLAIN}')" for key in identifiers)
        problem = f"coalesce({problem}, CASE WHEN NOT coalesce({plain}, false) THEN CASE {cases} END END)"
        refused += padded
    rules = tuple(Rule(place, *one[:3]) for place, one in enumerate(refused, 1))
    with_form = {key: column for key, column in contract.columns.items() if column.form and key in found}
    derived = {f"number_{key}": FORMS[column.form].number_of(name(key)) for key, column in with_form.items()}
    noted = {
        f"number_{key}": FORMS[WARNINGS[column.form]].number_of(name(key))
        for key, column in with_form.items()
        if column.form in WARNINGS
    }
    return Checked(
        values,
        problem,
        rules,
        carried,
        {key: sql for key, sql in derived.items() if sql},
        {key: sql for key, sql in noted.items() if sql},
        warnings,
        _marks(marked),
    )


def _identifiers(contract: Contract) -> list[str]:
    """Key and site, by whose text rows belong together: a blank or an unseen character would set them apart."""
    meant = dict.fromkeys((*contract.key, contract.site))
    return [key for key in meant if contract.columns[key].kind is Kind.TEXT and not _listed(contract.columns[key])]


def _listed(column: Column) -> bool:
    """Whether a form or a complete code table already says which texts there are."""
    return bool(column.form) or bool(column.code and codes()[column.code].complete)


def _padded(column: Column, key: str) -> list[tuple[str, str, str, str]]:
    """Rules that refuse an identifier of blanks alone, and one with blanks around or unseen characters in it."""
    this = name(key)
    found = [("padded", key, f"{column.label}首尾有空白，或含不可见字符", f"regexp_matches({this}, '{PADDED}')")]
    if column.required:
        found.insert(0, ("required", key, f"{column.label}为空", f"regexp_full_match({this}, '{BLANK}')"))
    return found


def _not_yet(contract: Contract, found: dict[str, tuple[str, str]], limit: dt.datetime) -> list[Check]:
    """The rule that marks a row with a time beyond ``limit`` in a column that tells of what has happened."""
    past = [
        f"{name(key)} <= {literal(limit.date() if column.kind is Kind.DATE else limit)}"
        for key, column in contract.columns.items()
        if column.kind in {Kind.DATE, Kind.TIMESTAMP} and not column.ahead and key != contract.day and key in found
    ]
    return [Check(name=AHEAD, effect="mark", sql=" AND ".join(past), message=AHEAD_WORDS)] if past else []


def _marks(checks: list[Check]) -> str:
    """SQL over the read columns: the names of the marking rules a row breaks, comma between them, or NULL."""
    if not checks:
        return "CAST(NULL AS VARCHAR)"
    names = ", ".join(f"CASE WHEN NOT ({check.sql}) THEN {literal(check.name)} END" for check in checks)
    return f"nullif(concat_ws(',', {names}), '')"


def has_mark(rule: str) -> str:
    """Return the SQL condition that a row of the lake carries the mark of a rule."""
    return f"list_contains(string_split({name(MARKS)}, ','), {literal(rule)})"


def _value(column: Column, raw: str, kind: str) -> tuple[str, str]:
    """SQL of the value a raw column reads as, and of the raw value itself, empty text being nothing."""
    if not kind:
        return f"CAST(NULL AS {column.sql_type})", raw
    if kind == "VARCHAR":
        raw = f"nullif({raw}, '')"
        return from_text(column, raw), raw
    typed = from_typed(column, raw, kind)
    return (from_text(column, f"CAST({raw} AS VARCHAR)") if typed is None else typed), raw


KIND_WORDS = {
    Kind.BOOL: "是或否",
    Kind.DATE: "日期",
    Kind.DECIMAL: "小数",
    Kind.INT: "整数",
    Kind.TEXT: "文字",
    Kind.TIMESTAMP: "时间",
}


def _limits(column: Column, key: str) -> list[tuple[str, str, str]]:
    """Rule, message and condition under which a value is refused."""
    this = name(key)
    found = []
    table = codes()[column.code] if column.code else None
    listed = table is not None and table.complete
    if table and listed:
        values = ", ".join(map(literal, table.entries))
        found.append(("code", f"{column.label}不在代码表“{table.label}”中", f"{this} NOT IN ({values})"))
    if column.form:
        form = FORMS[column.form]
        wrong = f"{this} IS NOT NULL AND NOT {form.sql_of(this, name(f'number_{key}'))}"
        found.append(("form", f"{column.label}不是合规的{form.label}", wrong))
    if column.kind is Kind.TEXT and column.size and not column.form and not listed:
        found.append(("length", f"{column.label}超过{column.size}个字符", f"length({this}) > {column.size}"))
    if column.min is not None:
        found.append(("min", f"{column.label}小于{column.min:g}", f"{this} < {column.min:g}"))
    if column.max is not None:
        found.append(("max", f"{column.label}大于{column.max:g}", f"{this} > {column.max:g}"))
    if column.kind in {Kind.DATE, Kind.TIMESTAMP}:
        bounds = f"{this} NOT BETWEEN {literal(EARLIEST)} AND {literal(LATEST)}"
        found.append(("range", f"{column.label}不在一九〇〇年至二一九九年之间", bounds))
    return found


def _warnings(column: Column, key: str) -> dict[str, str]:
    """Words and condition of what is counted, never refused."""
    this = name(key)
    found = {}
    if column.code and not (table := codes()[column.code]).complete:
        found[f"{column.label}：代码未收录"] = f"{this} NOT IN ({', '.join(map(literal, table.entries))})"
    if stricter := WARNINGS.get(column.form):
        holds = FORMS[stricter].sql_of(this, name(f"number_{key}"))
        found[f"{column.label}：{FORMS[stricter].label}不符"] = f"{this} IS NOT NULL AND NOT {holds}"
    return found
