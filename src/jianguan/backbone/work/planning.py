"""How PostgreSQL is asked to plan statements over many rows under row security."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

PLANNER = {"work_mem": "128MB", "enable_nestloop": "off", "jit": "off"}
"""Row security makes the planner expect ten of the capacities in scope, and it then loops over whole tables."""


@contextmanager
def planned() -> Iterator[None]:
    """Plan and begin the statements of the block for many rows; the settings before are restored afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join("current_setting(%s)" for _ in PLANNER), list(PLANNER))
        before = dict(zip(PLANNER, cursor.fetchone(), strict=True))
    _set(PLANNER)
    yield
    _set(before)


def _set(values: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        for name, value in values.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
