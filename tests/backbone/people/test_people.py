"""Posts, appointments, accounts: who may grant what to whom, and what the log and the database make of it."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.audit.models import Event
from jianguan.backbone.people import accounts, actions, queries, rosters, rules
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.models import Appointment, Person, Post, RosterEntry
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.roles import roles
from jianguan.backbone.people.rules import Refusal
from jianguan.backbone.rules import sources
from jianguan.backbone.scope import scope as scopes
from jianguan.engines.regulation.schema import Measure
from jianguan.kit import clock
from staff import PHONE, employ

pytestmark = pytest.mark.usefixtures("db")

SINCE = dt.date(2026, 1, 1)
PASSWORD = "Shenyang-river-42"


@pytest.fixture
def whole(db: Any) -> None:
    scopes.apply(scopes.everything())


@pytest.fixture
def security(whole: None) -> Actor:
    return employ("jilin@PROVINCE", "security-admin")


@pytest.fixture
def system(whole: None) -> Actor:
    return employ("jilin@PROVINCE", "system-admin")


def person_of(actor: Actor) -> Person:
    return Person.objects.get(pk=actor.person_id)


def test_permissions_and_events_are_alphabetical_and_every_granted_permission_exists() -> None:
    names = [permission.name for permission in Permission]
    assert names == sorted(names)
    known = {permission.value for permission in Permission}
    assert {name for role in roles().values() for name in role.permissions} <= known


def test_a_post_is_granted_held_and_ended(security: Actor) -> None:
    officer = employ("changchun@CITY", "legal-officer")
    city = agencies.capacity("changchun@CITY")
    post = actions.add_post(by=security, capacity=city, title="监管岗", role="centre-supervisor", since=SINCE)
    made = actions.appoint(by=security, post=post, person=person_of(officer), since=SINCE)
    assert made in queries.appointments_of(officer.person_id, dt.date(2026, 5, 1))
    actions.end_appointment(by=security, appointment=made, on=dt.date(2026, 6, 1), reason="轮岗交流")
    assert made not in queries.appointments_of(officer.person_id, dt.date(2026, 6, 1))
    kinds = list(Event.objects.filter(person_id=security.person_id).order_by("at").values_list("kind", flat=True))
    assert kinds == ["post.added", "appointment.made", "appointment.ended"]


def test_nobody_grants_himself_a_post(security: Actor) -> None:
    province = agencies.capacity("jilin@PROVINCE")
    post = actions.add_post(by=security, capacity=province, title="监管岗", role="centre-supervisor", since=SINCE)
    with pytest.raises(NotAllowed, match="本人"):
        actions.appoint(by=security, post=post, person=person_of(security), since=SINCE)
    scopes.apply(security.scope)
    with pytest.raises(IntegrityError, match="本人"), transaction.atomic():
        Appointment.objects.create(
            post=post, person_id=security.person_id, capacity=province, valid=DateRange(SINCE, None)
        )


@pytest.mark.parametrize("first", list(rules.ADMINISTRATORS))
@pytest.mark.parametrize("second", list(rules.ADMINISTRATORS))
def test_the_three_administrators_are_three_persons(security: Actor, first: str, second: str) -> None:
    province = agencies.capacity("jilin@PROVINCE")
    holder = employ("jilin@PROVINCE", first)
    post = actions.add_post(by=security, capacity=province, title="另一岗位", role=second, since=SINCE)
    if first == second:
        assert actions.appoint(by=security, post=post, person=person_of(holder), since=SINCE).pk
        return
    with pytest.raises(Refusal, match="三员分立"):
        actions.appoint(by=security, post=post, person=person_of(holder), since=SINCE)
    with pytest.raises(IntegrityError, match="三员分立"), transaction.atomic():
        Appointment.objects.create(
            post=post, person_id=holder.person_id, capacity=province, valid=DateRange(SINCE, None)
        )


def test_the_role_of_a_post_is_fixed(security: Actor) -> None:
    with pytest.raises(IntegrityError, match="不能更改"), transaction.atomic():
        Post.objects.filter(pk=security.post_id).update(role="audit-admin")


def test_a_system_administrator_grants_no_posts_and_a_security_administrator_makes_no_accounts(
    security: Actor, system: Actor
) -> None:
    city = agencies.capacity("changchun@CITY")
    with pytest.raises(NotAllowed):
        actions.add_post(by=system, capacity=city, title="监管岗", role="centre-supervisor", since=SINCE)
    with pytest.raises(NotAllowed):
        accounts.create_account(by=security, person=person_of(system), username="someone", password=PASSWORD)


def test_administration_ends_at_the_border_of_the_scope(whole: None) -> None:
    city_security = employ("changchun@CITY", "security-admin")
    with pytest.raises(NotAllowed, match="管理范围"):
        actions.add_post(
            by=city_security,
            capacity=agencies.capacity("siping@CITY"),
            title="监管岗",
            role="centre-supervisor",
            since=SINCE,
        )


def test_a_number_that_an_unseen_unit_has_given_out_is_refused(whole: None) -> None:
    taken = person_of(employ("forest@REFERENCE", "brigade-officer")).number
    system = employ("changchun@CITY", "system-admin")
    scopes.apply(system.scope)
    assert not Person.objects.filter(number=taken).exists()
    with pytest.raises(Refusal, match="已登记"):
        actions.add_person(by=system, home=agencies.capacity("changchun@CITY"), name="张三", number=taken)


def test_nobody_resets_his_own_second_factor(system: Actor) -> None:
    other = employ("jilin@PROVINCE", "system-admin")
    account = accounts.create_account(by=other, person=person_of(system), username="someone", password=PASSWORD)
    with pytest.raises(NotAllowed, match="本人"):
        accounts.reset_second_factor(by=system, account=account, reason="手机丢失")
    accounts.reset_second_factor(by=other, account=account, reason="手机丢失")


def test_a_role_that_does_not_fit_the_level_is_refused(security: Actor) -> None:
    with pytest.raises(Refusal, match="车管所监管岗"):
        actions.add_post(
            by=security,
            capacity=agencies.capacity("changchun@CITY"),
            title="监管岗",
            role="office-supervisor",
            since=SINCE,
        )


@pytest.mark.parametrize("password", ["short", "1234567890123", "password1234"])
def test_weak_passwords_are_refused_in_chinese(system: Actor, password: str) -> None:
    person = person_of(employ("changchun@CITY", "leader"))
    with pytest.raises(Refusal, match="密码"):
        accounts.create_account(by=system, person=person, username="leader-cc", password=password)


def test_an_account_is_made_closed_and_opened(system: Actor) -> None:
    person = person_of(employ("changchun@CITY", "leader"))
    account = accounts.create_account(by=system, person=person, username="leader-cc", password=PASSWORD)
    assert account.password.startswith("argon2")
    assert account.second_factor_required
    accounts.disable_account(by=system, account=account, reason="长期离岗")
    account.refresh_from_db()
    assert not account.is_active
    accounts.enable_account(by=system, account=account, reason="返岗工作")
    account.refresh_from_db()
    assert account.is_active
    with pytest.raises(Refusal, match="理由"):
        accounts.disable_account(by=system, account=account, reason="无")


def test_a_phone_number_is_masked_and_revealed_only_with_a_reason_that_is_logged(system: Actor) -> None:
    person = person_of(employ("changchun@CITY", "leader"))
    assert rules.masked_phone(person.phone) == "139****5678"
    with pytest.raises(Refusal):
        actions.reveal(by=system, person=person, reason="看")
    assert actions.reveal(by=system, person=person, reason="核实值班联系电话") == PHONE
    event = Event.objects.get(kind="person.revealed")
    assert (event.object_id, event.reason) == (str(person.pk), "核实值班联系电话")
    assert PHONE not in str(event.details)


@pytest.mark.clause("5.3")
def test_a_roster_proves_the_days_on_which_somebody_is_on_duty(whole: None) -> None:
    actor = employ("changchun@CITY", "centre-supervisor")
    holder = Appointment.objects.get(pk=actor.appointment_id)
    today = clock.today()
    entry = rosters.enter_roster(by=actor, appointment=holder, day=today)
    rosters.enter_roster(by=actor, appointment=holder, day=today, shift=RosterEntry.Shift.NIGHT)
    later = rosters.enter_roster(by=actor, appointment=holder, day=today + dt.timedelta(days=2))
    rosters.withdraw_roster(by=actor, entry=later, reason="调整值班")
    (source,) = [one for one in sources.of(Measure.PRESENCE) if one.room == "roster"]
    with connection.cursor() as cursor:
        cursor.execute(source.sql, {"first": today, "last": today + dt.timedelta(days=7)})
        rows = cursor.fetchall()
    assert [(row[0], row[1], row[2].lower, row[4]) for row in rows] == [
        ("roster:day", actor.capacity_id, today, f"roster/{entry.pk}")
    ]


def test_a_roster_is_never_changed_after_its_day_nor_for_another_unit(whole: None) -> None:
    actor = employ("changchun@CITY", "centre-supervisor")
    holder = Appointment.objects.get(pk=actor.appointment_id)
    yesterday = clock.today() - dt.timedelta(days=1)
    with pytest.raises(Refusal, match="补登"):
        rosters.enter_roster(by=actor, appointment=holder, day=yesterday)
    past = rosters.enter_roster(by=None, appointment=holder, day=yesterday)
    with pytest.raises(Refusal, match="已过"):
        rosters.withdraw_roster(by=actor, entry=past, reason="调整值班")
    with pytest.raises(NotAllowed):
        rosters.enter_roster(by=employ("jilin@PROVINCE", "centre-supervisor"), appointment=holder, day=clock.today())


def test_a_city_sees_its_own_people_and_those_below_but_not_its_neighbours(whole: None) -> None:
    city = employ("changchun@CITY", "centre-supervisor", name="合成甲")
    employ("changchun-nanguan@COUNTY", "brigade-officer", name="合成乙")
    other = employ("siping@CITY", "centre-supervisor", name="合成丙")
    scopes.apply(city.scope)
    seen = {person.name for person in queries.persons(city.scope, text="合成")}
    assert seen == {"合成甲", "合成乙"}
    with pytest.raises(Person.DoesNotExist):
        queries.person(city.scope, other.person_id)
    assert not Person.objects.filter(pk=other.person_id).exists(), "row security hides him from any query"
