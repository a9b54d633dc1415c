"""The decision in SQL and the pure decision are one; unknown is never green, missed is terminal, late stays late."""

import datetime as dt
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jianguan.backbone.ledger.rules import WORST_FIRST, Facts, State, decide, worst
from jianguan.backbone.ledger.states import STATE
from jianguan.engines.regulation.schema import Measure
from jianguan.kit.clock import CHINA

MIDNIGHT = dt.datetime(2026, 3, 10, tzinfo=CHINA)
hours = st.integers(min_value=-30, max_value=90).map(lambda number: MIDNIGHT + dt.timedelta(hours=number))


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    opens, due, miss = sorted(draw(st.tuples(hours, hours, hours)))
    return Facts(
        measure=draw(st.sampled_from(Measure)),
        as_of=draw(hours),
        begins=opens,
        has_task=draw(st.booleans()),
        source_known=draw(st.booleans()),
        excused=draw(st.booleans()),
        disputed=draw(st.booleans()),
        opens_at=opens,
        due_at=due,
        miss_at=miss,
        required=draw(st.none() | st.integers(0, 4)),
        size=draw(st.none() | st.integers(0, 4)),
        on_time=draw(st.integers(0, 4)),
        late=draw(st.integers(0, 4)),
    )


def in_sql(connection: Any, cases: list[Facts]) -> list[str]:
    row = (
        "(%s::int, %s::boolean, %s::boolean, %s::boolean, %s::int, %s::timestamptz, %s::timestamptz, %s::timestamptz,"
        " %s::timestamptz, %s::int, %s::int, %s::int, %s::int)"
    )
    found = []
    with connection.cursor() as cursor:
        for one in cases:
            values = [
                1, one.excused, one.disputed, one.source_known, 1 if one.has_task else None, one.begins, one.opens_at,
                one.due_at, one.miss_at, one.required, one.on_time, one.late, one.size,
            ]  # fmt: skip
            names = (
                "n, excused, disputed, known, task_id, begins, opens_at, due_at, miss_at, required, on_time, late, size"
            )
            expression = STATE.replace("%(as_of)s", "%s::timestamptz").replace("%(measure)s", "%s::text")
            given_first = [one.measure.value if word == "measure" else one.as_of for word in _words(STATE)]
            cursor.execute(
                f"WITH row AS (SELECT * FROM (VALUES {row}) AS v({names})) SELECT {expression} FROM row b, row f",  # noqa: S608 - constants
                [*values, *given_first],
            )
            found.append(cursor.fetchone()[0])
    return found


def _words(text: str) -> list[str]:
    return [part.split(")s")[0] for part in text.split("%(")[1:]]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=facts())
def test_the_state_in_sql_is_the_pure_decision(db: Any, case: Facts) -> None:
    assert in_sql(db, [case]) == [decide(case).value]


@given(case=facts())
def test_green_needs_a_task_a_known_source_a_known_demand_and_enough_done_in_time(case: Facts) -> None:
    if decide(case) is State.MET:
        assert case.has_task
        assert case.source_known
        assert case.required is not None
        assert 0 < case.required <= case.on_time


@given(case=facts(), later=st.integers(0, 1000))
def test_after_the_last_moment_time_changes_no_state(case: Facts, later: int) -> None:
    import dataclasses

    assert case.miss_at is not None
    closed = dataclasses.replace(case, as_of=max(case.as_of, case.miss_at))
    afterwards = dataclasses.replace(closed, as_of=closed.as_of + dt.timedelta(hours=later))
    assert decide(afterwards) is decide(closed)


@given(case=facts())
def test_late_acts_never_make_a_duty_green(case: Facts) -> None:
    import dataclasses

    if decide(dataclasses.replace(case, late=0)) is not State.MET:
        assert decide(case) is not State.MET


def test_a_cell_of_many_periods_shows_the_worst_and_every_state_has_a_rank() -> None:
    assert set(WORST_FIRST) == set(State)
    assert worst([State.MET, State.LATE, State.MISSED]) is State.MISSED
    assert worst([State.MET, State.UNPROVABLE]) is State.UNPROVABLE
    assert worst([State.MET, State.MET]) is State.MET


@given(case=facts())
def test_unknown_is_never_green(case: Facts) -> None:
    import dataclasses

    unknown = (
        dataclasses.replace(case, required=None),
        dataclasses.replace(case, source_known=False),
        dataclasses.replace(case, has_task=False),
    )
    assert State.MET not in {decide(one) for one in unknown}
    assert State.LATE not in {decide(one) for one in unknown}
