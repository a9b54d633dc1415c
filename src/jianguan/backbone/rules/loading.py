"""Loads the rule book in force."""

from collections.abc import Callable

from jianguan.backbone.rules.actions import load_rulebook
from jianguan.backbone.scope import scope as scopes
from jianguan.engines.regulation.rulebook import load as read
from jianguan.rulebook import RULEBOOK

ORDER = 20


def load(demo: bool, report: Callable[[str], None]) -> None:
    """Read, check and bring in the rule book; a second time changes nothing."""
    with scopes.within(scopes.everything()):
        counts = load_rulebook(book=read(RULEBOOK))
    report(
        f"规则库：新增条款 {counts['provisions']}、规范要素 {counts['norms']}、参数值 {counts['parameters']}、"
        f"检查表 {counts['checklists']}、日历 {counts['calendar']}"
    )
