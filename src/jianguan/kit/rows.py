"""Row scope: who may see and write the rows of a table, declared on the model, enforced by PostgreSQL."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class RowScope:
    """A scope that plain columns cannot say, as two SQL conditions on a row.

    ``using`` decides which rows are read, ``check`` which rows may be inserted, changed or deleted.
    Both may call ``jianguan_scope()``, the capacity ids of the present transaction as ``bigint[]``;
    wrap it in a sub-select, ``(SELECT jianguan_scope())``, so that it runs once a statement.
    ``history``, where given, replaces both on the table of row history (same columns, other table name).
    """

    using: str
    check: str
    history: str | None = None


# 'open': reference data everybody signed in may read.
# Columns: the row is read when any of them holds a capacity id in scope, and written when the first of them does.
Declared = Literal["open"] | tuple[str, ...] | RowScope


def conditions(declared: Declared) -> RowScope | None:
    """Turn a declared ``row_scope`` into its SQL conditions; None when the rows are open.

    Raises ValueError when the declaration is none of the three forms.
    """
    if declared == "open":
        return None
    if isinstance(declared, RowScope):
        return declared
    if isinstance(declared, tuple) and declared and all(column.isidentifier() for column in declared):
        tests = [f'"{column}" = ANY ((SELECT jianguan_scope())::bigint[])' for column in declared]
        return RowScope(using=" OR ".join(tests), check=tests[0])
    raise ValueError(f"row_scope must be 'open', a tuple of columns or a RowScope, not {declared!r}")
