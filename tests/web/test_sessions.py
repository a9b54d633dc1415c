"""Sessions end after half an hour without a request, and are not written by every request before that."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

import builders
from jianguan.kit import clock
from staff import visit


@pytest.fixture
def client(db: Any) -> Client:
    builders.see_everything()
    return visit(builders.officer(builders.CITY))


def ends(client: Client) -> dt.datetime:
    return Session.objects.get(pk=client.session.session_key).expire_date


def test_the_end_of_a_session_moves_on_with_use_but_is_not_written_every_time(client: Client) -> None:
    begin = clock.now()
    with time_machine.travel(begin + dt.timedelta(minutes=2), tick=False):
        assert client.get("/").status_code == 200
        first = ends(client)
    assert first == begin + dt.timedelta(minutes=32)
    with time_machine.travel(begin + dt.timedelta(minutes=2, seconds=50), tick=False):
        client.get("/")
    assert ends(client) == first
    with time_machine.travel(begin + dt.timedelta(minutes=31), tick=False):
        assert client.get("/").status_code == 200
    assert ends(client) == begin + dt.timedelta(minutes=61)


def test_a_session_left_alone_for_half_an_hour_is_over(client: Client) -> None:
    client.get("/")
    with time_machine.travel(clock.now() + dt.timedelta(minutes=30, seconds=1), tick=False):
        response = client.get("/")
    assert response.status_code == 302
    assert "/login" in response["Location"]


def test_a_session_ended_elsewhere_is_over_at_once(client: Client) -> None:
    assert client.get("/").status_code == 200
    Session.objects.filter(pk=client.session.session_key).delete()
    assert client.get("/").status_code == 302
