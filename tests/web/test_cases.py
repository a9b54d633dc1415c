"""The pages of cases: whose turn it is, what each post may do, forestalled acts, lists, the tree, figures."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import builders
import staff
from builders import CITY, COUNTY, OFFICE, PROVINCE, leader, officer, on_the_clock
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import restrictions, routing
from jianguan.backbone.cases.actions import open_case, submit, take
from jianguan.backbone.cases.models import Case, Recheck
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from pages import plain, statements, text
from staff import visit

pytestmark = pytest.mark.usefixtures("db")


def opened(by: Actor, **given: Any) -> Case:
    scopes.apply(by.scope)
    given = {
        "kind": "rectification",
        "title": "考场监控遮挡",
        "text": "第一考场三号通道被遮挡",
        "provision": "5.7",
    } | given
    return open_case(by=by, origin="抽查复核", **given)


def assigned(by: Actor, handler: str = OFFICE, **given: Any) -> Case:
    case = opened(by, **given)
    unit = agencies.capacity(handler)
    routing.assign(by=by, case=case, version=1, handler=unit, calendar=working_calendar())
    return case


def submitted(by: Actor) -> Case:
    case, office = assigned(by), officer(OFFICE)
    scopes.apply(office.scope)
    take(by=office, case=case, verb=Verb.RECEIVE, version=2)
    submit(by=office, case=case, version=3, outcome="done", text="已清理遮挡物，见照片")
    return case


def at(case: Case) -> str:
    return reverse("case", args=[case.pk])


def act(client: Client, case: Case, verb: Verb, version: int | None = None, **given: Any) -> Any:
    data = {"version": version or case.version} | given
    return client.post(reverse("case-act", args=[case.pk, verb.value]), data)


def offered(client: Client, case: Case) -> list[str]:
    return re.findall(r'id="act-([a-z-]+)"', text(client.get(at(case))))


def test_a_case_goes_to_its_end_on_the_page_and_each_side_sees_whose_turn_it_is() -> None:
    city, office, reviewer = visit(officer(CITY)), visit(officer(OFFICE)), visit(officer(CITY))
    case = opened(officer(CITY))
    assert offered(city, case)[0] == "assign"
    handler = agencies.capacity(OFFICE).pk
    assert act(city, case, Verb.ASSIGN, handler=handler).status_code == 302
    case.refresh_from_db()
    assert "轮到本单位" in plain(office.get(at(case)))
    assert "轮到本单位" not in plain(city.get(at(case)))
    assert "整改时限 10 个工作日" in plain(office.get(at(case)))
    act(office, case, Verb.RECEIVE)
    act(office, case, Verb.SUBMIT, 3, outcome="done", text="已清理，见照片")
    act(reviewer, case, Verb.PASS, 4, text="现场核实，已清除")
    act(reviewer, case, Verb.CLOSE, 5)
    page = plain(city.get(at(case)))
    assert "已办结" in page
    assert "现场核实，已清除" in page
    assert "已整改" in page


def test_only_what_is_possible_now_is_offered() -> None:
    case = assigned(officer(CITY))
    assert "receive" in offered(visit(officer(OFFICE)), case)
    assert "submit" not in offered(visit(officer(OFFICE)), case)
    assert "receive" not in offered(visit(officer(CITY)), case)
    assert {"reopen", "decide-extension", "hand-over"}.isdisjoint(offered(visit(officer(CITY)), case))
    assert "hand-over" in offered(visit(leader(CITY)), case)
    assert visit(officer(COUNTY)).get(at(case)).status_code == 404


def test_whoever_comes_second_is_told_who_was_first_and_keeps_what_he_typed() -> None:
    case = submitted(officer(CITY))
    first, second = visit(officer(CITY)), visit(officer(CITY))
    act(first, case, Verb.NOTE, text="请补充照片")
    late = act(second, case, Verb.PASS, text="现场看过，同意")
    page = text(late, 409)
    assert "补充情况" in page
    assert "您的内容没有提交" in page
    assert "现场看过，同意" in page
    assert "data-open" in page
    case.refresh_from_db()
    again = re.search(r'<input[^>]*id="pass-version"[^>]*>', page)
    assert again is not None
    assert f'value="{case.version}"' in again[0]


def test_what_the_rules_refuse_says_why() -> None:
    case = submitted(officer(CITY))
    page = plain(act(visit(officer(CITY)), case, Verb.PASS, text=" "), 422)
    assert "请更正后再提交" in page
    assert "现为“提交”" in plain(act(visit(officer(CITY)), case, Verb.CLOSE), 422)
    assert act(visit(officer(CITY)), case, Verb.HAND_OVER, text="移交").status_code in {403, 422}


def test_an_upheld_objection_reopens_a_closed_case_and_the_page_says_so_before() -> None:
    case = submitted(officer(CITY))
    reviewer = officer(CITY)
    scopes.apply(reviewer.scope)
    take(by=reviewer, case=case, verb=Verb.PASS, version=case.version, text="属实")
    take(by=reviewer, case=case, verb=Verb.CLOSE, version=case.version)
    act(visit(officer(OFFICE)), case, Verb.OBJECT, text="照片系他处所拍")
    case.refresh_from_db()
    head, day = visit(leader(CITY)), clock.today() + dt.timedelta(days=20)
    page = plain(head.get(at(case)))
    assert "已办结的随即重开" in page
    assert "重新办理的期限" in page
    assert "须写明重新办理的期限" in plain(act(head, case, Verb.DECIDE_OBJECTION, upheld="1", text="属实"), 422)
    given = {"upheld": "1", "text": "经查属实", "again_day": day.isoformat()}
    assert act(head, case, Verb.DECIDE_OBJECTION, **given).status_code == 302
    page = plain(head.get(at(case)))
    assert "申诉成立" in page
    assert f"{day:%Y-%m-%d}" in page
    case.refresh_from_db()
    assert case.state == "working"


def test_a_part_of_an_overdue_case_says_that_it_ends_with_the_whole() -> None:
    city = officer(CITY)
    case = assigned(city, CITY)
    scopes.apply(city.scope)
    take(by=city, case=case, verb=Verb.RECEIVE, version=case.version)
    with on_the_clock(clock.now() + dt.timedelta(days=90)):
        unit = agencies.capacity(OFFICE).pk
        assert act(visit(city), case, Verb.SPLIT, units=[unit], text="分给车管所").status_code == 302
        child = Case.objects.get(parent=case)
        page = plain(visit(officer(OFFICE)).get(at(child)))
    assert "与上级事项同一期限" in page
    assert "已超期" in page


def test_more_time_is_asked_for_and_decided_by_a_leader_with_a_new_day() -> None:
    case = submitted(officer(CITY))
    act(visit(officer(CITY)), case, Verb.RETURN, text="照片不清，请重新提交")
    case.refresh_from_db()
    later = clock.today() + dt.timedelta(days=60)
    act(visit(officer(OFFICE)), case, Verb.REQUEST_EXTENSION, text="配件未到货", wished=later.isoformat())
    case.refresh_from_db()
    head = visit(leader(CITY))
    assert re.search(r"待决定 1", plain(head.get(reverse("cases"))))
    answer = act(head, case, Verb.DECIDE_EXTENSION, granted="1", text="情况属实", last_day=later.isoformat())
    assert answer.status_code == 302
    page = plain(head.get(at(case)))
    assert "同意延期" in page
    assert f"希望延至 {later}" in page
    assert case.deadlines.count() == 3


def test_other_units_are_asked_told_and_split_to_as_children_of_one_clock() -> None:
    province, city = officer(PROVINCE), officer(CITY)
    case = assigned(province, CITY, kind="supervised")
    page = visit(city)
    act(page, case, Verb.RECEIVE)
    case.refresh_from_db()
    office, county = agencies.capacity(OFFICE), agencies.capacity(COUNTY)
    act(page, case, Verb.COPY, units=[county.pk], text="请知悉")
    case.refresh_from_db()
    assert act(page, case, Verb.SPLIT, units=[office.pk, county.pk], text="分头核查").status_code == 302
    tree = plain(visit(officer(PROVINCE)).get(at(case)))
    assert tree.count("督办〔") >= 3
    scopes.apply(scopes.everything())
    child = case.children.get(handler=office)
    seen = plain(visit(officer(OFFICE)).get(at(child)))
    assert "签收" in seen
    assert re.search(r"抄送我的 1", plain(visit(officer(COUNTY)).get(reverse("cases"))))


def test_my_cases_open_where_something_waits_the_most_urgent_first() -> None:
    city = officer(CITY)
    assigned(city, title="晚到的")
    with_day = opened(city, title="急的")
    day = clock.today()
    unit = agencies.capacity(OFFICE)
    routing.assign(by=city, case=with_day, version=1, handler=unit, calendar=working_calendar(), last_day=day)
    page = plain(visit(officer(OFFICE)).get(reverse("cases")))
    assert page.index("急的") < page.index("晚到的")
    assert re.search(r"待签收 2", page)
    assert re.search(r"我交办的 2", plain(visit(officer(CITY)).get(reverse("cases"))))
    assert "没有待复核" in plain(visit(officer(CITY)).get(reverse("cases") + "?part=review"))


def test_the_list_narrows_and_exports_without_formulas() -> None:
    city = officer(CITY)
    assigned(city, title='=HYPERLINK("http://x")', provision="6.6")
    assigned(city, kind="anomaly", title="异常数据")
    client = visit(officer(CITY))
    everything = plain(client.get(reverse("cases-all")))
    assert "异常数据" in everything
    assert "HYPERLINK" in everything
    assert "HYPERLINK" not in plain(client.get(reverse("cases-all") + "?kind=anomaly"))
    assert "异常数据" not in plain(client.get(reverse("cases-all") + "?provision=6.6"))
    assert "没有符合条件的事项" in plain(client.get(reverse("cases-all") + "?state=closed"))
    assert "异常数据" in plain(client.get(reverse("cases-all") + "?kind=nonsense&unit=x&since=y&state=z&mark=q"))
    table = client.get(reverse("cases-export")).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in table
    assert len(table.splitlines()) == 3


def test_a_list_and_a_case_need_few_statements_however_many_rows() -> None:
    city = officer(CITY)
    client = visit(officer(CITY))
    assigned(city)
    few = statements(client, reverse("cases-all"))
    for _ in range(4):
        assigned(city)
    assert statements(client, reverse("cases-all")) <= few


def test_a_case_is_opened_and_assigned_in_one_go_and_found_by_a_word_in_it() -> None:
    client = visit(officer(CITY))
    given = {
        "kind": "anomaly",
        "title": "通过率异常",
        "text": "科目二通过率连续三日高于九成五",
        "severity": "general",
        "provision": "5.7",
        "handler": agencies.capacity(OFFICE).pk,
    }
    answer = client.post(reverse("case-new"), given)
    assert answer.status_code == 302
    assert "轮到本单位" in plain(visit(officer(OFFICE)).get(answer["Location"]))
    assert "通过率异常" in plain(client.get(reverse("cases-all") + "?q=连续三日"))
    assert "通过率异常" not in plain(client.get(reverse("cases-all") + "?q=遮挡"))
    missing = given | {"kind": "substitute-learner"}
    assert "替学核查须写明学员" in plain(client.post(reverse("case-new"), missing), 422)
    assert "不能早于今天" in plain(client.post(reverse("case-new"), given | {"last_day": "2020-03-20"}), 422)


def test_a_finding_becomes_a_case_by_its_button_and_says_so_afterwards() -> None:
    builders.see_everything()
    finding = builders.check(OFFICE, "synthetic", clock.today()).findings.create(
        capacity=agencies.capacity(OFFICE), provision="6.6", text="合成：画面遮挡", found_at=clock.now()
    )
    client = visit(officer(OFFICE))
    assert "立案整改" in plain(client.get(reverse("review-findings")))
    form = text(client.get(reverse("case-new") + f"?finding={finding.pk}"))
    assert "合成：画面遮挡" in form
    own = agencies.capacity(OFFICE).pk
    given = {
        "kind": "rectification", "title": "画面遮挡", "text": "请整改", "severity": "general", "provision": "6.6",
        "handler": own,
    }  # fmt: skip
    assert client.post(reverse("case-new") + f"?finding={finding.pk}", given).status_code == 302
    assert "已经立过项" in plain(client.get(reverse("case-new") + f"?finding={finding.pk}"))
    assert "交办" in plain(client.get(reverse("review-findings")))
    assert visit(officer(COUNTY)).get(reverse("case-new") + f"?finding={finding.pk}").status_code == 404


def test_files_come_with_an_act_or_alone_and_only_those_that_see_the_case_save_them() -> None:
    case = submitted(officer(CITY))
    client = visit(officer(CITY))
    pdf = SimpleUploadedFile("../核查报告.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    act(client, case, Verb.RETURN, text="照片不清，请重新提交", files=[pdf])
    saved = re.search(r"/cases/attachments/\d+/", text(client.get(at(case))))
    assert saved is not None
    assert client.get(saved[0]).content.startswith(b"%PDF")
    assert visit(officer(COUNTY)).get(saved[0]).status_code == 404
    builders.see_everything()
    case.refresh_from_db()
    bad = SimpleUploadedFile("x.pdf", b"MZ\x90", "application/pdf")
    refused = act(visit(officer(OFFICE)), case, Verb.WORK, text="已重拍", files=[bad])
    assert refused.status_code == 422
    scopes.apply(scopes.everything())
    assert case.steps.filter(verb="work").count() == 0
    answer = client.post(reverse("case-attach", args=[case.pk]), {"text": "无文件"})
    assert "请选择文件" in plain(answer, 422)


def test_the_overdue_board_names_who_is_stuck_and_for_how_long() -> None:
    city = officer(CITY)
    with on_the_clock(clock.now() - dt.timedelta(days=40)):
        assigned(city, title="老事项")
    assigned(city, title="新事项")
    page = plain(visit(officer(CITY)).get(reverse("cases-overdue")))
    assert "老事项" in page
    assert "新事项" not in page
    assert agencies.capacity(OFFICE).title in page
    assert "老事项" in visit(officer(CITY)).get(reverse("cases-overdue-export")).content.decode("utf-8-sig")
    assert "没有超期的事项" in plain(visit(officer(COUNTY)).get(reverse("cases-overdue")))
    assert "老事项" in plain(visit(officer(CITY)).get(reverse("cases-all") + "?mark=overdue"))


def test_statistics_say_no_data_where_nothing_was_closed_and_lead_to_their_rows() -> None:
    case = submitted(officer(CITY))
    client = visit(officer(CITY))
    page = plain(client.get(reverse("cases-figures") + "?by=kind"))
    assert "无数据" in page
    act(client, case, Verb.PASS, text="现场核实")
    case.refresh_from_db()
    act(client, case, Verb.CLOSE)
    page = text(client.get(reverse("cases-figures") + "?by=kind"))
    assert "100.0%" in page
    (rows,) = set(re.findall(r'href="([^"]*mark=on-time[^"]*)"', page))
    assert case.number in plain(client.get(rows.replace("&amp;", "&")))
    for group in ("unit", "month"):
        assert "100.0%" in plain(client.get(reverse("cases-figures") + f"?by={group}"))
    assert "无数据" in plain(visit(officer(COUNTY)).get(reverse("cases-figures")))
    assert "按期率" in client.get(reverse("cases-figures-export")).content.decode("utf-8-sig")


def test_a_list_of_the_ministry_becomes_cases_and_bad_rows_come_back() -> None:
    client = visit(officer(CITY))
    filled = client.get(reverse("case-orders-template")).content
    sheet = SimpleUploadedFile("部局通报.xlsx", filled)
    answer = client.post(reverse("case-orders"), {"file": sheet})
    assert answer.status_code == 302
    page = plain(client.get(answer["Location"]))
    assert "考试过程异常" in page
    bad = SimpleUploadedFile("x.xlsx", b"not a workbook")
    assert "没有导入" in plain(client.post(reverse("case-orders"), {"file": bad}), 422)


def test_a_case_under_a_clause_that_does_not_exist_is_refused_at_its_field() -> None:
    given = {"kind": "rectification", "title": "遮挡", "text": "三号通道", "severity": "general"}
    client = visit(officer(CITY))
    for wrong in ("77.7", "77.77z"):
        page = plain(client.post(reverse("case-new"), given | {"provision": wrong}), 422)
        assert f"现行规则库中没有条款 {wrong}。" in page
    assert client.post(reverse("case-new"), given | {"provision": "5.7"}).status_code == 302


def test_a_learner_found_out_is_restricted_by_a_leader_and_listed_without_his_number() -> None:
    city = officer(CITY)
    told = restrictions.learner(identity="11010519491231002X", name="王小明")
    case = assigned(city, kind="substitute-learner", provision="13.1", data=told)
    office = officer(OFFICE)
    scopes.apply(office.scope)
    take(by=office, case=case, verb=Verb.RECEIVE, version=2)
    submit(by=office, case=case, version=3, outcome="true", text="人脸比对不符，本人承认")
    reviewer, head = visit(officer(CITY)), visit(leader(CITY))
    assert "作出限制决定" not in text(head.get(at(case)))
    act(reviewer, case, Verb.PASS, text="核实")
    assert "作出限制决定" in text(head.get(at(case)))
    assert "作出限制决定" in text(visit(leader(OFFICE)).get(at(case)))
    assert "作出限制决定" not in text(visit(leader(PROVINCE)).get(at(case)))
    assert "作出限制决定" not in text(visit(staff.employ(OFFICE, "leader", person_id=office.person_id)).get(at(case)))
    head.post(reverse("case-restrict", args=[case.pk]), {"reason": "查实替学"})
    again = visit(leader(OFFICE)).post(reverse("case-restrict", args=[case.pk]), {"reason": "查实替学"}, follow=True)
    assert "该事项已经作出现场教育限制" in plain(again)
    page = text(head.get(reverse("case-restrictions")))
    assert "王**（尾号 002X）" in page
    assert "11010519491231002X" not in page
    lifted = re.search(r"/cases/restrictions/\d+/lift/", page)
    assert lifted is not None
    head.post(lifted[0].replace("lift", "learned"), {"day": clock.today().isoformat()})
    head.post(lifted[0], {"reason": "复查更正"})
    assert "没有现在有效的限制" in plain(head.get(reverse("case-restrictions")))
    assert "已解除" in plain(head.get(reverse("case-restrictions") + "?all=1"))


def test_a_recheck_is_concluded_by_somebody_who_took_no_part() -> None:
    case = submitted(officer(CITY))
    reviewer = officer(CITY)
    scopes.apply(reviewer.scope)
    take(by=reviewer, case=case, verb=Verb.PASS, version=case.version, text="同意")
    take(by=reviewer, case=case, verb=Verb.CLOSE, version=case.version)
    scopes.apply(scopes.everything())
    drawn = Recheck.objects.create(case=case, month=clock.today().replace(day=1), ticket="0", drawn_at=clock.now())
    assert "没有待回查" in plain(visit(reviewer).get(reverse("case-rechecks")))
    other = visit(officer(CITY))
    assert "写结论" in plain(other.get(reverse("case-rechecks")))
    address = reverse("case-recheck", args=[drawn.pk])
    assert other.post(address, {"passed": "0", "text": "现场仍有遮挡"}).status_code == 302
    assert "不合格，已重开" in plain(other.get(reverse("case-rechecks")))
    assert "回查不合格" in plain(other.get(at(case)))


def test_the_desk_shows_whose_turn_it_is_with_the_one_next_act() -> None:
    case = assigned(officer(CITY), title="急需签收的事项")
    page = plain(visit(officer(OFFICE)).get(reverse("desk")))
    assert "轮到本单位的事项" in page
    assert re.search(r"急需签收的事项.{0,200}签收", page)
    assert case.number not in plain(visit(officer(CITY)).get(reverse("desk")))
