"""Who lets his words be published learns whether they were; nothing is published that nobody released."""

import pytest
from django.test import Client
from django.urls import reverse

from builders import CITY, OFFICE, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.complaints import actions, handling, open_data, queries
from jianguan.backbone.complaints.actions import Report
from jianguan.backbone.complaints.models import Complaint
from jianguan.backbone.complaints.rules import Channel
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from pages import text

TEXT = "合成：业务大厅三号窗口说材料不全，让我跑了三次。"

pytestmark = pytest.mark.usefixtures("db")


def told(*, public: bool) -> Complaint:
    unit = agencies.capacity(OFFICE)
    given = Report(channel=Channel.ONLINE, matter="window", unit=unit, text=TEXT, public=public)
    return actions.receive(report=given).complaint


def published(complaint: Complaint) -> str:
    (shown,) = open_data.by_number([complaint.number])
    return shown.text


@pytest.mark.parametrize(
    ("public", "released", "title", "words"),
    [
        (True, True, ["内容已公开"], TEXT),
        (True, False, ["内容不公开"], ""),
        (False, True, [], ""),
    ],
    ids=["released", "held back", "never opened"],
)
def test_words_are_published_when_both_sides_agreed(public: bool, released: bool, title: list[str], words: str) -> None:
    one = told(public=public)
    assert published(one) == ""
    city = officer(CITY)
    scopes.apply(city.scope)
    handling.accept(
        by=city,
        complaint=one,
        handler=agencies.capacity(OFFICE),
        text="由车管所核对业务记录",
        calendar=working_calendar(),
        released=released,
    )
    assert published(one) == words
    assert [line.title for line in queries.story(one.pk).lines if "公开" in line.title] == title


def test_the_form_says_that_words_are_read_before_they_are_published() -> None:
    assert "受理单位看过同意后才公开" in text(Client().get(reverse("portal-report")))
