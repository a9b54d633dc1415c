"""The desk (工作台): what is owed by urgency with its next action, what is missed below, what waits for signature."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

import approving
import builders
from jianguan.backbone.documents.models import DocumentKind
from jianguan.backbone.scope import scope as scopes
from pages import FRAME, LEDGER, OWN, plain, statements, text
from staff import employ, visit

pytestmark = pytest.mark.usefixtures("morning")
MORNING = builders.at(builders.DAY, 9)


@pytest.fixture
def morning(db: object) -> object:
    """Nine o'clock on a Tuesday, the tasks of the day and of the day before opened."""
    builders.see_everything()
    builders.place(builders.OFFICE, "exam_site", subjects=["科目一"], first_exam="08:30")
    builders.open_day(builders.DAY - dt.timedelta(days=1))
    builders.open_day(builders.DAY)
    with time_machine.travel(MORNING, tick=False):
        yield


def section(page: str, heading: str) -> str:
    """The part of a page below a heading."""
    assert f"<h2>{heading}" in page, heading
    return page.split(f"<h2>{heading}", 1)[1].split("</section>", 1)[0]


def test_what_is_past_its_deadline_comes_first_and_leads_to_the_checklist() -> None:
    page = text(visit(builders.officer(builders.OFFICE)).get("/"))
    assert page.index("<h2>已过期限，还能补办") < page.index("<h2>今天到期")
    overdue = section(page, "已过期限，还能补办")
    assert "每日考前检查" in overdue
    assert 'href="/checks/"' in overdue
    assert "08:30" in overdue


def test_a_duty_done_leaves_the_list() -> None:
    builders.see_everything()
    client = visit(builders.officer(builders.CITY))
    before = section(text(client.get("/")), "今天到期")
    assert "监管中心" in before or "5.1" in before
    client.post(
        "/registrations/new/", {"kind": "establishment", "title": "合成的机构", "valid_from": str(builders.DAY)}
    )
    after = section(text(client.get("/")), "今天到期")
    assert before.count("/provisions/5.1/") == after.count("/provisions/5.1/") + 1


def test_a_document_served_waits_for_signature() -> None:
    builders.see_everything()
    builders.issue(builders.PROVINCE, DocumentKind.NORM, "4.2", builders.CITY)
    assert "合成的工作规范" in section(text(visit(builders.officer(builders.CITY)).get("/")), "待签收的规范和文书")


def test_an_application_that_waits_for_my_signature_is_counted_for_me_alone() -> None:
    people = approving.crew()
    approving.applied(people.applicant)
    with scopes.within(scopes.everything()):
        leader, applicant = visit(people.city_leader), visit(people.applicant)
    assert "待我办理的审批" in text(leader.get("/"))
    assert "待我办理的审批" not in text(applicant.get("/"))


def test_a_superior_sees_what_subordinates_lack_and_each_count_opens_its_rows() -> None:
    client = visit(builders.leader(builders.CITY))
    below = section(text(client.get("/")), "下级今天缺什么")
    assert "长春车管所" in below
    link = next(part.split('"')[0] for part in below.split('href="')[1:] if "state=" in part)
    assert "逐项" in text(client.get(link.replace("&amp;", "&")))


def test_a_leader_is_led_to_the_soft_words() -> None:
    assert "由你以决定确定周期" in text(visit(builders.leader(builders.CITY)).get("/"))
    assert "查看是哪些" in text(visit(builders.officer(builders.CITY)).get("/"))


@pytest.mark.parametrize("role", ["system-admin", "security-admin", "audit-admin"])
def test_an_administrator_finds_his_own_tools_and_no_duties(role: str) -> None:
    page = plain(visit(employ("jilin@PROVINCE", role)).get("/"))
    assert "管理岗位不接触业务数据" in page
    assert "今天到期" not in page


def test_nobody_signed_in_is_sent_to_the_log_in() -> None:
    assert Client().get("/").headers["Location"].startswith("/login")


def test_the_desk_needs_a_bounded_number_of_statements() -> None:
    with scopes.within(scopes.everything()):
        client = visit(builders.leader("jilin@PROVINCE"))
    assert statements(client, "/") <= FRAME + 2 * LEDGER + OWN
