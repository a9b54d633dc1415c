"""The synthetic people: every capacity is staffed, characters can sign in, loading again adds nothing."""

from typing import Any

import pytest
from django.test import Client

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit.models import Event
from jianguan.backbone.ledger.queries import ledger
from jianguan.backbone.ledger.rules import State
from jianguan.backbone.people.models import Appointment, Person, RosterEntry
from jianguan.backbone.rules.models import CadenceAdoption
from jianguan.backbone.rules.queries import cadence
from jianguan.backbone.scope import scope as scopes
from jianguan.demo.cadences import ADOPTED
from jianguan.demo.loading import load
from jianguan.demo.people import CHARACTERS, LOGINS
from jianguan.kit import clock

pytestmark = pytest.mark.xdist_group("demo-people")


@pytest.fixture(scope="module")
def loaded(module_db: Any) -> None:
    load(True, lambda line: None)


@pytest.fixture
def demo(loaded: None, db: Any) -> None:
    scopes.apply(scopes.everything())


@pytest.mark.usefixtures("db")
def test_nothing_is_loaded_unless_asked_for() -> None:
    load(False, lambda line: None)
    scopes.apply(scopes.everything())
    assert not Person.objects.exists()


@pytest.mark.usefixtures("demo")
def test_every_capacity_has_somebody_and_everybody_is_marked_synthetic() -> None:
    staffed = set(Appointment.objects.values_list("capacity_id", flat=True))
    assert staffed == set(Capacity.objects.values_list("pk", flat=True))
    assert not Person.objects.filter(synthetic=False).exists()


@pytest.mark.usefixtures("demo")
def test_soft_words_of_places_have_a_synthetic_number_and_two_still_have_none() -> None:
    today = clock.today()
    adopted = {norm: cadence(norm, Capacity.objects.get(key="jilin@PROVINCE").pk, today) for norm in ADOPTED}
    assert all(adopted.values())
    assert all("合成数据" in one.decision.reason for one in CadenceAdoption.objects.select_related("decision"))
    rows = ledger(scopes.everything(), first=today, last=today, as_of=clock.now(), provision="4.5")
    states = {row.norm: row.state for row in rows}
    assert states["4.5-spot-check"] == State.NO_CADENCE
    assert State.NO_CADENCE not in {states["4.5-patrol-video"], states["4.5-on-site"]}


@pytest.mark.usefixtures("demo")
def test_loading_again_adds_nothing() -> None:
    before = (Person.objects.count(), Appointment.objects.count(), RosterEntry.objects.count(), Event.objects.count())
    load(True, lambda line: None)
    scopes.apply(scopes.everything())
    after = (Person.objects.count(), Appointment.objects.count(), RosterEntry.objects.count(), Event.objects.count())
    assert after == before


@pytest.mark.usefixtures("demo")
def test_every_character_signs_in_with_the_printed_password() -> None:
    assert len(LOGINS) == len(CHARACTERS)
    for login in LOGINS:
        response = Client().post("/login", {"username": login.username, "password": login.password})
        assert response.status_code == 302, login
        assert login.password in str(login)
