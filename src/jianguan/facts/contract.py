"""Contracts (数据约定): one schema a fact, read from ``contracts/*.yaml``; code tables (代码表) from ``codes/*.yaml``.

Every column of a contract says its Chinese label, type, unit, code table, whether it must be there, and how it counts
as personal data. The column ``capacity`` (履职身份, the key of the capacity that answers for the row) is added to every
contract; a row without it takes the capacity its source was registered with, and a row that names another is refused.
"""

import datetime as dt
import functools
import re
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

from jianguan.engines.validators import FORMS
from jianguan.kit.digests import hexdigest

FOLDER = Path(str(resources.files("jianguan.facts")))
TYPE = re.compile(r"(text|decimal)\((\d+)\)|text|int|date|timestamp|bool")
DECIMAL_DIGITS = 18
PSEUDONYM_LENGTH = 32


class WrongContract(ValueError):
    """A contract or code table contradicts itself."""


class Kind(StrEnum):
    """What a value is once read."""

    BOOL = "bool"
    DATE = "date"
    DECIMAL = "decimal"
    INT = "int"
    TEXT = "text"
    TIMESTAMP = "timestamp"  # local time, Asia/Shanghai


SQL_TYPES = {
    Kind.BOOL: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.INT: "BIGINT",
    Kind.TEXT: "VARCHAR",
    Kind.TIMESTAMP: "TIMESTAMP",
}


class Strict(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Base of every record: immutable, refuses unknown keys."""


class Column(Strict, frozen=True, kw_only=True):
    """One column of a fact."""

    label: str
    type: str
    required: bool = False
    unit: str = ""
    code: str = ""
    """Name of a code table; values not in it are refused, when the table is complete."""
    form: str = ""
    """Name of a validator of ``engines.validators``: identity_card, plate, vin, …"""
    personal: Literal["none", "personal", "sensitive"] = "none"
    clear: bool = False
    """Personal, yet kept readable in the lake because rules read it (plate, VIN)."""
    aliases: tuple[str, ...] = ()
    """Names in interface messages (17C, 18C) and Chinese headers that mean this column."""
    ahead: bool = False
    """A date or time that may lie in the future: how long something is valid, until when something is due."""
    min: float | None = None
    max: float | None = None
    note: str = ""

    @property
    def kind(self) -> Kind:
        """The type without its size."""
        return Kind(self.type.partition("(")[0])

    @property
    def size(self) -> int:
        """Longest text, or digits after the point; 0 when not limited."""
        return int(self.type.partition("(")[2].rstrip(")") or 0)

    @property
    def pseudonymous(self) -> bool:
        """Whether the lake holds a keyed pseudonym instead of the value."""
        return self.personal != "none" and not self.clear

    @property
    def sql_type(self) -> str:
        """The DuckDB type of a value once read."""
        if self.kind is Kind.DECIMAL:
            return f"DECIMAL({DECIMAL_DIGITS}, {self.size})"
        return SQL_TYPES[self.kind]


class Check(Strict, frozen=True, kw_only=True):
    """A rule on one row, a SQL condition over the columns.

    A row for which it is false is refused, or taken and marked (标记): what contradicts itself may be the trace of an
    act that detectors look for, and refusing it would hide the trace. Each rule says which.

    Unknown (a column is empty) passes: absence is what ``required`` is for.
    """

    name: str
    effect: Literal["mark", "refuse"]
    sql: str
    message: str


class Contract(Strict, frozen=True, kw_only=True):
    """One fact: what a row means, when a row is right, and how its table is laid out."""

    name: str
    version: int
    label: str
    source: str
    """The kind of system that reports it, in Chinese."""
    cadence: Literal["daily", "weekly", "monthly", "yearly", "event"]
    key: tuple[str, ...]
    day: str
    """The column whose date is the partition."""
    site: str
    """The column rows are sorted by within a day."""
    columns: dict[str, Column]
    checks: tuple[Check, ...] = ()
    parent: str = ""
    """The fact this one is a part of."""
    messages: tuple[str, ...] = ()
    """Interface messages that carry it."""
    window_columns: tuple[str, ...] = ()
    """Columns of the copy that is bucketed by ``window_key`` for queries over long windows."""
    window_key: str = ""
    due_hour: int = 12
    """Hour of the next day until which the day's data is on time."""
    retention_years: int = 5

    @property
    def digest(self) -> str:
        """SHA-256 of the contract as read."""
        return hexdigest(msgspec.json.encode(self, order="sorted"))

    def names(self) -> dict[str, str]:
        """Return every name a column may carry in a file, lower case, with the column it means."""
        found = {name: name for name in self.columns}
        for name, column in self.columns.items():
            for other in (column.label, *column.aliases):
                found.setdefault(other.lower(), name)
        return found


class Code(Strict, frozen=True, kw_only=True):
    """One value of a code table."""

    label: str
    since: dt.date | None = msgspec.field(name="from", default=None)
    until: dt.date | None = msgspec.field(name="to", default=None)
    successor: str = ""
    """The code that took over; history is never rewritten."""
    points: int | None = None
    subject: str = ""
    parent: str = ""


class CodeTable(Strict, frozen=True, kw_only=True):
    """A code table of a standard or of a province."""

    name: str
    version: str
    label: str
    source: str
    entries: dict[str, Code]
    complete: bool = True
    """False: the full table is not published; unknown codes are kept and counted, not refused."""
    allow_empty: bool = True


CAPACITY = Column(label="履职身份", type="text(80)", aliases=("履职身份标识",))


def read_contract(text: bytes) -> Contract:
    """Read one contract.

    Raises msgspec.ValidationError for a wrong shape, WrongContract when it contradicts itself.
    """
    contract = msgspec.yaml.decode(text, type=Contract)
    contract = msgspec.structs.replace(contract, columns=contract.columns | {"capacity": CAPACITY})
    for name, column in contract.columns.items():
        if not name.isidentifier() or name != name.lower() or name.startswith("_"):
            raise WrongContract(f"{contract.name}：列名 {name} 不合规")
        if not TYPE.fullmatch(column.type):
            raise WrongContract(f"{contract.name}.{name}：类型 {column.type} 未定义")
        if column.form and column.form not in FORMS:
            raise WrongContract(f"{contract.name}.{name}：校验 {column.form} 未定义")
    for name in (contract.day, contract.site, *contract.key, *contract.window_columns, contract.window_key):
        if name and name not in contract.columns:
            raise WrongContract(f"{contract.name}：没有列 {name}")
    if contract.columns[contract.day].kind not in {Kind.DATE, Kind.TIMESTAMP}:
        raise WrongContract(f"{contract.name}：分区列 {contract.day} 须为日期或时间")
    for name in (contract.day, *contract.key):
        if not contract.columns[name].required:
            raise WrongContract(f"{contract.name}：{name} 须为必填")
    if clashes := _clashes(contract):
        raise WrongContract(f"{contract.name}：别名重复 {'、'.join(clashes)}")
    return contract


def _clashes(contract: Contract) -> list[str]:
    owners: dict[str, set[str]] = {}
    for name, column in contract.columns.items():
        for other in {name, column.label.lower(), *(alias.lower() for alias in column.aliases)}:
            owners.setdefault(other, set()).add(name)
    return sorted(other for other, named in owners.items() if len(named) > 1)


@functools.cache
def contracts() -> dict[str, Contract]:
    """Return all contracts by name."""
    found = {}
    for path in sorted((FOLDER / "contracts").glob("*.yaml")):
        contract = read_contract(path.read_bytes())
        if contract.name != path.stem:
            raise WrongContract(f"{path.name}：名称 {contract.name} 与文件名不同")
        tables = codes()
        for name, column in contract.columns.items():
            if column.code and column.code not in tables:
                raise WrongContract(f"{contract.name}.{name}：代码表 {column.code} 不存在")
        found[contract.name] = contract
    for contract in found.values():
        if contract.parent and contract.parent not in found:
            raise WrongContract(f"{contract.name}：上级约定 {contract.parent} 不存在")
    return found


def contract(name: str) -> Contract:
    """Return the contract of a fact.

    Raises LookupError with a Chinese message when there is none.
    """
    try:
        return contracts()[name]
    except KeyError:
        raise LookupError(f"没有名为“{name}”的数据约定；可用：{'、'.join(contracts())}") from None


@functools.cache
def codes() -> dict[str, CodeTable]:
    """Return all code tables by name."""
    found = {}
    for path in sorted((FOLDER / "codes").glob("*.yaml")):
        table = msgspec.yaml.decode(path.read_bytes(), type=CodeTable)
        if table.name != path.stem:
            raise WrongContract(f"{path.name}：名称 {table.name} 与文件名不同")
        for value, code in table.entries.items():
            if code.successor and code.successor not in table.entries:
                raise WrongContract(f"{table.name}：{value} 的后继 {code.successor} 不存在")
        found[table.name] = table
    return found
