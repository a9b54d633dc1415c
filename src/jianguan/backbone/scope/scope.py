"""Scope (可见范围): the capacities whose rows a request may see, set once per transaction for row security."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from jianguan.facts.scoped import PROVINCE

SYSTEM = 0
"""Stands where a capacity id stands, for acts of the system itself and of nobody known (a failed log-in)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Capacity ids a request may see. Queries take it as their first argument and filter by it."""

    capacity_ids: frozenset[int] = field(default_factory=frozenset)
    person_id: int | None = None

    def __contains__(self, capacity_id: object) -> bool:
        return capacity_id in self.capacity_ids

    def setting(self) -> str:
        """The value of ``jianguan.scope``."""
        return ",".join(str(number) for number in sorted(self.capacity_ids))


NOTHING = Scope()


def apply(scope: Scope) -> None:
    """Set the scope for the rest of the current transaction. Row security fails closed without it.

    Raises TransactionManagementError outside a transaction, where the setting would be lost at once.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a scope needs a transaction")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('jianguan.scope', %s, true), set_config('jianguan.person', %s, true)",
            [scope.setting(), "" if scope.person_id is None else str(scope.person_id)],
        )


@contextmanager
def within(scope: Scope) -> Iterator[Scope]:
    """Run a block in a transaction of its own scope; the outer scope is restored afterwards."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('jianguan.scope', true), current_setting('jianguan.person', true)")
            outer = cursor.fetchone()
        apply(scope)
        yield scope
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('jianguan.scope', %s, true), set_config('jianguan.person', %s, true)",
                [outer[0] or "", outer[1] or ""],
            )


def of(capacity_ids: Iterable[int], *, person_id: int | None = None) -> Scope:
    """Build a scope from capacity ids."""
    return Scope(frozenset(capacity_ids), person_id)


def everything() -> Scope:
    """The scope of the system itself (jobs, command line): all capacities, its own events, facts of no unit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM agencies_capacity")
        return of([SYSTEM, PROVINCE, *(row[0] for row in cursor.fetchall())])
