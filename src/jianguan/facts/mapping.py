"""Mapping files (映射): how the columns of a foreign export become those of a contract; data, never code."""

import codecs
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import msgspec
import yaml

from jianguan.facts.contract import Contract, Strict
from jianguan.facts.encodings import KNOWN
from jianguan.facts.validate import literal, name
from jianguan.kit.digests import hexdigest

FACTOR = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,6})?")
FORMAT = re.compile("([^%]|%-?[YymdHIpMSfjbB]|%%)+", re.DOTALL)
MOST_DIGITS, MOST_SKIPPED = 8, 1000


class WrongMapping(ValueError):
    """A mapping contradicts itself, or names columns that the contract or the file does not have."""


class Source(Strict, frozen=True, kw_only=True):
    """Where one column comes from and how it is recoded."""

    column: str | None = msgspec.field(name="from", default=None)
    constant: str | None = None
    codes: dict[str, str] = {}
    """Foreign code → code of the contract; others stay as they are, for the contract to refuse."""
    factor: str = ""
    """Multiplies a number, for another unit: '0.001' turns metres into kilometres."""
    digits: int | None = None
    """Rounds a number to so many digits after the point."""
    format: str = ""
    """strptime format of a date or time."""
    trim: bool = False

    def __post_init__(self) -> None:
        """Refuse what would fail, or change values unseen, only once rows are read."""
        if self.factor and (not FACTOR.fullmatch(self.factor) or not float(self.factor)):
            raise WrongMapping(f"倍数 {self.factor} 须为不为零的小数，整数部分至多四位，小数部分至多六位")
        if self.digits is not None and not 0 <= self.digits <= MOST_DIGITS:
            raise WrongMapping(f"小数位数 {self.digits} 须在 0 至 {MOST_DIGITS} 之间")
        if self.format and not FORMAT.fullmatch(self.format):
            raise WrongMapping(f"时间格式 {self.format} 含未支持的符号；支持 %Y %y %m %d %H %I %p %M %S %f %j %b %B %%")


class Filter(Strict, frozen=True, kw_only=True):
    """Rows kept: those whose column is one of, or none of, some texts. The others are counted as left out."""

    column: str
    one_of: tuple[str, ...] | None = None
    none_of: tuple[str, ...] = ()


class Mapping(Strict, frozen=True, kw_only=True):
    """A mapping file."""

    contract: str
    columns: dict[str, str | Source]
    encoding: str = ""
    delimiter: str = ""
    skip: int = 0
    """Lines before the header."""
    sheet: str = ""
    filters: tuple[Filter, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no file could be read by."""
        if self.encoding:
            try:
                known = codecs.lookup(self.encoding).name in KNOWN
            except LookupError:
                known = False
            if not known:
                raise WrongMapping(f"不支持编码 {self.encoding}；支持 {'、'.join(sorted(KNOWN))}")
        if self.delimiter and (len(self.delimiter) > 1 or not self.delimiter.isascii() or self.delimiter in '"\r\n\0'):
            raise WrongMapping(f"分隔符 {self.delimiter!r} 须为一个字符，且不能是引号或换行")
        if not 0 <= self.skip <= MOST_SKIPPED:
            raise WrongMapping(f"表头前的行数 {self.skip} 须在 0 至 {MOST_SKIPPED} 之间")

    @property
    def digest(self) -> str:
        """SHA-256 of what the mapping says."""
        return hexdigest(msgspec.json.encode(self, order="sorted"))


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises WrongMapping when it is not one.
    """
    try:
        return msgspec.convert(yaml.load(path.read_bytes(), Loader=Once), Mapping)  # noqa: S506 - a safe loader
    except (msgspec.MsgspecError, yaml.YAMLError, RecursionError) as failure:
        raise WrongMapping(f"映射文件 {path.name} 不合规：{failure}") from failure


class Once(yaml.SafeLoader):
    """Reads YAML in which no key may be written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse a key that stands twice: the library would take the last in silence."""
        keys = [key.value for key, _ in node.value]
        if twice := sorted({str(key) for key in keys if keys.count(key) > 1}):
            raise yaml.constructor.ConstructorError(None, None, f"{'、'.join(twice)} 写了两次", node.start_mark)
        return super().construct_mapping(node, deep)


def columns(
    contract: Contract, mapping: Mapping | None, available: dict[str, str]
) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Find every column of a contract in a file: (column → (SQL, DuckDB type), names of the file nobody asked for).

    ``available``: column of the file → DuckDB type. Without a mapping, names, Chinese labels and aliases are tried.
    Raises WrongMapping when a named column is missing, unknown, or given twice.
    """
    if mapping is None:
        names = contract.names()
        found: dict[str, tuple[str, str]] = {}
        used: dict[str, str] = {}
        for column, kind in available.items():
            key = names.get(column.strip().lower())
            if key and key in used:
                raise WrongMapping(f"“{used[key]}”与“{column}”都是{contract.columns[key].label}")
            if key:
                used[key] = column
                found[key] = (name(column), kind)
        return found, [column for column in available if column not in used.values()]
    if mapping.contract != contract.name:
        raise WrongMapping(f"映射用于 {mapping.contract}，不是 {contract.name}")
    if unknown := set(mapping.columns) - set(contract.columns):
        raise WrongMapping(f"约定“{contract.label}”没有列：{'、'.join(sorted(unknown))}")
    sources = {key: Source(column=one) if isinstance(one, str) else one for key, one in mapping.columns.items()}
    wanted = {one.column for one in sources.values() if one.column} | {one.column for one in mapping.filters}
    if missing := wanted - set(available):
        raise WrongMapping(f"文件没有列：{'、'.join(sorted(missing))}")
    found = {key: _expression(one, available) for key, one in sources.items()}
    return found, [column for column in available if column not in wanted]


def _expression(one: Source, available: dict[str, str]) -> tuple[str, str]:
    if one.column is None:
        if one.constant is None:
            raise WrongMapping("列须有 from 或 constant")
        return literal(one.constant), "VARCHAR"
    sql, kind = name(one.column), available[one.column]
    plain = not (one.codes or one.factor or one.format or one.trim or one.digits is not None)
    if plain:
        return sql, kind
    if kind != "VARCHAR":
        sql = f"CAST({sql} AS VARCHAR)"
    if one.trim:
        sql = f"trim({sql})"
    if one.codes:
        cases = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in one.codes.items())
        sql = f"CASE {sql} {cases} ELSE {sql} END"
    if one.factor or one.digits is not None:
        number = f"try_cast({sql} AS DECIMAL(28, 8)) * CAST({literal(one.factor or '1')} AS DECIMAL(10, 6))"
        if one.digits is not None:
            number = f"round({number}, {one.digits})"
        sql = f"coalesce(rtrim(CAST({number} AS VARCHAR), '.'), {sql})"
    if one.format:
        written = "%Y-%m-%d %H:%M:%S.%f" if "%f" in one.format else "%Y-%m-%d %H:%M:%S"
        sql = f"coalesce(strftime(try_strptime({sql}, {literal(one.format)}), {literal(written)}), {sql})"
    return sql, "VARCHAR"


def keep(mapping: Mapping | None) -> str:
    """Return the SQL condition over the file's columns that keeps a row."""
    parts = []
    for one in mapping.filters if mapping else ():
        column = f"coalesce({name(one.column)}, '')"
        if one.one_of is not None:
            parts.append(f"{column} IN ({', '.join(map(literal, one.one_of))})")
        if one.none_of:
            parts.append(f"{column} NOT IN ({', '.join(map(literal, one.none_of))})")
    return " AND ".join(parts) or "true"
