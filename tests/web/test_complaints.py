"""The complaint desk: list, intake, one complaint, custody of identities, figures; each post sees what it may do."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from builders import CITY, COUNTY, OFFICE, PROVINCE, leader, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases.actions import submit, take
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.complaints import actions, handling
from jianguan.backbone.complaints.actions import Receipt, Report
from jianguan.backbone.complaints.models import Complaint, IdentityRequest
from jianguan.backbone.complaints.rules import Channel, Satisfaction
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.scope import scope as scopes
from pages import plain, statements, text
from staff import employ, visit

TEXT = "考试员让学员重考了一次，没有录像。"

pytestmark = pytest.mark.usefixtures("db")


def report(words: str = TEXT, unit: str = OFFICE, matter: str = "exam", **more: Any) -> Receipt:
    return actions.receive(
        report=Report(
            channel=Channel.ONLINE,
            matter=matter,
            unit=agencies.capacity(unit),
            text=words,
            name="王小明",
            contact="13912345678",
            **more,
        )
    )


def at(receipt: Receipt, name: str = "complaint") -> str:
    return reverse(name, args=[receipt.complaint.number])


def accepted(client: Client, receipt: Receipt) -> Any:
    handler = agencies.capacity(OFFICE).pk
    return client.post(at(receipt, "complaint-accept"), {"handler": handler, "text": "已受理"})


def passed(receipt: Receipt) -> None:
    """The office answers and submits, the city's reviewer passes it."""
    office: Actor = officer(OFFICE)
    scopes.apply(office.scope)
    case = handling.case_of(receipt.complaint)
    assert case is not None
    take(by=office, case=case, verb=Verb.RECEIVE, version=case.version)
    submit(by=office, case=case, version=case.version, outcome="true", text="属实")
    city = officer(CITY)
    scopes.apply(city.scope)
    take(by=city, case=case, verb=Verb.PASS, version=case.version, text="同意")


def test_what_was_reported_online_waits_at_the_unit_that_takes_it_up() -> None:
    receipt = report()
    page = plain(visit(officer(CITY)).get(reverse("complaints")))
    assert receipt.complaint.number in page
    assert re.search(r"待受理\s*1", page)
    assert receipt.complaint.number not in plain(visit(officer(COUNTY)).get(reverse("complaints")))


def test_an_officer_takes_it_up_answers_it_and_never_sees_who_complained() -> None:
    receipt = report()
    client = visit(officer(CITY))
    page = plain(client.get(at(receipt)))
    assert "已留，加密" in page
    assert "王小明" not in page
    assert "13912345678" not in page
    assert accepted(client, receipt)["Location"] == at(receipt)
    passed(receipt)
    answer = client.post(at(receipt, "complaint-answer"), {"text": "您反映的情况属实，已责令整改。"})
    assert answer["Location"] == at(receipt)
    assert "已答复" in plain(client.get(at(receipt)))


def test_words_that_the_complainant_opened_are_released_at_acceptance_by_a_tick() -> None:
    client = visit(officer(CITY))
    closed, opened, unticked = report(), report(public=True), report(public=True)
    assert 'name="released"' not in text(client.get(at(closed)))
    assert re.search(r'name="released" value="1">', text(client.get(at(opened)))), "off by default"
    given = {"handler": agencies.capacity(OFFICE).pk, "text": "已受理"}
    assert client.post(at(opened, "complaint-accept"), given | {"released": "1"}).status_code == 302
    assert accepted(client, unticked).status_code == 302
    assert "受理时已放行" in plain(client.get(at(opened)))
    assert "没有放行" in plain(client.get(at(unticked)))


def test_what_a_complainant_adds_is_counted_marked_and_handed_on_once_read() -> None:
    first, second = report(), report(TEXT + "我也在场。")
    city, office = visit(officer(CITY)), visit(officer(OFFICE))
    city.post(at(second, "complaint-merge"), {"into": first.complaint.number, "text": "同一件事"})
    assert accepted(city, first).status_code == 302
    entry = actions.add(complaint=second.complaint, text="王大妈说那天的考试员姓孙。")
    page = plain(city.get(reverse("complaints")))
    assert re.search(r"补充情况待阅\s*1", page)
    assert page.count("有补充待阅") == 3, "in the filter, on the complaint and on the one it was merged into"
    assert plain(city.get(reverse("complaints"), {"added": "1"})).count(first.complaint.number) == 1
    assert "王大妈" in plain(city.get(at(first)))
    given = {"entry": entry.pk, "text": "群众补充：当日考试员姓孙。"}
    assert office.post(at(first, "complaint-addition"), given).status_code == 403
    assert city.post(at(first, "complaint-addition"), given).status_code == 302
    case = handling.case_of(first.complaint)
    assert case is not None
    assert "当日考试员姓孙" in plain(office.get(reverse("case", args=[case.pk])))
    for address in (at(first), at(second), reverse("case", args=[case.pk])):
        assert "王大妈" not in plain(office.get(address))
    assert re.search(r"补充情况待阅\s*0", plain(city.get(reverse("complaints"))))
    assert "已经有人看过" in plain(city.post(at(first, "complaint-addition"), given), 422)


def test_what_is_added_after_the_end_is_read_but_not_handed_on() -> None:
    receipt = report()
    client = visit(officer(CITY))
    accepted(client, receipt)
    passed(receipt)
    client.post(at(receipt, "complaint-answer"), {"text": "您反映的情况属实，已责令整改。"})
    entry = actions.add(complaint=receipt.complaint, text="昨天又发生了一次。")
    assert "待阅的补充情况" in plain(client.get(at(receipt)))
    refused = client.post(at(receipt, "complaint-addition"), {"entry": entry.pk, "text": "又一次"})
    assert "只记看过" in plain(refused, 422)
    assert client.post(at(receipt, "complaint-addition"), {"entry": entry.pk}).status_code == 302
    assert "待阅的补充情况" not in plain(client.get(at(receipt)))


def test_what_is_refused_says_why_and_keeps_what_was_typed() -> None:
    receipt = report()
    client = visit(officer(CITY))
    page = plain(client.post(at(receipt, "complaint-decline"), {"text": "不归我们"}), 422)
    assert "请写明不予受理的理由" in page
    assert "不归我们" in page


def test_two_officers_decide_at_once_and_the_second_is_told() -> None:
    receipt = report()
    accepted(visit(officer(CITY)), receipt)
    second = accepted(visit(officer(CITY)), receipt)
    assert "已有受理决定" in plain(second, 422)


def test_a_likely_duplicate_is_put_forward_and_merged() -> None:
    first, second = report(), report(TEXT + "我也在场。")
    client = visit(officer(CITY))
    assert "可能是同一件事" in plain(client.get(at(second)))
    client.post(at(second, "complaint-merge"), {"into": first.complaint.number, "text": "同一件事"})
    assert first.complaint.number in plain(client.get(at(second)))
    assert second.complaint.number in plain(client.get(at(first)))
    assert "涉及的单位不同" in plain(client.get(at(report(unit=COUNTY))))
    page = plain(client.post(at(first, "complaint-merge"), {"into": "TS0", "text": "同一件事"}), 422)
    assert "没有这个编号" in page


def test_intake_by_phone_gives_the_code_once() -> None:
    client = visit(officer(CITY))
    given = {
        "channel": "phone",
        "matter": "exam",
        "unit": agencies.capacity(OFFICE).pk,
        "text": TEXT,
        "name": "李四",
        "contact": "0431-81234567",
    }
    page = text(client.post(reverse("complaint-new"), given))
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}", page)
    assert code
    found = actions.find(code[0])
    assert found is not None
    assert found.channel == "phone"
    assert "请选择渠道" in plain(client.post(reverse("complaint-new"), given | {"channel": "interface"}), 422)
    assert "至少 10 个字" in plain(client.post(reverse("complaint-new"), given | {"text": "短"}), 422)


def test_the_superiors_leader_decides_on_dissatisfied() -> None:
    receipt = report()
    city = officer(CITY)
    scopes.apply(city.scope)
    handling.decline(by=city, complaint=receipt.complaint, text="不属于交管部门职责，请另行反映")
    with scopes.within(scopes.everything()):
        answer = receipt.complaint.entries.get()
    rating = actions.rate(
        complaint=receipt.complaint,
        answer=answer,
        satisfaction=Satisfaction.DISSATISFIED,
        text="这就是车管所的事情，请受理",
    )
    head = visit(leader(PROVINCE))
    assert re.search(r"不满意，待本级复核\s*1", plain(head.get(reverse("complaints"))))
    assert "复核决定" in plain(head.get(at(receipt)))
    given = {"rating": rating.pk, "again": "1", "text": "应当受理"}
    assert visit(leader(CITY)).post(at(receipt, "complaint-dispute"), given).status_code == 403
    assert head.post(at(receipt, "complaint-dispute"), given).status_code == 302
    assert "应当受理" in plain(head.get(at(receipt)))


def test_identity_is_asked_for_granted_by_a_custodian_and_opened_once_by_the_asker() -> None:
    receipt = report()
    client = visit(officer(CITY))
    client.post(at(receipt, "identity-ask"), {"reason": "须当面核对考试录像中的投诉人"})
    asked = IdentityRequest.objects.latest("pk")
    keeper = visit(employ(CITY, "custodian", name="保管员"))
    assert "须当面核对" in plain(keeper.get(reverse("identities")))
    assert keeper.get(at(receipt)).status_code == 403, "a custodian does not handle complaints"
    decide = reverse("identity-decide", args=[asked.pk])
    assert client.post(decide, {"granted": "1", "reason": "同意"}).status_code == 403
    assert keeper.post(decide, {"granted": "1", "reason": "确有必要", "minutes": "30"}).status_code == 302
    page = plain(client.post(reverse("identity-look", args=[asked.pk])))
    assert "王小明" in page
    assert "13912345678" in page
    assert "王小明" not in plain(client.get(at(receipt)))
    assert visit(officer(CITY)).post(reverse("identity-look", args=[asked.pk])).status_code == 403
    scopes.apply(officer(CITY).scope)
    assert asked.looks.count() == 1


def test_figures_by_channel_open_and_leave_as_a_table() -> None:
    report()
    report("窗口排队两个小时没有人理，态度恶劣", matter="window")
    client = visit(officer(CITY))
    page = plain(client.get(reverse("complaint-figures")))
    assert re.search(r"网上\s*2", page)
    for group in ("matter", "outcome", "receiver"):
        assert "2" in plain(client.get(reverse("complaint-figures"), {"by": group}))
    table = client.get(reverse("complaint-figures-export"), {"by": "matter"}).content.decode()
    assert "驾驶人考试,1," in table


def test_formulas_in_what_was_typed_do_not_reach_a_page_as_code() -> None:
    receipt = report("<img src=x onerror=alert(1)>=cmd|' /C calc'!A0")
    page = text(visit(officer(CITY)).get(at(receipt)))
    assert "<img src=x" not in page


def test_the_list_needs_no_more_statements_for_more_complaints() -> None:
    actor = officer(CITY)
    client = visit(actor)
    report()
    few = statements(client, reverse("complaints"))
    for number in range(8):
        report(f"{TEXT}第{number}件")
    assert statements(client, reverse("complaints")) <= few + 1


def test_the_list_goes_on_by_key() -> None:
    from jianguan.web.complaints import views

    client = visit(officer(CITY))
    numbers = [report(f"{TEXT}第{number}件").complaint.number for number in range(views.PAGE + 1)]
    page = text(client.get(reverse("complaints")))
    assert numbers[0] not in page
    following = re.search(r'href="(\?[^"]*before=[^"]+)"', page)
    assert following
    assert numbers[0] in text(client.get(reverse("complaints") + following[1].replace("&amp;", "&")))


def test_late_ones_can_be_singled_out() -> None:
    receipt = report()
    with scopes.within(scopes.everything()):
        assert Complaint.objects.filter(pk=receipt.complaint.pk, accept_by__gt=dt.datetime.now(dt.UTC)).exists()
    assert receipt.complaint.number not in plain(visit(officer(CITY)).get(reverse("complaints"), {"late": "1"}))


def test_the_unit_complained_of_is_no_choice_for_what_is_said_of_its_conduct() -> None:
    client, own = visit(officer(CITY)), f'<option value="{agencies.capacity(OFFICE).pk}"'
    assert own in text(client.get(at(report())))
    conduct = report("窗口民警态度恶劣，当众辱骂群众。", matter="conduct")
    page = text(client.get(at(conduct)))
    assert own not in page
    assert f'<option value="{agencies.capacity(COUNTY).pk}"' in page
    assert "反映工作作风的投诉不得交被投诉单位办理" in plain(accepted(client, conduct), 422)


def test_units_below_the_one_complained_of_are_no_choice_either() -> None:
    conduct = report("市里的领导态度恶劣，当众辱骂群众。", unit=CITY, matter="conduct")
    page = text(visit(officer(PROVINCE)).get(at(conduct)))
    for key in (CITY, OFFICE, COUNTY):
        assert f'<option value="{agencies.capacity(key).pk}"' not in page
    assert f'<option value="{agencies.capacity(PROVINCE).pk}"' in page


def test_the_unit_at_work_finds_no_words_that_were_not_handed_on() -> None:
    receipt = report("我排在王大妈后面，考试员让学员重考了一次。")
    city, office = visit(officer(CITY)), visit(officer(OFFICE))
    given = {"handler": agencies.capacity(OFFICE).pk, "text": "已受理", "told": "群众反映考试员让学员重考一次。"}
    assert city.post(at(receipt, "complaint-accept"), given).status_code == 302
    number = receipt.complaint.number
    assert number in plain(city.get(reverse("complaints"), {"q": "王大妈"}))
    assert number not in plain(office.get(reverse("complaints"), {"q": "王大妈"}))
    assert number in plain(office.get(reverse("complaints"), {"q": number}))


def test_the_unit_at_work_reads_what_was_handed_on_and_not_the_complainants_words() -> None:
    receipt = report("我排在王大妈后面，考试员让学员重考了一次。", place="王大妈家门口")
    city, office = visit(officer(CITY)), visit(officer(OFFICE))
    assert "王大妈" in plain(city.get(at(receipt)))
    given = {"handler": agencies.capacity(OFFICE).pk, "text": "已受理", "told": "群众反映考试员让学员重考一次。"}
    assert city.post(at(receipt, "complaint-accept"), given).status_code == 302
    case = handling.case_of(receipt.complaint)
    assert case is not None
    assert case.text == given["told"]
    for address in (at(receipt), reverse("complaints"), reverse("case", args=[case.pk])):
        assert "王大妈" not in plain(office.get(address))
    assert "群众反映考试员" in plain(office.get(reverse("case", args=[case.pk])))
