"""Registrations: validity, overlaps, police only, ending, filing with the superior capacity."""

import datetime as dt
from typing import Any

import pytest

import staff
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.models import Person
from jianguan.backbone.registrations import actions, queries, rules
from jianguan.backbone.registrations.actions import RegistrationRefused
from jianguan.backbone.registrations.models import Registration, RegistrationKind
from jianguan.backbone.registrations.rules import Span, Wish
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock

CITY = "changchun@CITY"
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def city(db: Any) -> Actor:
    actor = staff.employ(CITY, "centre-supervisor")
    scopes.apply(actor.scope)
    return actor


def person(actor: Actor, *, police: bool = True) -> Person:
    found = Person.objects.get(pk=actor.person_id)
    Person.objects.filter(pk=found.pk).update(is_police=police)
    found.refresh_from_db()
    return found


def register(by: Actor, kind: str, **given: Any) -> Registration:
    given = {"title": "测试登记", "valid_from": clock.today()} | given
    return actions.register(by=by, kind=RegistrationKind(kind), **given)


def test_registering_closes_the_gap_and_ending_opens_it_from_the_next_day(city: Actor) -> None:
    today = clock.today()

    def lacking(on: dt.date) -> bool:
        found = queries.gaps(city.scope, on)
        return any((gap.capacity_id, gap.kind) == (city.capacity_id, "duty-chart") for gap in found)

    assert lacking(today)
    made = register(city, "duty-chart")
    assert not lacking(today)
    actions.end_registration(by=city, registration=made, on=today + ONE_DAY, reason="机构撤并")
    assert not lacking(today)
    assert lacking(today + ONE_DAY)


def test_a_second_establishment_at_the_same_time_is_refused(city: Actor) -> None:
    register(city, "establishment")
    with pytest.raises(RegistrationRefused, match="已有一份有效"):
        register(city, "establishment", valid_from=clock.today() + 10 * ONE_DAY)


def test_ending_needs_a_reason_and_never_reaches_back(city: Actor) -> None:
    made = register(city, "work-rule", valid_from=clock.today() - 5 * ONE_DAY)
    with pytest.raises(RegistrationRefused, match="理由"):
        actions.end_registration(by=city, registration=made, on=clock.today(), reason="撤")
    with pytest.raises(RegistrationRefused, match="不能改写"):
        actions.end_registration(by=city, registration=made, on=clock.today() - ONE_DAY, reason="写错日期")


@pytest.mark.clause("15.1")
def test_clause_15_1_only_police_administer_the_systems_of_a_city(city: Actor) -> None:
    with pytest.raises(RegistrationRefused, match="须由人民警察担任"):
        register(city, "staff-filing", person=person(city, police=False))
    assert register(city, "staff-filing", person=person(city)).filed_with is not None


@pytest.mark.clause("15.1", "17")
@pytest.mark.parametrize(
    ("capacity", "superior"), [("changchun@CITY", "jilin@PROVINCE"), ("meihekou@COUNTY", "jilin@CITY")]
)
def test_a_filing_goes_to_the_superior_capacity_and_only_it_signs(db: Any, capacity: str, superior: str) -> None:
    role = "centre-supervisor" if capacity.endswith("@CITY") else "brigade-officer"
    below, above = staff.employ(capacity, role), staff.employ(superior, "centre-supervisor")
    stranger = staff.employ("siping@CITY", "centre-supervisor")
    scopes.apply(below.scope)
    made = register(below, "staff-filing", person=person(below))
    with pytest.raises(RegistrationRefused, match="尚未上报"):
        actions.receive_filing(by=above, registration=made)
    sent = actions.file_with_superior(by=below, registration=made)
    assert sent.filed_with is not None
    assert sent.filed_with.key == superior
    with pytest.raises(NotAllowed):
        actions.receive_filing(by=stranger, registration=sent)
    scopes.apply(above.scope)
    assert list(queries.filings_to_receive(above.scope, above.capacity_id)) == [sent]
    assert actions.receive_filing(by=above, registration=sent).received_at is not None


def test_registrations_of_others_are_out_of_sight(city: Actor) -> None:
    made = register(city, "work-rule")
    other = staff.employ("siping@CITY", "centre-supervisor")
    scopes.apply(other.scope)
    with pytest.raises(Registration.DoesNotExist):
        queries.registration(other.scope, made.pk)


def test_agreements_need_an_end_and_somebody_who_signs() -> None:
    wish = Wish(kind="confidentiality-agreement", level="CITY", title="保密协议", span=Span(dt.date(2026, 1, 1)))
    assert len(rules.problems(wish, [])) == 2


def test_a_standing_word_counts_the_first_day_in_and_the_end_out() -> None:
    span = Span(dt.date(2026, 1, 1), dt.date(2026, 3, 1))
    words = [rules.standing_word(span, dt.date(2025, 12, 31)), rules.standing_word(span, dt.date(2026, 1, 1))]
    words += [rules.standing_word(span, dt.date(2026, 2, 28)), rules.standing_word(span, dt.date(2026, 3, 1))]
    assert words == ["未生效", "有效", "即将到期", "已失效"]
