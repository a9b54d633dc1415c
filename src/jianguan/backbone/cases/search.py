"""Find cases by the words in them (全文检索): every word must stand in the case, the newest cases come first."""

from django.db import connection

from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.queries import visible
from jianguan.backbone.scope.scope import Scope

LONGEST = 100
"""Characters of what is looked for; the rest is not read."""
LAST = 2**62
"""Above every id."""


def search(scope: Scope, words: str, *, below: int | None = None, limit: int = 50) -> list[Case]:
    """The newest cases in scope in which every word stands, ``below`` an id where a page goes on; none for no word.

    Chinese is compared by pairs of letters and needs no spaces; a number or a plate must be whole. Capitals, full
    width and half width are the same.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_found(%s, %s, %s)", [words[:LONGEST].replace("\0", ""), below or LAST, limit])
        ids = [row[0] for row in cursor.fetchall()]
    return list(visible(scope).filter(pk__in=ids)) if ids else []
