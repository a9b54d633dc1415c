"""One story a kind, from 立项 to 办结, with what only that kind demands on its way."""

import io
from typing import Any

import pytest
from PIL import Image

import staff
from builders import CITY, OFFICE, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import CaseRefused, open_case, opine, submit, take
from jianguan.backbone.cases.attachments import attach
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.rules import KINDS, Severity, State, Verb
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes

LEGAL = "changchun-nanguan@COUNTY"


class Story:
    """The city orders, the office works; each step in the scope of whoever takes it."""

    def __init__(self) -> None:
        self.city, self.office, self.legal = officer(CITY), officer(OFFICE), officer(LEGAL)

    def received(self, kind: str, provision: str, **given: Any) -> Case:
        scopes.apply(self.city.scope)
        fields = {"title": KINDS[kind].word, "text": "合成的事项", "origin": "测试"} | given
        case = open_case(by=self.city, kind=kind, provision=provision, **fields)
        to = agencies.capacity(OFFICE)
        routing.assign(by=self.city, case=case, version=1, handler=to, calendar=working_calendar())
        scopes.apply(self.office.scope)
        take(by=self.office, case=case, verb=Verb.RECEIVE, version=2)
        return case

    def work(self, case: Case, text: str = "已核查") -> None:
        scopes.apply(self.office.scope)
        take(by=self.office, case=case, verb=Verb.WORK, version=case.version, text=text)

    def submit(self, case: Case, outcome: str, **data: str) -> None:
        scopes.apply(self.office.scope)
        submit(by=self.office, case=case, version=case.version, outcome=outcome, text="结果如上", data=data)

    def closed(self, case: Case) -> Case:
        scopes.apply(self.city.scope)
        take(by=self.city, case=case, verb=Verb.PASS, version=case.version, text="已核实")
        take(by=self.city, case=case, verb=Verb.CLOSE, version=case.version)
        assert case.state == State.CLOSED
        return case

    def asked(self, case: Case, unit: str = LEGAL) -> None:
        scopes.apply(self.office.scope)
        legal = agencies.capacity(unit)
        routing.join(
            by=self.office, case=case, version=case.version, verb=Verb.COUNTERSIGN, capacities=[legal], text="法制审核"
        )

    def opined(self, case: Case, agreed: bool, text: str) -> None:
        scopes.apply(self.legal.scope)
        opine(by=self.legal, case=case, version=case.version, agreed=agreed, text=text)


@pytest.fixture
def story(db: Any) -> Story:
    return Story()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, "PNG")
    return out.getvalue()


@pytest.mark.clause("10.5")
def test_an_interview_that_was_held_is_handed_in_with_its_record(story: Story) -> None:
    case = story.received("interview", "10.5")
    with pytest.raises(CaseRefused, match="约谈记录"):
        story.submit(case, "held")
    story.work(case, "已约谈负责人")
    attach(by=story.office, case=case, file=picture(), name="约谈记录.png", step=case.steps.get(version=case.version))
    story.submit(case, "held")
    story.closed(case)


def test_an_interview_to_which_nobody_came_needs_no_record(story: Story) -> None:
    case = story.received("interview", "10.5")
    story.submit(case, "absent")
    story.closed(case)


@pytest.mark.clause("12.2")
def test_nothing_is_exposed_before_the_legal_opinion(story: Story) -> None:
    case = story.received("exposure", "12.2")
    assert case.deadlines.get(term="finish").amount == 5
    with pytest.raises(CaseRefused, match="法制审核"):
        story.submit(case, "published")
    story.asked(case)
    story.opined(case, True, "已隐去个人信息，可以曝光")
    story.submit(case, "published")
    story.closed(case)


@pytest.mark.clause("12.2")
def test_nothing_is_exposed_to_which_the_last_legal_opinion_says_no(story: Story) -> None:
    case = story.received("exposure", "12.2")
    story.asked(case)
    story.opined(case, False, "不同意曝光，含个人信息")
    with pytest.raises(CaseRefused, match="最后的意见都是“同意”"):
        story.submit(case, "published")
    story.opined(case, True, "个人信息已经隐去")
    story.opined(case, False, "又发现一处车牌")
    with pytest.raises(CaseRefused, match="最后的意见都是“同意”"):
        story.submit(case, "published")
    story.opined(case, True, "已经全部隐去")
    story.submit(case, "published")


@pytest.mark.clause("12.2")
def test_nothing_is_exposed_while_a_unit_that_was_asked_is_silent(story: Story) -> None:
    case = story.received("exposure", "12.2")
    second = officer("changchun-chaoyang@COUNTY")
    story.asked(case)
    story.asked(case, second.capacity_key)
    story.opined(case, True, "可以曝光")
    with pytest.raises(CaseRefused, match="最后的意见都是“同意”"):
        story.submit(case, "published")
    scopes.apply(second.scope)
    opine(by=second, case=case, version=case.version, agreed=True, text="可以曝光")
    story.submit(case, "published")


@pytest.mark.clause("12.2")
def test_an_exposure_whose_legal_opinion_turns_to_no_under_review_goes_back(story: Story) -> None:
    case = story.received("exposure", "12.2")
    story.asked(case)
    story.opined(case, True, "可以曝光")
    story.submit(case, "published")
    story.opined(case, False, "又发现个人信息，撤回同意")
    with pytest.raises(CaseRefused, match="最后的意见都是“同意”"):
        story.closed(case)
    story.opined(case, True, "已经全部隐去")
    story.closed(case)


@pytest.mark.clause("12.2")
def test_a_legal_opinion_comes_from_somebody_who_does_nothing_else_on_the_case(story: Story) -> None:
    case = story.received("exposure", "12.2")
    story.asked(case)
    twin = staff.employ(LEGAL, "brigade-officer", person_id=story.office.person_id)
    scopes.apply(twin.scope)
    with pytest.raises(CaseRefused, match="没有参与办理"):
        opine(by=twin, case=case, version=case.version, agreed=True, text="自己同意")
    story.opined(case, True, "可以曝光")
    back = staff.employ(OFFICE, "office-supervisor", person_id=story.legal.person_id)
    scopes.apply(back.scope)
    with pytest.raises(CaseRefused, match="不能再办理或复核"):
        submit(by=back, case=case, version=case.version, outcome="published", text="代为提交")


def test_an_exposure_that_is_dropped_needs_no_opinion(story: Story) -> None:
    case = story.received("exposure", "12.2")
    story.submit(case, "dropped")
    story.closed(case)


def test_back_tracing_names_who_what_breach_and_which_measure(story: Story) -> None:
    case = story.received("back-tracing", "4.6", severity=Severity.SERIOUS)
    whole = {"who": "查验岗 合成民警", "breach": "6.7", "measure": "suspend"}
    for name, words in (("who", "责任单位和人员"), ("breach", "违反的条款"), ("measure", "处理措施")):
        with pytest.raises(CaseRefused, match=words):
            story.submit(case, "found", **(whole | {name: " "}))
    with pytest.raises(CaseRefused, match="处理措施"):
        story.submit(case, "found", **(whole | {"measure": "罚款"}))
    story.submit(case, "found", **whole)
    assert case.steps.get(verb="submit").data == {"outcome": "found"} | whole
    story.closed(case)


def test_back_tracing_that_finds_nobody_says_so(story: Story) -> None:
    case = story.received("back-tracing", "4.6")
    story.submit(case, "none")
    story.closed(case)


@pytest.mark.clause("5.5")
def test_an_anomaly_is_verified_within_three_working_days_and_ends_excluded_or_true(story: Story) -> None:
    case = story.received("anomaly", "5.5")
    assert (case.deadlines.get(term="finish").amount, case.deadlines.get(term="finish").unit) == (3, "working_days")
    for wrong in ("", "done", "无"):
        with pytest.raises(CaseRefused, match="办理结论"):
            story.submit(case, wrong)
    story.submit(case, "true")
    scopes.apply(story.city.scope)
    take(by=story.city, case=case, verb=Verb.RETURN, version=case.version, text="属实的请整改后再报")
    story.work(case, "已整改")
    story.submit(case, "excluded")
    story.closed(case)


@pytest.mark.clause("6.11")
def test_what_was_notified_from_above_is_split_and_ends_only_after_its_parts(story: Story) -> None:
    scopes.apply(story.city.scope)
    parent = open_case(
        by=story.city, kind="supervised", title="部局通报", text="异常", provision="6.11", origin="部局通报"
    )
    own, calendar = agencies.capacity(CITY), working_calendar()
    routing.assign(by=story.city, case=parent, version=1, handler=own, calendar=calendar)
    take(by=story.city, case=parent, verb=Verb.RECEIVE, version=2)
    (child,) = routing.split(
        by=story.city, case=parent, version=3, handlers=[agencies.capacity(OFFICE)], text="分解", calendar=calendar
    )
    with pytest.raises(CaseRefused, match="1件子事项没有办结"):
        submit(by=story.city, case=parent, version=parent.version, outcome="true", text="汇总")
    scopes.apply(story.office.scope)
    take(by=story.office, case=child, verb=Verb.RECEIVE, version=child.version)
    story.submit(child, "true")
    story.closed(child)
    submit(by=story.city, case=parent, version=parent.version, outcome="true", text="汇总")
    colleague = officer(CITY)
    take(by=colleague, case=parent, verb=Verb.PASS, version=parent.version, text="已核实")
    take(by=colleague, case=parent, verb=Verb.CLOSE, version=parent.version)
    assert parent.state == State.CLOSED


def test_a_complaint_is_answered_first_and_then_ended(story: Story) -> None:
    case = story.received("complaint", "5.8")
    assert {one.term for one in case.deadlines.all()} == {"sign", "answer", "finish"}
    scopes.apply(story.office.scope)
    take(by=story.office, case=case, verb=Verb.ANSWER, version=case.version, text="已受理，正在核查")
    story.submit(case, "partly")
    assert case.steps.filter(verb="submit").exists()


@pytest.mark.clause("15.2")
def test_a_request_for_data_stays_with_whoever_received_it_first(story: Story) -> None:
    case = story.received("maintenance", "15.2")
    assert case.locked
    for verb in (Verb.REFUSE, Verb.TRANSFER):
        with pytest.raises(CaseRefused, match="首接责任制"):
            take(by=story.office, case=case, verb=verb, version=case.version, text="不归我管")
    story.submit(case, "")
    story.closed(case)


@pytest.mark.clause("5.7")
def test_a_serious_rectification_has_five_days_and_is_returned_until_it_is_done(story: Story) -> None:
    case = story.received("rectification", "5.7", severity=Severity.SERIOUS)
    assert case.deadlines.get(term="finish").amount == 5
    story.submit(case, "partly")
    scopes.apply(story.city.scope)
    take(by=story.city, case=case, verb=Verb.RETURN, version=case.version, text="未整改到位")
    story.submit(case, "done")
    story.closed(case)
