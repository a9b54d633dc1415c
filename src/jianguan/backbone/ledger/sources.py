"""What bulletins say of the ledger: how the duties of a period were fulfilled, unit by unit."""

import datetime as dt
from collections import Counter

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.documents import sections
from jianguan.backbone.documents.sections import Composed, Section
from jianguan.backbone.ledger.queries import heat
from jianguan.backbone.ledger.rules import State
from jianguan.backbone.scope.scope import Scope
from jianguan.engines.calendar.periods import ONE_DAY
from jianguan.kit import clock

SHOWN = (State.MET, State.LATE, State.SHORT, State.MISSED, State.UNPROVABLE)
MOST_ROWS = 60
"""Units that a bulletin names one by one; its figures count all of them."""


def figures_section(scope: Scope, capacity_id: int, first: dt.date, last: dt.date) -> Composed:
    """States of all duties in scope in a period as they stand at its end: one line a unit, most unmet first."""
    now = clock.now()
    end = min(dt.datetime.combine(last, dt.time(), clock.CHINA), now)
    until = min(last, now.date() + ONE_DAY) - ONE_DAY
    by_unit: dict[int, Counter[State]] = {}
    for cell in heat(scope, first, until, as_of=end):
        by_unit.setdefault(cell.capacity_id, Counter()).update(cell.counts)
    names = {one.pk: one.title for one in Capacity.objects.select_related("agency").filter(pk__in=by_unit)}
    total: Counter[State] = sum(by_unit.values(), Counter())
    judged = sum(total[state] for state in SHOWN)
    if not judged:
        return Composed(["本期没有可以判断的履职事项。"])
    worst = sorted(
        (pk for pk, states in by_unit.items() if any(states[one] for one in SHOWN)),
        key=lambda pk: (-by_unit[pk][State.MISSED] - by_unit[pk][State.SHORT], names[pk]),
    )
    rows = [[names[pk], *(str(by_unit[pk][state]) for state in SHOWN)] for pk in worst[:MOST_ROWS]]
    words = "、".join(f"{state.value}{total[state]}项" for state in SHOWN)
    more = f"下表列出未履行和不足最多的{MOST_ROWS}个单位。" if len(worst) > MOST_ROWS else ""
    table = {
        "caption": "各单位履职情况",
        "columns": ["单位", *(state.value for state in SHOWN)],
        "widths": [5, 2, 2, 2, 2, 2],
        "rows": rows,
    }
    return Composed([f"本期{len(worst)}个单位应判断的履职事项{judged}项，其中{words}。{more}"], table)


sections.register(Section("ledger-figures", "履职台账", 10, figures_section))
