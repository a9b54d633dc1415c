"""Whom a source reports for, and whose records it may supersede: its own, and those it declared and supervises."""

from collections.abc import Callable
from typing import Any

import pytest

from facts.conftest import as_csv, exam
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import Oversight
from jianguan.facts import authority, places, repair, sources
from jianguan.facts.authority import WrongDeclaration
from jianguan.facts.catalogue import marked_rows
from jianguan.facts.contract import contract
from jianguan.facts.lake import engine
from jianguan.facts.models import Quarantine, Source
from jianguan.facts.validate import CONFLICT, CONFLICT_WORDS, MARKED
from jianguan.kit.clock import today

Take = Callable[..., Any]
Rows = Callable[..., list[dict[str, Any]]]
CITY, OTHER, PROVINCE = "changchun@CITY", "jilin-city@CITY", "jilin@PROVINCE"


@pytest.fixture
def county(home: Any) -> str:
    """A county that the city supervises."""
    link = Oversight.objects.filter(superior__key=CITY, capacity__level="COUNTY", valid__contains=today()).first()
    assert link is not None
    return str(link.capacity.key)


def source(key: str, capacity: str, reports_for: str = "own", listed: tuple[str, ...] = ()) -> Source:
    seat = agencies.capacity(capacity)
    return sources.register(
        key, "exam", capacity_id=seat.pk, capacity_key=seat.key, reports_for=reports_for, listed=list(listed)
    )


def named(*capacities: str) -> str:
    return as_csv([exam(number, capacity=capacity) for number, capacity in enumerate(capacities)])


@pytest.mark.parametrize("how", ["subordinates", "listed"])
def test_a_city_that_declares_so_reports_for_the_units_it_supervises_and_for_no_other(
    how: str, county: str, take: Take, rows: Rows
) -> None:
    city = source("city", CITY, how, (county,) if how == "listed" else ())
    batch = take(named(county, CITY, PROVINCE, OTHER, "nobody@COUNTY"), source=city)
    assert [row["capacity"] for row in rows()] == [county, CITY]
    assert [row.rule for row in Quarantine.objects.filter(batch=batch)] == ["foreign"] * 3


def test_a_source_of_the_whole_province_cannot_name_a_capacity_that_never_was(
    county: str, take: Take, rows: Rows
) -> None:
    batch = take(named(county, "no-such-capacity", ""))
    assert {row["capacity"] for row in rows()} == {county, None}
    assert [(row.column, row.rule) for row in batch.refusals.all()] == [("capacity", "unknown_capacity")]


def test_a_city_that_declares_nothing_reports_for_itself_alone(county: str, take: Take, rows: Rows) -> None:
    take(named(county, CITY), source=source("city", CITY))
    assert [row["capacity"] for row in rows()] == [CITY]


def test_a_list_leaves_out_the_subordinates_it_does_not_name(county: str, take: Take, rows: Rows) -> None:
    other = min(authority.below(CITY, today()) - {county})
    take(named(county, other), source=source("city", CITY, "listed", (county,)))
    assert [row["capacity"] for row in rows()] == [county]


def test_a_county_cannot_declare_its_superiors_nor_a_stranger(county: str, take: Take, rows: Rows) -> None:
    for listed in ((PROVINCE,), (CITY,), (OTHER,), ("nobody@COUNTY",)):
        with pytest.raises(WrongDeclaration, match="不监管"):
            source("county", county, "listed", listed)
    origin = source("county", county)
    with pytest.raises(WrongDeclaration, match="不监管"):
        authority.declare(origin, "listed", [PROVINCE], today())
    with pytest.raises(WrongDeclaration, match="未定义"):
        authority.declare(origin, "everybody", [], today())
    assert Source.objects.get(key="county").reports_for == "own"
    Source.objects.filter(pk=origin.pk).update(reports_for="listed", listed=[PROVINCE, CITY])  # past the check
    take(named(PROVINCE, CITY, county), source=Source.objects.get(pk=origin.pk))
    assert [row["capacity"] for row in rows()] == [county], "what is declared never widens what supervision gives"


def test_the_key_of_another_source_is_a_conflict_and_both_records_stay_readable(
    county: str, take: Take, rows: Rows
) -> None:
    take(as_csv([exam(1), exam(2)]), source=source("one", CITY))
    batch = take(as_csv([exam(2, kcdd="K9"), exam(3)]), source=source("two", OTHER))
    assert (batch.accepted, batch.superseding, batch.conflicting) == (2, 0, 1)
    assert batch.warnings == {f"{MARKED}{CONFLICT_WORDS}": 1}
    assert [(row["exam_no"], row["site"]) for row in rows()] == [("E1", "K1"), ("E2", "K1"), ("E3", "K1")]
    both = [row for row in rows(all_=True) if row["exam_no"] == "E2"]
    assert [(row["site"], row["_marks"]) for row in both] == [("K1", None), ("K9", CONFLICT)]
    with engine(places.scratch()) as duck:
        shown = marked_rows(duck, places.lake(), contract("exam"), batch.pk, start=0, most=9)
    assert [(keys, marks) for _, keys, _, marks in shown] == [(("E2",), [CONFLICT])]


def test_a_conflict_does_not_keep_a_source_from_correcting_its_own_record(county: str, take: Take, rows: Rows) -> None:
    first, second = source("one", CITY), source("two", CITY)
    take(as_csv([exam(1)]), source=first)
    take(as_csv([exam(1, kcdd="K2")]), source=second)
    assert take(as_csv([exam(1, kcdd="K3")]), source=first).superseding == 1
    assert take(as_csv([exam(1, kcdd="K4")]), source=second).conflicting == 1
    assert [row["site"] for row in rows()] == ["K3"]
    assert len(rows(all_=True)) == 4


def test_a_superior_that_declares_its_subordinates_supersedes_theirs_and_not_the_other_way_round(
    county: str, take: Take, rows: Rows
) -> None:
    low, high = source("county", county), source("city", CITY, "subordinates")
    take(as_csv([exam(1)]), source=low)
    assert take(as_csv([exam(1, kcdd="K2")]), source=high).superseding == 1
    assert take(as_csv([exam(1, kcdd="K3")]), source=low).conflicting == 1
    assert [row["site"] for row in rows()] == ["K2"]
    whole = sources.register("province", "exam", reports_for="subordinates")
    assert take(as_csv([exam(1, kcdd="K4")]), source=whole).superseding == 1
    assert take(as_csv([exam(1, kcdd="K5")]), source=sources.register("other", "exam")).conflicting == 1
    assert [row["site"] for row in rows()] == ["K4"]


def test_a_refused_row_is_not_settled_by_what_another_source_brought(county: str, take: Take, rows: Rows) -> None:
    batch = take(as_csv([exam(1, kskm="9")]), source=source("one", CITY))
    row = Quarantine.objects.get(batch=batch)
    take(as_csv([exam(1, kcdd="K2")]), source=source("two", OTHER))
    done = repair.repair(batch, {row.pk: {"kskm": "2"}})
    assert (done.taken, done.settled) == ((row.pk,), ())
    assert done.batch is not None
    assert done.batch.conflicting == 1
    assert [one["site"] for one in rows(all_=True)] == ["K2", "K1"]


def test_the_command_declares_whom_a_source_reports_for_audits_it_and_refuses_whom_it_does_not_supervise(
    county: str, take: Take, capsys: pytest.CaptureFixture[str]
) -> None:
    from jianguan.backbone.audit.models import Event
    from jianguan.site.cli import build

    def ran(*words: str) -> int:
        arguments = build().parse_args(["source", *words])
        return int(arguments.run(arguments))

    assert ran("add", "exam", "city", "--capacity", CITY, "--reports-for", county) == 0
    assert (Source.objects.get().reports_for, Source.objects.get().listed) == ("listed", [county])
    assert ran("declare", "city", "--reports-for", "subordinates") == 0
    assert (Source.objects.get().reports_for, Source.objects.get().listed) == ("subordinates", [])
    assert ran("add", "exam", "county", "--capacity", county, "--reports-for", PROVINCE) == 2
    assert ran("declare", "nobody", "--reports-for", "own") == 2
    assert "不监管" in capsys.readouterr().err
    kinds = list(Event.objects.filter(object_type="facts.source").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["facts.source-opened", "facts.source-declared"]
