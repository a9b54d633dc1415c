"""Find cases by the words in them (全文检索): every word must stand in the case, the newest cases come first."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.queries import visible
from jianguan.backbone.scope.scope import Scope

LONGEST = 100
"""Characters of what is looked for; the rest is not read."""
LAST = 2**62
"""Above every id."""
LOOKED_AT = 4000
"""Cases with the words that one narrowed page looks at; it then says where to go on."""
LARGEST_BATCH = 2000


def search(scope: Scope, words: str, *, below: int | None = None, limit: int = 50) -> list[Case]:
    """The newest cases in scope in which every word stands, ``below`` an id where a page goes on; none for no word.

    Chinese is compared by pairs of letters and needs no spaces; a number or a plate must be whole. Capitals, full
    width and half width are the same.
    """
    ids = _found(words, below, limit)
    return list(visible(scope).filter(pk__in=ids)) if ids else []


def narrowed(
    words: str, fitting: QuerySet[Any], *, below: int | None, limit: int, looked_at: int | None
) -> tuple[list[int], int | None]:
    """Ids of the newest ``fitting`` cases in which every word stands, and the id below which there may be more.

    Goes through the cases with the words from new to old until so many fit, none is left (None), or ``looked_at`` were
    looked at. ``fitting`` keeps to the scope.
    """
    kept: list[int] = []
    size, seen = limit + 1, 0
    while batch := _found(words, below, size):
        fit = set(fitting.filter(pk__in=batch).order_by().values_list("pk", flat=True))
        kept += [one for one in batch if one in fit]
        if len(kept) > limit:
            return kept[:limit], kept[limit - 1]
        if len(batch) < size:
            break
        below, seen, size = batch[-1], seen + size, min(size * 4, LARGEST_BATCH)
        if looked_at is not None and seen >= looked_at:
            return kept, below
    return kept, None


def _found(words: str, below: int | None, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_found(%s, %s, %s)", [words[:LONGEST].replace("\0", ""), below or LAST, limit])
        return [row[0] for row in cursor.fetchall()]
