"""The parsed text as one JSON document: what ``articles.json`` holds and ``regulation read --json`` prints."""

import datetime as dt

from jianguan.engines.regulation.defects import find_defects
from jianguan.engines.regulation.provisions import Chapter, Defect, Item, Regulation, Text


class ArticleRecord(Text, frozen=True, kw_only=True):
    """One article; ``items`` are the ids of its items, empty when it has none."""

    id: str
    number: int
    chapter: int | None
    section: str | None
    lead_in: str
    text: str
    digest: str
    operative: bool
    items: list[str]


class TextRecord(Text, frozen=True, kw_only=True):
    """The whole text.

    ``articles`` counts articles, ``operative_items`` counts items of operative articles. ``items`` lists the
    numbered items and the operative articles without items; ``article_texts`` lists every article.
    """

    title: str
    number: str | None
    issued_on: dt.date | None
    articles: int
    operative_items: int
    chapters: list[Chapter]
    items: list[Item]
    article_texts: list[ArticleRecord]
    defects: list[Defect]
    preamble: str

    @property
    def provision_ids(self) -> set[str]:
        """Ids that the rule book may cite."""
        return {article.id for article in self.article_texts} | {item.id for item in self.items}


def record(regulation: Regulation) -> TextRecord:
    """The record of a parsed regulation, defects included."""
    return TextRecord(
        title=regulation.title,
        number=regulation.number,
        issued_on=regulation.issued_on,
        articles=len(regulation.articles),
        operative_items=len(regulation.operative_items),
        chapters=regulation.chapters,
        items=[item for item in regulation.items if item.marker or item.operative],
        article_texts=[
            ArticleRecord(
                id=article.id,
                number=article.number,
                chapter=article.chapter,
                section=article.section,
                lead_in=article.lead_in,
                text=article.text,
                digest=article.digest,
                operative=article.operative,
                items=[item.id for item in article.items if article.itemised],
            )
            for article in regulation.articles
        ],
        defects=find_defects(regulation),
        preamble=regulation.preamble,
    )
