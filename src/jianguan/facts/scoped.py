"""Rows of one capacity: system code of this floor writes for the source it works on, and for no other."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

PROVINCE = -1
"""Stands where a capacity id stands, for what reports for the whole province, or nobody knows for whom.

The scope of the system holds it, and that of posts of the province; nobody else's does.
"""


@contextmanager
def rows_of(capacity_id: int) -> Iterator[None]:
    """Run a block in a transaction that sees and writes the rows of one capacity beside those it sees already."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('jianguan.scope', true), '')")
        (outer,) = cursor.fetchone()
        wider = ",".join(filter(None, [outer, str(capacity_id)]))
        cursor.execute("SELECT set_config('jianguan.scope', %s, true)", [wider])
        yield
        cursor.execute("SELECT set_config('jianguan.scope', %s, true)", [outer])
