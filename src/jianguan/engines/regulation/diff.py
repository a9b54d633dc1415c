"""Compare two versions of a regulation and say which norms, parameters and checklists each change touches."""

import difflib
import re
from enum import StrEnum
from typing import Literal

from jianguan.engines.regulation.book import RuleBook, within
from jianguan.engines.regulation.provisions import Regulation, Text
from jianguan.engines.regulation.schema import Norm, Parameter

_WORD = re.compile(r"[A-Za-z0-9.]+[%％]?|.", re.DOTALL)
_ALIKE = 0.6  # share of common characters from which two texts count as one provision that moved
_SAME_PLACE = 0.3  # the same, when the id is the same too


class ChangeKind(StrEnum):
    """What happened to a provision."""

    ADDED = "added"  # 新增
    CHANGED = "changed"  # 修改
    REMOVED = "removed"  # 删除
    RENUMBERED = "renumbered"  # 条号变动


class Piece(Text, frozen=True, kw_only=True):
    """A run of text that is kept, taken out or put in."""

    op: Literal["equal", "delete", "insert"]
    text: str


class Change(Text, frozen=True, kw_only=True):
    """One provision that differs, and what in the rule book hangs on it. ``pieces`` only when the wording changed."""

    kind: ChangeKind
    old_id: str | None
    new_id: str | None
    pieces: list[Piece]
    norms: list[str]
    parameters: list[str]
    checklists: list[str]


class Diff(Text, frozen=True, kw_only=True):
    """All differences. ``head`` holds title, document number, date and chapters as (name, old, new)."""

    head: list[tuple[str, str, str]]
    changes: list[Change]


def diff(old: Regulation, new: Regulation, rulebook: RuleBook | None = None) -> Diff:
    """Differences between two texts; ``rulebook`` is the one made for ``old``.

    Provisions are matched by equal text first, then by equal id, then by likeness, so that an inserted article
    shows as one addition and renumbered neighbours. A changed lead-in is reported under the article's id.
    """
    before, after = _passages(old), _passages(new)
    pairs = _pairs(before, after)
    matched_new = {b: a for a, b in pairs.items()}
    changes: list[Change] = []
    for id_, text in before.items():
        other = pairs.get(id_)
        if other is None:
            changes.append(_change(ChangeKind.REMOVED, id_, None, [], rulebook))
        elif text != after[other]:
            changes.append(_change(ChangeKind.CHANGED, id_, other, pieces(text, after[other]), rulebook))
        elif id_ != other:
            changes.append(_change(ChangeKind.RENUMBERED, id_, other, [], rulebook))
    changes += [_change(ChangeKind.ADDED, None, id_, [], rulebook) for id_ in after if id_ not in matched_new]
    return Diff(head=_head(old, new), changes=sorted(changes, key=_position))


def pieces(old: str, new: str) -> list[Piece]:
    """Word-level difference: Chinese by character, numbers and Latin words whole (5% → 8%)."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    found: list[Piece] = []
    for op, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            found.append(Piece(op="equal", text="".join(a[a1:a2])))
            continue
        if a2 > a1:
            found.append(Piece(op="delete", text="".join(a[a1:a2])))
        if b2 > b1:
            found.append(Piece(op="insert", text="".join(b[b1:b2])))
    return found


def _passages(regulation: Regulation) -> dict[str, str]:
    """Text by id; the id of an article with items stands for its lead-in."""
    found: dict[str, str] = {}
    for article in regulation.articles:
        if article.itemised:
            found[article.id] = article.lead_in
        found.update((item.id, item.text) for item in article.items)
    return found


def _pairs(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """Old id to new id."""
    pairs = {id_: id_ for id_, text in before.items() if after.get(id_) == text}
    free_new = [id_ for id_ in after if id_ not in pairs]
    for id_, text in before.items():  # the same words elsewhere
        if id_ not in pairs:
            twin = next((other for other in free_new if after[other] == text), None)
            if twin is not None:
                pairs[id_] = twin
                free_new.remove(twin)
    rest = [id_ for id_ in before if id_ not in pairs]
    scores = sorted(
        (
            (_likeness(before[a], after[b]) + (_ALIKE - _SAME_PLACE if a == b else 0), a, b)
            for a in rest
            for b in free_new
            if _is_item(a) == _is_item(b)
        ),
        key=lambda score: -score[0],
    )
    for score, a, b in scores:
        if score >= _ALIKE and a not in pairs and b in free_new:
            pairs[a] = b
            free_new.remove(b)
    return pairs


def _is_item(id_: str) -> bool:
    return "." in id_


def _likeness(a: str, b: str) -> float:
    """Share of common characters, 0 to 1."""
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()


def _position(change: Change) -> tuple[float, ...]:
    """Order of the old text; additions at their new place."""
    article, _, item = (change.old_id or change.new_id or "0").partition(".")
    return int(article), int(item or 0), 0 if change.old_id else 1


def _head(old: Regulation, new: Regulation) -> list[tuple[str, str, str]]:
    def chapters(regulation: Regulation) -> str:
        return "；".join(f"第{chapter.number}章 {chapter.title}" for chapter in regulation.chapters)

    rows = [
        ("名称", old.title, new.title),
        ("文号", old.number or "", new.number or ""),
        ("印发日期", str(old.issued_on or ""), str(new.issued_on or "")),
        ("章", chapters(old), chapters(new)),
    ]
    return [row for row in rows if row[1] != row[2]]


def _change(
    kind: ChangeKind, old_id: str | None, new_id: str | None, parts: list[Piece], rulebook: RuleBook | None
) -> Change:
    norms: list[Norm] = []
    parameters: list[Parameter] = []
    checklists: list[str] = []
    if rulebook is not None and old_id is not None:
        norms = rulebook.norms_of(old_id)
        used = {key for norm in norms for key in (norm.deadline, norm.quota and norm.quota.parameter) if key}
        parameters = [p for p in rulebook.parameters if p.key in used or _set_by(p, old_id)]
        checklists = [
            f"{checklist.id} 第{checklist.version}版"
            for checklist in rulebook.checklists
            if within(checklist.provision, old_id)
        ]
    return Change(
        kind=kind,
        old_id=old_id,
        new_id=new_id,
        pieces=parts,
        norms=[norm.id for norm in norms],
        parameters=[parameter.key for parameter in parameters],
        checklists=checklists,
    )


def _set_by(parameter: Parameter, provision: str) -> bool:
    """Whether a provision sets the parameter or one of its values."""
    sources = [parameter.provision, *(value.reference for value in parameter.values)]
    return any(source is not None and within(source, provision) for source in sources)
