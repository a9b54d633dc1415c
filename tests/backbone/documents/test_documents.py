"""Documents: numbers, versions, service and acknowledgement."""

import datetime as dt
from typing import Any

import pytest

import staff
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.documents import actions, queries, rules
from jianguan.backbone.documents.actions import DocumentRefused
from jianguan.backbone.documents.models import Document, Service
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock

CITY = "changchun@CITY"


@pytest.fixture
def leader(db: Any) -> Actor:
    actor = staff.employ("jilin@PROVINCE", "leader")
    scopes.apply(actor.scope)
    return actor


def issue(by: Actor, *recipients: str, **given: Any) -> Document:
    given = {"title": "监管工作规范", "body": "三级职责。", "in_force_from": clock.today()} | given
    chosen = [agencies.capacity(key) for key in recipients]
    return actions.issue_norm(by=by, recipients=chosen, working_days=5, calendar=working_calendar(), **given)


def test_numbers_run_through_the_year_and_every_document_has_both_digests(leader: Actor) -> None:
    first, second = issue(leader), issue(leader)
    year = clock.today().year
    assert [first.number, second.number] == [f"规〔{year}〕第1号", f"规〔{year}〕第2号"]
    assert len({first.sha256, first.sm3, second.sha256, second.sm3}) == 4


def test_a_new_version_replaces_only_a_version_in_force_and_comes_later(leader: Actor) -> None:
    first = issue(leader)
    with pytest.raises(DocumentRefused, match="须晚于旧版本"):
        issue(leader, replaces=first)
    later = clock.today() + dt.timedelta(days=1)
    assert issue(leader, replaces=first, in_force_from=later).replaces == first
    with pytest.raises(DocumentRefused, match="已被替代"):
        issue(leader, replaces=first, in_force_from=later)


def test_only_a_post_of_the_recipient_signs_and_only_once(leader: Actor) -> None:
    issue(leader, CITY)
    city, other = (staff.employ(key, "centre-supervisor") for key in (CITY, "siping@CITY"))
    scopes.apply(city.scope)
    service = Service.objects.get()
    with pytest.raises(NotAllowed):
        actions.acknowledge(by=other, service=service)
    assert list(queries.unsigned(city.scope, [city.capacity_id])) == [service]
    actions.acknowledge(by=city, service=service)
    assert not queries.unsigned(city.scope, [city.capacity_id]).exists()
    with pytest.raises(DocumentRefused, match="已经签收"):
        actions.acknowledge(by=city, service=service)


def test_a_document_is_seen_by_issuer_and_recipients_alone(leader: Actor) -> None:
    document = issue(leader, CITY)
    city, other = (staff.employ(key, "centre-supervisor") for key in (CITY, "siping@CITY"))
    scopes.apply(city.scope)
    assert queries.document(city.scope, document.pk) == document
    scopes.apply(other.scope)
    with pytest.raises(Document.DoesNotExist):
        queries.document(other.scope, document.pk)


def test_serving_upwards_or_on_oneself_is_refused(db: Any) -> None:
    city = staff.employ(CITY, "leader")
    scopes.apply(city.scope)
    for recipient in ("jilin@PROVINCE", CITY):
        with pytest.raises(DocumentRefused, match="监管范围以外"):
            issue(city, recipient)


def test_the_day_of_service_and_holidays_do_not_count_toward_the_deadline(db: Any) -> None:
    served = dt.datetime(2026, 9, 30, 16, 0, tzinfo=clock.CHINA)
    due = rules.acknowledgement_due(served, 1, working_calendar())
    assert due == dt.datetime(2026, 10, 9, tzinfo=clock.CHINA)
