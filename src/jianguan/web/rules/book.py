"""The rule book and the regulation's own text as files: what lint and comparison read beside the database."""

import functools

from jianguan.engines.regulation import lint, report, rulebook
from jianguan.engines.regulation.book import RuleBook
from jianguan.engines.regulation.provisions import Problem, Regulation
from jianguan.rulebook import RULEBOOK


@functools.cache
def book() -> RuleBook:
    """The rule book in force; it changes only with an installation. Raises RuleBookError."""
    return rulebook.load(RULEBOOK)


@functools.cache
def regulation() -> Regulation:
    """The regulation as received, parsed."""
    return report.read_file(RULEBOOK / "official.md")


@functools.cache
def problems() -> tuple[Problem, ...]:
    """What the linter finds in text and rule book."""
    return tuple(lint.lint(regulation(), book()))
