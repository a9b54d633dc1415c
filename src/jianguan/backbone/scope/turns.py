"""One at a time: whoever does the same thing waits for whoever came first."""

from django.db import connection


def one_at_a_time(what: str) -> None:
    """Wait for whoever does the same thing, until the end of the transaction: who comes second sees what was done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
