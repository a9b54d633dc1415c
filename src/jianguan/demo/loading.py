"""Loads the synthetic province (合成数据), only when asked to."""

from collections.abc import Callable

from jianguan.backbone.agencies import scope as scopes
from jianguan.demo import people
from jianguan.kit import clock

ORDER = 50


def load(demo: bool, report: Callable[[str], None]) -> None:
    """Add the synthetic people and their rosters; a second time only what is missing."""
    if not demo:
        return
    with scopes.within(scopes.everything()):
        persons = people.add_people()
        entries = people.add_rosters(clock.today())
    report(f"合成人员新增 {persons} 名、值班新增 {entries} 条")
