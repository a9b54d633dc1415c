"""The text of a regulation (法规) after parsing: chapters, articles, items, and the defects found in it."""

import datetime as dt
import hashlib
from enum import StrEnum
from typing import Literal

import msgspec

from jianguan.engines.regulation.schema import Level


class DefectKind(StrEnum):
    """What is wrong with the text itself. Defects are reported, the text is never repaired."""

    AMBIGUOUS = "ambiguous"  # 含义不明
    CITATION = "citation"  # 引用不一
    INCOMPLETE = "incomplete"  # 文本不全
    MISSING = "missing"  # 编号缺失
    NUMBERING = "numbering"  # 编号混乱
    PUNCTUATION = "punctuation"  # 标点
    REPEATED = "repeated"  # 字词重复
    SCOPE_MISMATCH = "scope_mismatch"  # 范围不一
    TRUNCATED = "truncated"  # 语句中断
    VARIANT = "variant"  # 用词不一
    WRONG_WORD = "wrong_word"  # 疑似错字


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the parsed records: immutable."""


class Defect(Text, frozen=True):
    """One fault of the text, kept as data. ``item`` is a provision id, or '' for the text as a whole."""

    item: str
    kind: DefectKind
    quote: str
    note: str


class Item(Text, frozen=True):
    """One item (项), or the whole of an article that has none.

    ``text`` is the exact wording without line breaks, list marks and bold markers; ``digest`` is the
    SHA-256 (hex) of its UTF-8 bytes. ``levels`` are the bearers named before 应当 in the lead-in.
    """

    id: str
    article: int
    number: int | None
    marker: str  # as printed: '（一）', '(二)' or '' when the article has no items
    chapter: int | None
    levels: list[Level]
    lead_in: str
    text: str
    digest: str
    operative: bool


class Article(Text, frozen=True):
    """One article (条). Without items it holds a single :class:`Item` of its own id."""

    id: str
    number: int
    chapter: int | None
    section: str | None
    lead_in: str  # text before the first item; the whole text when there are no items
    text: str  # lead-in and items, markers as printed
    digest: str
    operative: bool
    items: list[Item]

    @property
    def itemised(self) -> bool:
        """Whether the article is divided into （一）（二）…."""
        return bool(self.items[0].marker)


class Chapter(Text, frozen=True):
    """One chapter (章)."""

    number: int
    title: str


class Regulation(Text, frozen=True):
    """A regulation as read from its text."""

    title: str
    number: str | None  # document number (文号)
    issued_on: dt.date | None
    preamble: str  # what stands before the first chapter or article
    chapters: list[Chapter]
    articles: list[Article]
    anomalies: list[Defect]  # what the parser itself stumbled over

    @property
    def items(self) -> list[Item]:
        """Every item in order; articles without items count as one."""
        return [item for article in self.articles for item in article.items]

    @property
    def operative_items(self) -> list[Item]:
        """The items that lay a duty on a named bearer (see :func:`parse.parse`)."""
        return [item for item in self.items if item.operative]

    @property
    def provision_ids(self) -> set[str]:
        """Ids that a norm, a checklist or a reference may cite: articles and items."""
        return {article.id for article in self.articles} | {item.id for item in self.items}


class Problem(Text, frozen=True):
    """One finding of the linter."""

    kind: str
    item: str
    message: str
    severity: Literal["error", "warning", "info"]


def digest(text: str) -> str:
    """SHA-256 (hex) of the UTF-8 bytes of ``text``."""
    return hashlib.sha256(text.encode()).hexdigest()
