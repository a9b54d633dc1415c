"""The strict text of a manifest (规范行): one line a fact, UTF-8, LF, fields parted by a tab, nothing to escape.

A field is 1 to 200 characters without control, invisible or direction characters and without a space at either end, so
that no field can imitate a tab, a line or another field. Text is taken as it is: NFC and NFD forms stay different.
"""

import datetime as dt
import re
from typing import NamedTuple

FORBIDDEN = r"\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff"
FIELD = rf"(?! )[^{FORBIDDEN}]{{1,200}}(?<! )"
MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00"
DIGEST = r"-|(?:sha256|sm3):[0-9a-f]{64}"
WHOLE = r"0|[1-9][0-9]{0,17}"
MOST_WEIGHT = 1_000_000_000
CHINA = dt.timezone(dt.timedelta(hours=8))

_FIELD = re.compile(FIELD)
_RECORD = re.compile(
    rf"({FIELD})\t({FIELD})\t({FIELD})\t({FIELD})\t({MOMENT})\t({DIGEST})\t(0|[1-9][0-9]{{0,9}})\t([01])"
)
_RULES = (
    ("id", _FIELD),
    ("stratum", _FIELD),
    ("site", _FIELD),
    ("unit", _FIELD),
    ("happened_at", re.compile(MOMENT)),
    ("media", re.compile(DIGEST)),
    ("weight", re.compile(r"0|[1-9][0-9]{0,9}")),
    ("mandatory", re.compile("[01]")),
)


class BadLine(ValueError):
    """A line breaks a rule: ``line`` counts from 1 (0: in no file yet), ``rule`` names the field or rule."""

    def __init__(self, line: int, rule: str, message: str) -> None:
        super().__init__(f"清单第 {line} 行不合规则（{rule}）：{message}" if line else f"不合规则（{rule}）：{message}")
        self.line, self.rule, self.message = line, rule, message


class Record(NamedTuple):
    """One member of a population.

    ``stratum``: the cell over which the draw is spread, normally the site. ``happened_at``: aware, whole seconds count.
    ``media``: digest of the media manifest as ``sha256:…`` or ``sm3:…``, or ``-`` when the record has none (a phantom
    line: it can be drawn, and then is unreviewable). ``weight``: risk in parts per million, 0 to 1,000,000,000.
    """

    id: str
    stratum: str
    site: str
    unit: str
    happened_at: dt.datetime
    media: str = "-"
    weight: int = 1_000_000
    mandatory: bool = False


def field(text: str, rule: str, line: int = 0) -> str:
    """Return ``text`` if it may stand as a field; raise BadLine."""
    if _FIELD.fullmatch(text) is None:
        raise BadLine(line, rule, f"不能用作字段：{text!r}")
    return text


def moment(when: dt.datetime) -> str:
    """Return the one text of a moment: whole seconds at +08:00; raise BadLine when it has no zone."""
    if when.tzinfo is None:
        raise BadLine(0, "moment", f"时间没有时区：{when}")
    return when.astimezone(CHINA).isoformat(timespec="seconds")


def write(record: Record) -> bytes:
    """Return the canonical line of a record, without LF; raise BadLine."""
    text = (
        f"{record.id}\t{record.stratum}\t{record.site}\t{record.unit}\t{moment(record.happened_at)}\t{record.media}"
        f"\t{record.weight:d}\t{record.mandatory:d}"
    )
    if _RECORD.fullmatch(text) is None:
        raise _explained(text, 0)
    if record.weight > MOST_WEIGHT:
        raise BadLine(0, "weight", f"风险权重超出范围：{record.weight}")
    return text.encode()


def read(line: bytes, number: int) -> tuple[bytes, bytes, int, bool]:
    """Check line ``number`` of records and return id and stratum (bytes), weight and flag; raise BadLine."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise BadLine(number, "utf-8", "不是 UTF-8 文本") from None
    found = _RECORD.fullmatch(text)
    if found is None:
        raise _explained(text, number)
    weight = int(found[7])
    if weight > MOST_WEIGHT:
        raise BadLine(number, "weight", f"风险权重超出范围：{weight}")
    try:
        dt.datetime.fromisoformat(found[5])
    except ValueError:
        raise BadLine(number, "happened_at", f"没有这一时刻：{found[5]}") from None
    identity, stratum, _ = line.split(b"\t", 2)
    return identity, stratum, weight, found[8] == "1"


def _explained(text: str, number: int) -> BadLine:
    parts = text.split("\t")
    if len(parts) != len(_RULES):
        return BadLine(number, "fields", f"应有 {len(_RULES)} 个字段，实有 {len(parts)} 个：{text!r}")
    for (rule, form), part in zip(_RULES, parts, strict=True):
        if form.fullmatch(part) is None:
            return BadLine(number, rule, f"字段写法有误：{part!r}")
    return BadLine(number, "fields", f"无法识别：{text!r}")
