"""The agencies of the rule book, and what the database refuses about oversight."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jianguan.backbone.agencies import actions, queries
from jianguan.backbone.agencies.loading import load
from jianguan.backbone.agencies.models import Agency, AgencyCode, Capacity, Oversight
from jianguan.backbone.audit.models import Event
from jianguan.backbone.people.acting import NotAllowed
from staff import employ

pytestmark = pytest.mark.usefixtures("db")

TODAY = dt.date(2026, 11, 23)


def test_every_level_of_the_province_is_there() -> None:
    count = {
        level: Capacity.objects.filter(level=level, mode="own").count() for level in ("PROVINCE", "CITY", "COUNTY")
    }
    assert count == {"PROVINCE": 1, "CITY": 12, "COUNTY": 61}, "60 county-level units and 长白山's county duties"
    divisions = AgencyCode.objects.filter(valid__contains=TODAY, code__startswith="22")
    assert divisions.values("code").distinct().count() == 70


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Agency, AgencyCode, Capacity, Oversight, Event))


def test_loading_again_changes_nothing_and_writes_no_event() -> None:
    before = counts()
    lines: list[str] = []
    load(False, lines.append)
    assert counts() == before
    assert "新增 0" in lines[0]


def save_and_check(row: models.Model) -> None:
    """What a commit would say of a changed row; the change is undone when it is refused."""
    with transaction.atomic():
        row.save()
        connection.check_constraints()


def test_a_gap_in_oversight_is_refused_at_commit() -> None:
    link = Oversight.objects.get(capacity__key="changchun@CITY")
    link.valid = DateRange(link.valid.lower, dt.date(2026, 1, 1))
    with pytest.raises(IntegrityError, match="没有监管上级"):
        save_and_check(link)


def test_a_superior_that_has_ended_cannot_go_on_supervising() -> None:
    city = queries.capacity("changchun@CITY")
    city.valid = DateRange(city.valid.lower, dt.date(2026, 1, 1))
    with pytest.raises(IntegrityError, match="超出上级身份的有效期"):
        save_and_check(city)


def test_two_superiors_on_one_day_are_refused() -> None:
    with pytest.raises(IntegrityError, match="oversight_no_overlap"), transaction.atomic():
        Oversight.objects.create(
            capacity=queries.capacity("changchun@CITY"),
            superior=queries.capacity("jilin@CITY"),
            valid=DateRange(dt.date(2021, 1, 1), None),
        )


def test_a_code_changes_as_a_succession() -> None:
    leader = employ("jilin@PROVINCE", "leader")
    agency = Agency.objects.get(slug="meihekou")
    day = dt.date(2027, 1, 1)
    actions.change_code(by=leader, agency=agency, code="220586", on=day, basis="合成的代码变更")
    assert queries.code_at(agency.pk, day - dt.timedelta(days=1)) == "220581"
    assert queries.code_at(agency.pk, day) == "220586"


def test_only_the_provinces_own_capacity_decides_on_agencies() -> None:
    agency = Agency.objects.get(slug="meihekou")
    day = dt.date(2027, 1, 1)
    for capacity in ("changchun@CITY", "jilin@CITY"):
        with pytest.raises(actions.NotDecidable, match="省级"):
            actions.change_code(
                by=employ(capacity, "leader"), agency=agency, code="220586", on=day, basis="合成的代码变更"
            )
    with pytest.raises(NotAllowed):
        actions.change_code(
            by=employ("jilin@PROVINCE", "centre-supervisor"), agency=agency, code="220586", on=day, basis="合成"
        )


def test_a_capacity_that_still_supervises_cannot_be_ended() -> None:
    leader = employ("jilin@PROVINCE", "leader")
    with pytest.raises(actions.NotDecidable, match="移交"):
        actions.end_capacity(
            by=leader, capacity=queries.capacity("jilin@CITY"), on=dt.date(2027, 1, 1), basis="合成的终止决定"
        )


def test_the_tree_holds_every_capacity_once_below_its_superior() -> None:
    branches = queries.tree(TODAY)
    assert len(branches) == Capacity.objects.filter(valid__contains=TODAY).count()
    depth = {branch.capacity.key: branch.depth for branch in branches}
    assert (depth["jilin@PROVINCE"], depth["jilin@CITY"], depth["meihekou@COUNTY"]) == (0, 1, 2)
    assert depth["forest@REFERENCE"] == 0
