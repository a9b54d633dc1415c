"""The clause table of the manual is the one the rule book makes today."""

import runpy

from testbed import CHECKOUT


def test_the_committed_clause_table_equals_the_generated_one() -> None:
    tool = runpy.run_path(str(CHECKOUT / "bin" / "make-clause-table"))
    assert tool["PAGE"].read_text(encoding="utf-8") == tool["page"](), "run bin/make-clause-table"
