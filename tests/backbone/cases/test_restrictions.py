"""Substitute learners: found true and reviewed, restricted by decision for the term of the rule book."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, transaction

import staff
from builders import CITY, at, leader, officer, on_the_clock, place
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.audit.models import Event
from jianguan.backbone.cases import restrictions, routing
from jianguan.backbone.cases.actions import CaseRefused, open_case, submit, take
from jianguan.backbone.cases.followups import Restriction, RestrictionInquiry
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.restrictions import RestrictionRefused, TooManyInquiries
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.facts import sources
from jianguan.facts.models import Source
from jianguan.kit import clock

COUNTY = "changchun-nanguan@COUNTY"
NUMBER = "11010519491231002X"
LEAP = dt.date(2028, 2, 29)


class Story:
    """The city orders, the county looks into it."""

    def __init__(self) -> None:
        self.city, self.county, self.chief = officer(CITY), officer(COUNTY), leader(CITY)

    def opened(self, number: str = NUMBER) -> Case:
        scopes.apply(self.city.scope)
        case = open_case(
            by=self.city,
            kind="substitute-learner",
            title="疑似替学",
            text="照片与本人不符",
            provision="13.1",
            origin="网络教育抽查",
            data=restrictions.learner(identity=number, name="王小明") | {"session": "L-2028-0229-17"},
        )
        to = agencies.capacity(COUNTY)
        routing.assign(by=self.city, case=case, version=1, handler=to, calendar=working_calendar())
        return case

    def submitted(self, outcome: str = "true", number: str = NUMBER) -> Case:
        case = self.opened(number)
        scopes.apply(self.county.scope)
        take(by=self.county, case=case, verb=Verb.RECEIVE, version=2)
        submit(by=self.county, case=case, version=3, outcome=outcome, text="经比对，属他人代学")
        return case

    def closed(self, outcome: str = "true", number: str = NUMBER) -> Case:
        case = self.submitted(outcome, number)
        scopes.apply(self.city.scope)
        take(by=self.city, case=case, verb=Verb.PASS, version=4, text="证据充分")
        take(by=self.city, case=case, verb=Verb.CLOSE, version=5)
        return case

    def restricted(self, day: dt.date = LEAP, number: str = NUMBER) -> Restriction:
        with on_the_clock(at(day, 9)):
            case = self.closed(number=number)
            scopes.apply(self.chief.scope)
            return restrictions.impose(by=self.chief, case=case, reason="替学属实")


@pytest.fixture
def story(db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(settings, "JIANGUAN_HOME", tmp_path / "home")
    return Story()


@pytest.fixture
def platform(story: Story) -> Source:
    with scopes.within(scopes.everything()):
        return sources.register("education-platform", "learning_session")


@pytest.mark.clause("13.1")
def test_found_true_and_reviewed_a_learner_may_only_learn_on_site_for_three_years(story: Story) -> None:
    made = story.restricted()
    assert (made.since, made.until) == (LEAP, dt.date(2031, 3, 1))
    assert made.pinned["13.1b.on-site-only"]["value"] == "3"
    assert made.decision.kind == "restrict_learner"
    assert made.decision.outcome["session_void"] == "L-2028-0229-17"
    assert made.masked == "王**（尾号 002X）"
    assert restrictions.standing(made.learner, dt.date(2031, 2, 28)) == made
    assert restrictions.standing(made.learner, dt.date(2031, 3, 1)) is None


def test_neither_case_nor_log_holds_the_number_of_the_learner(story: Story) -> None:
    made = story.restricted()
    scopes.apply(scopes.everything())
    assert NUMBER not in str(made.case.data) + made.masked + made.learner
    assert not [one for one in Event.objects.values_list("details", flat=True) if NUMBER in str(one)]
    with pytest.raises(CaseRefused, match="须以化名登记"):
        open_case(
            by=story.city, kind="substitute-learner", title="替学", text="替学", provision="13.1", origin="抽查",
            data={"learner": NUMBER},
        )  # fmt: skip
    with pytest.raises(RestrictionRefused, match="身份证号码有误"):
        restrictions.learner(identity="110105194912310021", name="王小明")


def test_nobody_is_restricted_before_the_review_nor_when_it_was_not_true(story: Story) -> None:
    open_one = story.submitted()
    scopes.apply(story.chief.scope)
    with pytest.raises(RestrictionRefused, match="核查属实并复核通过"):
        restrictions.impose(by=story.chief, case=open_one, reason="替学属实")
    unfounded = story.closed(outcome="partly")
    scopes.apply(story.chief.scope)
    with pytest.raises(RestrictionRefused, match="核查属实并复核通过"):
        restrictions.impose(by=story.chief, case=unfounded, reason="替学属实")
    assert not Restriction.objects.exists()


def test_a_leader_of_either_unit_decides_who_did_not_work_on_it_and_only_once(story: Story) -> None:
    case = story.closed()
    with pytest.raises(NotAllowed):
        restrictions.impose(by=story.city, case=case, reason="替学属实")
    with pytest.raises(NotAllowed):
        restrictions.impose(by=leader("siping@CITY"), case=case, reason="替学属实")
    scopes.apply(story.county.scope)
    with pytest.raises(RestrictionRefused, match="换一个履职身份也不可以"):
        restrictions.impose(
            by=staff.employ(COUNTY, "leader", person_id=story.county.person_id), case=case, reason="替学属实"
        )
    made = restrictions.impose(by=leader(COUNTY), case=case, reason="替学属实")
    scopes.apply(story.chief.scope)
    assert Restriction.objects.get() == made, "the city above sees what its county decided"
    with pytest.raises(RestrictionRefused, match="已经作出"):
        restrictions.impose(by=story.chief, case=case, reason="替学属实")


def test_a_restriction_is_lifted_by_decision_and_the_learner_free_from_that_day(story: Story) -> None:
    made = story.restricted()
    day = dt.date(2028, 6, 1)
    with on_the_clock(at(day, 9)):
        with pytest.raises(NotAllowed):
            restrictions.lift(by=story.city, restriction=made, reason="身份认定有误")
        restrictions.lift(by=story.chief, restriction=made, reason="身份认定有误")
        with pytest.raises(RestrictionRefused, match="已经解除"):
            restrictions.lift(by=story.chief, restriction=made, reason="身份认定有误")
    assert restrictions.standing(made.learner, dt.date(2028, 5, 31)) == made
    assert restrictions.standing(made.learner, day) is None
    assert restrictions.listed(story.chief.scope) == [made]
    assert restrictions.listed(story.chief.scope, on=day) == []


def test_learning_on_site_is_registered_once_a_day_within_the_restriction(story: Story) -> None:
    made = story.restricted()
    with on_the_clock(at(dt.date(2028, 3, 10), 9)):
        site = place(CITY, kind="education_site")
        restrictions.register(by=story.city, restriction=made, day=dt.date(2028, 3, 9), subject=site)
        with pytest.raises(RestrictionRefused, match="已经登记"):
            restrictions.register(by=story.city, restriction=made, day=dt.date(2028, 3, 9))
        for day in (dt.date(2028, 2, 28), dt.date(2028, 3, 11)):
            with pytest.raises(RestrictionRefused, match="限制期内"):
                restrictions.register(by=story.city, restriction=made, day=day)
        hall = place(CITY, kind="service_hall", code="合成-2")
        with pytest.raises(RestrictionRefused, match="教育场所"):
            restrictions.register(by=story.city, restriction=made, day=dt.date(2028, 3, 10), subject=hall)
    assert made.learning.count() == 1


def test_another_city_neither_sees_nor_lifts_a_restriction(story: Story) -> None:
    made = story.restricted()
    other = leader("siping@CITY")
    scopes.apply(other.scope)
    assert not Restriction.objects.exists()
    with pytest.raises(NotAllowed):
        restrictions.lift(by=other, restriction=made, reason="与我无关")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Restriction.objects.filter(pk=made.pk).update(until=dt.date(2029, 1, 1))


def test_a_platform_is_told_yes_or_no_and_until_and_every_question_is_kept(story: Story, platform: Source) -> None:
    story.restricted()
    with on_the_clock(at(dt.date(2029, 1, 1), 9)):
        told = restrictions.answer(source=platform, identity=NUMBER.lower())
        other = restrictions.answer(source=platform, identity="11010519900307451X")
    assert (told.on_site_only, told.until) == (True, dt.date(2031, 3, 1))
    assert (other.on_site_only, other.until) == (False, None)
    with scopes.within(scopes.everything()):
        kept = RestrictionInquiry.objects.order_by("pk").values_list("on_site_only", flat=True)
        assert list(kept) == [True, False]
        assert Event.objects.filter(kind="restriction.asked").count() == 2


def test_a_platform_that_asks_too_often_is_refused_and_free_again_later(story: Story, platform: Source) -> None:
    moment = at(dt.date(2029, 1, 1), 9)
    with on_the_clock(moment):
        for _ in range(restrictions.MOST_A_MINUTE):
            restrictions.answer(source=platform, identity=NUMBER)
        with pytest.raises(TooManyInquiries) as often:
            restrictions.answer(source=platform, identity=NUMBER)
    assert often.value.seconds == 60
    with on_the_clock(moment + dt.timedelta(seconds=61)):
        assert restrictions.answer(source=platform, identity=NUMBER).on_site_only is False


def test_a_source_of_other_facts_may_not_ask(story: Story) -> None:
    with scopes.within(scopes.everything()):
        exams = sources.register("city-exams", "exam")
    with pytest.raises(RestrictionRefused, match="不能查询"):
        restrictions.answer(source=exams, identity=NUMBER)


def decided_again(story: Story, made: Restriction, outcome: str) -> Case:
    """Reopened, looked into again and passed with another result."""
    case = Case.objects.get(pk=made.case_id)
    scopes.apply(story.chief.scope)
    last = clock.today() + dt.timedelta(days=9)
    routing.reopen(by=story.chief, case=case, version=case.version, reason="学员提出异议", last_day=last)
    scopes.apply(story.county.scope)
    submit(by=story.county, case=case, version=case.version, outcome=outcome, text="重新比对")
    scopes.apply(story.city.scope)
    take(by=story.city, case=case, verb=Verb.PASS, version=case.version, text="同意")
    return case


def test_a_case_decided_again_otherwise_closes_only_after_its_restriction_is_lifted(story: Story) -> None:
    made = story.restricted(day=LEAP)
    with on_the_clock(at(LEAP, 15)):
        case = decided_again(story, made, "excluded")
        with pytest.raises(CaseRefused, match="请先解除学员的现场教育限制"):
            take(by=story.city, case=case, verb=Verb.CLOSE, version=case.version)
        scopes.apply(story.chief.scope)
        restrictions.lift(by=story.chief, restriction=made, reason="重新核查排除")
        scopes.apply(story.city.scope)
        case.refresh_from_db()
        take(by=story.city, case=case, verb=Verb.CLOSE, version=case.version)
        assert restrictions.standing(made.learner, LEAP) is None


def test_found_true_again_after_the_restriction_was_lifted_a_learner_is_restricted_anew(story: Story) -> None:
    made = story.restricted(day=LEAP)
    with on_the_clock(at(LEAP, 15)):
        scopes.apply(story.chief.scope)
        with pytest.raises(RestrictionRefused, match="已经作出"):
            restrictions.impose(by=story.chief, case=made.case, reason="再次")
        restrictions.lift(by=story.chief, restriction=made, reason="重新核查")
        case = decided_again(story, made, "true")
        scopes.apply(story.chief.scope)
        again = restrictions.impose(by=story.chief, case=case, reason="仍然属实")
        assert restrictions.standing(made.learner, LEAP) == again
        with pytest.raises(IntegrityError, match="已经作出"), transaction.atomic():
            Restriction.objects.create(
                capacity=again.capacity, case=case, learner=again.learner, since=LEAP, until=again.until, pinned={},
                decision=again.decision, decided_at=clock.now(),
            )  # fmt: skip
