"""What is filled in (填写内容): read, cleaned and bounded by what the flow asks; files kept or only their digests."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jianguan.backbone.approvals import rules
from jianguan.backbone.approvals.flows import Blank
from jianguan.backbone.documents.rules import clean
from jianguan.backbone.evidence import intake
from jianguan.backbone.evidence.actions import keep
from jianguan.kit.digests import Algorithm, hexdigest

LARGEST_KEPT = 12 * 1024 * 1024
"""Bytes of a file that is kept."""
LARGEST_DIGESTED = 64 * 1024 * 1024
"""Bytes of a file that is digested and not kept."""
LONGEST_NAME = 120


class NotFilled(ValueError):
    """What was filled in cannot be taken. The message is Chinese and names the place."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its name and bytes."""

    name: str
    content: bytes


def filled(
    blanks: Sequence[Blank],
    given: Mapping[str, str],
    files: Mapping[str, Upload],
    *,
    earlier: Mapping[str, Any],
    kept: Mapping[str, Any],
    persons: Mapping[str, Mapping[int, str]],
    today: dt.date,
) -> dict[str, Any]:
    """The values of blanks by name. Raises NotFilled for what is missing or cannot be.

    ``earlier``: what other seats filled in before, for ``same_as``; ``kept``: files of the last round, taken again
    where no new one came; ``persons``: who may be named in each blank of kind ``person``, id → name;
    ``today``: the last day of what has happened.
    """
    found = {}
    for blank in blanks:
        value: Any
        if blank.kind in {"file", "digest"}:
            value = _file(blank, files.get(blank.name), earlier) or kept.get(blank.name)
        elif blank.kind == "person":
            value = _person(blank, given.get(blank.name, ""), persons.get(blank.name, {}))
        else:
            value = _text(blank, given.get(blank.name, ""), today)
        if not value and blank.required:
            raise NotFilled(f"请{'上传' if blank.kind in {'file', 'digest'} else '填写'}“{blank.label}”")
        if value:
            found[blank.name] = value
    return found


def _text(blank: Blank, raw: str, today: dt.date) -> str:
    longest = rules.LONGEST_TEXT if blank.kind == "long" else rules.LONGEST_LINE
    if len(raw) > longest:
        raise NotFilled(f"“{blank.label}”不能超过{longest}个字")
    value = clean(raw, lines=blank.kind == "long")
    if not value:
        return ""
    if blank.kind == "day":
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            raise NotFilled(f"“{blank.label}”不是日期") from None
        if blank.past and day > today:
            raise NotFilled(f"“{blank.label}”不能晚于今天")
        return day.isoformat()
    if blank.kind == "number" and not (value.isascii() and value.isdigit() and len(value) <= 12):
        raise NotFilled(f"“{blank.label}”须是不小于零的整数")
    if blank.kind == "choice" and value not in blank.options:
        raise NotFilled(f"请选择“{blank.label}”")
    return value


def _person(blank: Blank, raw: str, offered: Mapping[int, str]) -> dict[str, Any] | None:
    if not raw.strip():
        return None
    chosen = int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 18 else 0
    if chosen not in offered:
        raise NotFilled(f"请从名单中选择“{blank.label}”")
    return {"id": chosen, "name": offered[chosen]}


def _file(blank: Blank, sent: Upload | None, earlier: Mapping[str, Any]) -> dict[str, Any] | None:
    if sent is None or not sent.content:
        return None
    name = clean(sent.name)[:LONGEST_NAME]
    if blank.kind == "digest":
        if len(sent.content) > LARGEST_DIGESTED:
            raise NotFilled(f"“{blank.label}”不能超过{LARGEST_DIGESTED >> 20}MB")
        made = {"sha256": hexdigest(sent.content), "sm3": hexdigest(sent.content, Algorithm.SM3)}
        if blank.same_as and made["sha256"] != earlier.get(blank.same_as, {}).get("sha256"):
            raise NotFilled(f"“{blank.label}”与此前登记的文件摘要不同，不是同一文件")
        return {"name": name, "size": len(sent.content), **made}
    try:
        taken = intake.taken(sent.content, limit=LARGEST_KEPT)
    except intake.FileRefused as refused:
        raise NotFilled(f"“{blank.label}”：{refused}") from refused
    row = keep(taken.data, taken.media_type)
    return {"name": name, "size": row.size, "sha256": row.sha256, "sm3": row.sm3, "media": row.media_type}


def read_changes(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of values before and after, without empty ones; what looks personal is sensitive whether said so or not.

    Raises NotFilled.
    """
    rows = []
    for one in given:
        texts = {name: str(one.get(name, "")) for name in ("field", "before", "after")}
        if any(len(text) > rules.LONGEST_LINE for text in texts.values()):
            raise NotFilled(f"修改内容每格不能超过{rules.LONGEST_LINE}个字")
        texts = {name: clean(text) for name, text in texts.items()}
        if any(texts.values()):
            hidden = rules.personal(texts["before"]) or rules.personal(texts["after"])
            rows.append({**texts, "sensitive": bool(one.get("sensitive")) or hidden})
    if problem := rules.changes_problem(rows):
        raise NotFilled(problem)
    return rows
