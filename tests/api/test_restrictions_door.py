"""The question of education platforms: a token of theirs, yes or no and until when, nothing more, not too often."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from builders import CITY, leader
from jianguan.backbone.cases import restrictions
from jianguan.backbone.cases.actions import open_case
from jianguan.backbone.cases.followups import Restriction, RestrictionInquiry
from jianguan.backbone.cases.models import Case
from jianguan.backbone.decisions.actions import make_decision
from jianguan.backbone.decisions.models import DecisionKind
from jianguan.backbone.scope import scope as scopes
from jianguan.facts import sources, tokens
from jianguan.facts.models import Source
from jianguan.kit import clock

NUMBER, FREE = "11010519491231002X", "11010519900307451X"
ADDRESS = "/api/v1/restrictions/query"


@pytest.fixture
def token(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(settings, "JIANGUAN_HOME", tmp_path / "home")
    cache.clear()
    return tokens.issue(sources.register("education-platform", "learning_session"))


def ask(token: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client(enforce_csrf_checks=True).post(ADDRESS, sent, content_type="application/json", headers=headers)


def restrict(until: dt.date) -> None:
    """A restriction as its decision left it, laid down row by row."""
    with transaction.atomic():
        chief = leader(CITY)
        scopes.apply(chief.scope)
        case: Case = open_case(
            by=chief, kind="substitute-learner", title="替学", text="替学", provision="13.1", origin="抽查",
            data=restrictions.learner(identity=NUMBER, name="王小明"),
        )  # fmt: skip
        decision = make_decision(
            by=chief, kind=DecisionKind.RESTRICT_LEARNER, subject=case.number, outcome={}, reason="替学属实"
        )
        Restriction.objects.create(
            capacity_id=chief.capacity_id, case=case, learner=case.data["learner"], masked="王**", pinned={},
            since=clock.today() - dt.timedelta(days=9), until=until, decision=decision, decided_at=clock.now(),
        )  # fmt: skip


def test_a_platform_is_told_yes_or_no_and_until_when_and_nothing_else(token: str) -> None:
    until = clock.today() + dt.timedelta(days=400)
    restrict(until)
    told, other = ask(token, {"identity": NUMBER}), ask(token, {"identity": FREE})
    assert (told.status_code, told.json()) == (200, {"on_site_only": True, "until": until.isoformat()})
    assert (other.status_code, other.json()) == (200, {"on_site_only": False, "until": None})
    with scopes.within(scopes.everything()):
        assert RestrictionInquiry.objects.filter(source__key="education-platform").count() == 2


def test_without_a_token_of_a_platform_nothing_is_said(token: str) -> None:
    exams = tokens.issue(sources.register("city-exams", "exam"))
    assert ask("wrong", {"identity": NUMBER}).status_code == 401
    assert ask(exams, {"identity": NUMBER}).status_code == 403
    tokens.revoke(Source.objects.get(key="education-platform"))
    assert ask(token, {"identity": NUMBER}).status_code == 401
    with scopes.within(scopes.everything()):
        assert not RestrictionInquiry.objects.exists()


@pytest.mark.parametrize(
    "body",
    [{}, {"identity": ""}, {"identity": NUMBER + "1"}, {"identity": "110105194912310021"}, b"nonsense", [NUMBER]],
)
def test_nonsense_is_refused_without_repeating_it(token: str, body: Any) -> None:
    answer = ask(token, body)
    assert answer.status_code in {400, 422}
    assert NUMBER not in answer.content.decode()


def test_the_question_is_never_part_of_an_address(token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get(f"{ADDRESS}?identity={NUMBER}", headers=headers).status_code == 405


def test_a_platform_that_asks_too_often_waits(token: str) -> None:
    answers = [ask(token, {"identity": FREE}).status_code for _ in range(restrictions.MOST_A_MINUTE + 2)]
    assert answers[-1] == 429
    assert answers.count(200) <= restrictions.MOST_A_MINUTE
