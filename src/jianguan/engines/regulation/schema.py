"""The shape of a rule book directory: what each YAML file may say. Unknown keys are refused.

A rule book directory holds

- ``instrument.yaml``   one :class:`Instrument` with its versions and repeal links
- ``articles.json``     the parsed text (made by ``jianguan regulation read --json``, never typed)
- ``norms/*.yaml``      lists of :class:`Norm`, one file a chapter
- ``parameters.yaml``   a list of :class:`Parameter`
- ``agencies.yaml``     an :class:`AgencyFile`
- ``checklists/*.yaml`` one :class:`Checklist` each
- ``roles.yaml``        a list of :class:`Role`
"""

import datetime as dt
from enum import StrEnum
from typing import Literal

import msgspec


class Level(StrEnum):
    """Levels in which a capacity (履职身份) can act."""

    PROVINCE = "PROVINCE"  # 省级
    CITY = "CITY"  # 市级
    COUNTY = "COUNTY"  # 县级
    VEHICLE_OFFICE = "VEHICLE_OFFICE"  # 车管所
    TECHNOLOGY = "TECHNOLOGY"  # 科技部门
    REFERENCE = "REFERENCE"  # 参照履职（第十八条）


class Measure(StrEnum):
    """How a norm knows that it was done (design: Measures)."""

    ACTIVITY = "activity"
    COVERAGE = "coverage"
    FILING = "filing"
    PRESENCE = "presence"
    RATIO = "ratio"
    RETENTION = "retention"
    TIMELY = "timely"


class Cadence(StrEnum):
    """The period in which a duty is owed.

    ``standing``: must hold on every day. ``event``: owed whenever something happens, judged by month.
    ``soft``: the law's word has no number (定期 不定期 适时 及时); owed only once a decision adopts one.
    """

    DAILY = "daily"
    EVENT = "event"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SOFT = "soft"
    STANDING = "standing"
    WEEKLY = "weekly"
    YEARLY = "yearly"


Modality = Literal["duty", "power", "prohibition", "permission", "definition", "reference"]
Unit = Literal[
    "percent", "years", "months", "days", "working_days", "hours", "tonnes", "count", "digest", "time_of_day"
]


class Strict(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Base of every rule book record: immutable, refuses unknown keys."""


class InForce(Strict, frozen=True, kw_only=True):
    """Half-open validity ``[from, to)``; ``to`` is absent while in force."""

    since: dt.date = msgspec.field(name="from")
    until: dt.date | None = msgspec.field(name="to", default=None)


class Version(Strict, frozen=True, kw_only=True):
    """One version of the regulation, known by its document number even when its text is not at hand."""

    urn: str
    title: str
    number: str
    in_force: InForce
    text_known: bool
    repealed_by: str | None = None


class Instrument(Strict, frozen=True, kw_only=True):
    """The regulation (法规) this rule book makes executable."""

    urn: str
    title: str
    number: str
    issued_by: str
    issued_on: dt.date
    versions: list[Version]
    non_operative: dict[str, str] = {}  # provision id -> one-line reason why it maps to no norm


class Quota(Strict, frozen=True, kw_only=True):
    """How much is owed in a period: a fixed number of acts or a parameter (percent of a population).

    ``per: subject``: the number is owed for every subject of the norm's ``object`` kind that stands on the day.
    """

    at_least: int | None = None
    parameter: str | None = None
    per: Literal["subject"] | None = None


class Norm(Strict, frozen=True, kw_only=True):
    """One executable reading (规范要素) of a provision (条款)."""

    id: str  # provision id + '-' + slug, e.g. '6.6-exam'
    provision: str
    title: str  # short Chinese label
    modality: Modality = "duty"
    bearer: Level
    counterpart: Level | None = None  # whom the act is toward; decides article 17 (platform rule 4.1)
    executor: Level | None = None  # the department that carries it out inside the bearer
    object: str | None = None  # subject kind (监管对象), e.g. 'exam_site'
    measure: Measure | None = None  # None only for prohibitions and definitions kept by other means
    source: str | None = None  # 'ROOM:KIND' of the records that prove it, e.g. 'check:pre-exam'
    cadence: Cadence | None = None
    cadence_word: str | None = None  # the law's own soft word
    quota: Quota | None = None
    population: str | None = None  # what the percentage is of (ratio norms)
    excused_when_empty: str | None = None  # 'population:KIND' whose proven emptiness excuses the day
    deadline: str | None = None  # parameter key: time allowed
    evidence: list[str] = []  # what proves it, in Chinese
    reading: str  # the legal reading, one Chinese line
    overrides: str | None = None
    in_force: InForce
    domain: Literal["licensing", "road_order", "monitoring", "education", "systems"]


class ParameterValue(Strict, frozen=True, kw_only=True):
    """One dated value. ``value`` is an exact integer in ``unit`` (percent: 5 means 5 %), or text."""

    value: int | str
    in_force: InForce
    recorded_on: dt.date
    withdrawn_on: dt.date | None = None  # day on which a correction replaced it; readings of earlier days keep it
    reference: str  # provision or decision that sets it
    reason: str | None = None


class Parameter(Strict, frozen=True, kw_only=True):
    """A number of the law (参数) with its dated values."""

    key: str
    title: str
    unit: Unit
    direction: Literal["floor", "ceiling", "exact"]  # a lower level may only be stricter
    origin: Literal["law", "reading", "platform"]  # the text itself, an adopted reading, or our default
    provision: str | None = None
    values: list[ParameterValue]


class CodePeriod(Strict, frozen=True, kw_only=True):
    """A division code (GB/T 2260) or internal id with its validity."""

    code: str
    in_force: InForce


class AgencySeed(Strict, frozen=True, kw_only=True):
    """An agency (机构)."""

    id: str  # stable slug, e.g. 'changchun', 'changchun-nanguan', 'changchun-office'
    name: str
    short: str
    kind: Literal["police", "vehicle_office", "technology", "forest", "railway"]
    codes: list[CodePeriod]
    parents: list["Dated"] = []  # administrative parent (行政隶属), dated


class Dated(Strict, frozen=True, kw_only=True):
    """A dated link to another record's id."""

    to: str
    in_force: InForce
    basis: str | None = None


class CapacitySeed(Strict, frozen=True, kw_only=True):
    """A capacity (履职身份): an agency acting at a level, with its dated superiors."""

    id: str  # 'AGENCY@LEVEL', e.g. 'meihekou@COUNTY'
    agency: str
    level: Level
    mode: Literal["own", "acting", "reference"] = "own"
    basis: str  # provision id
    in_force: InForce
    superiors: list[Dated] = []  # to: capacity id; empty only for the top and for reference bearers


class AgencyFile(Strict, frozen=True, kw_only=True):
    """``agencies.yaml``."""

    agencies: list[AgencySeed]
    capacities: list[CapacitySeed]


class ChecklistItem(Strict, frozen=True, kw_only=True):
    """One line of a checklist (检查项)."""

    id: str
    group: str
    text: str
    answer: Literal["pass_fail", "number", "text", "digest"] = "pass_fail"
    required: bool = True
    hint: str | None = None
    basis: str | None = None  # the clause or standard it comes from


class Checklist(Strict, frozen=True, kw_only=True):
    """A check template (检查表) in one version."""

    id: str
    version: int
    title: str
    provision: str
    object: str  # subject kind
    in_force: InForce
    items: list[ChecklistItem]


class Role(Strict, frozen=True, kw_only=True):
    """What a kind of post (岗位) may do: names of permissions."""

    id: str
    title: str
    levels: list[Level]
    permissions: list[str]
