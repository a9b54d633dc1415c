"""One set-based query a measure, for all capacities and any span of days."""

from collections.abc import Mapping

from jianguan.backbone.ledger.measures import activity, coverage, presence, ratio, retention, timely
from jianguan.engines.regulation.schema import Measure

FACTS: Mapping[Measure, str] = {
    Measure.ACTIVITY: activity.FACT,
    Measure.COVERAGE: coverage.FACT,
    Measure.FILING: timely.FACT,
    Measure.PRESENCE: presence.FACT,
    Measure.RATIO: ratio.FACT,
    Measure.RETENTION: retention.FACT,
    Measure.TIMELY: timely.FACT,
}
"""For each measure the CTEs that end in ``fact(n, required, on_time, late, size, behind, refs)``.

They read ``base`` (the judged slots, see ``base.py``) and ``source`` (what the rooms registered for the measure, acts
not after ``as_of`` only where the room says when). ``required`` NULL means unknown; ``size`` is the population, where
there is one; ``behind`` counts things that are past their own deadline and undone.
"""
