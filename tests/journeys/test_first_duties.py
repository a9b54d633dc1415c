"""The first duties done by their officers through the pages; each turns its row of the ledger green."""

import datetime as dt

import pytest

import builders
import staff
from jianguan.backbone.ledger.queries import ledger
from jianguan.backbone.people.models import Person
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.checks import items_of
from jianguan.domains.licensing import queries, rules
from jianguan.kit import clock

pytestmark = pytest.mark.usefixtures("today")
SUBJECTS = frozenset({"科目一"})


@pytest.fixture
def today(db: object) -> None:
    """The tasks of today are open, as the nightly job opens them."""
    builders.see_everything()
    builders.open_day(clock.today())


def state(norm: str, capacity: str, as_of: dt.datetime | None = None) -> str:
    """The Chinese state of a norm today, seen by the system."""
    day = clock.today()
    with scopes.within(scopes.everything()):
        (row,) = ledger(
            scopes.everything(), first=day, last=day, as_of=as_of or clock.now(), capacity=capacity, norm=norm
        )
    return row.state.value


def next_week() -> dt.datetime:
    return clock.now() + dt.timedelta(days=7)


@pytest.mark.clause("6.4")
def test_clause_6_4_the_office_signs_its_pre_exam_check_and_the_day_is_proved() -> None:
    builders.see_everything()
    site = builders.place(builders.OFFICE, "exam_site", subjects=sorted(SUBJECTS), first_exam="23:59")
    assert state("6.4-pre-exam", builders.OFFICE) != "已履行"
    assert state("6.4-pre-exam", builders.OFFICE, next_week()) == "未履行"
    client = staff.visit(builders.officer(builders.OFFICE))
    values = {"pass_fail": "pass", "number": "1", "text": "", "digest": ""}
    with scopes.within(scopes.everything()):
        items = rules.applicable(items_of(queries.checklist(clock.today())), SUBJECTS)
    answer = client.post(
        f"/checks/sites/{site.pk}/", {item.id: values[item.answer] for item in items} | {"confirmed": "1"}
    )
    assert answer.status_code == 302
    # After 08:30 the same act is late; either way the day is no longer missed.
    assert state("6.4-pre-exam", builders.OFFICE, next_week()) in {"已履行", "逾期履行"}
    assert state("6.4-log", builders.OFFICE) == "已履行"


@pytest.mark.clause("4.1", "5.1", "6.1")
@pytest.mark.parametrize(
    ("norm", "capacity"),
    [
        ("4.1-establishment", builders.PROVINCE),
        ("5.1-establishment", builders.CITY),
        ("6.1-establishment", builders.OFFICE),
    ],
)
def test_clauses_4_1_5_1_6_1_a_registered_establishment_stands_and_leaves_the_gaps(norm: str, capacity: str) -> None:
    assert state(norm, capacity, next_week()) == "未履行"
    client = staff.visit(builders.officer(capacity))
    assert "机构设置" in client.get("/registrations/gaps/?kind=establishment").content.decode()
    answer = client.post(
        "/registrations/new/", {"kind": "establishment", "title": "监管机构设置", "valid_from": str(clock.today())}
    )
    assert answer.status_code == 302
    assert state(norm, capacity, next_week()) == "已履行"


@pytest.mark.clause("5.1", "5.3")
@pytest.mark.parametrize(
    ("norm", "kind"),
    [("5.1-full-time-post", "full-time-post"), ("5.3-duty-chart", "duty-chart"), ("5.3-work-rule", "work-rule")],
)
def test_clauses_5_1_5_3_posts_duty_chart_and_work_rules_stand_when_registered(norm: str, kind: str) -> None:
    assert state(norm, builders.CITY, next_week()) == "未履行"
    by = builders.officer(builders.CITY)
    with scopes.within(by.scope):
        person = Person.objects.get(pk=by.person_id)
    asked = {"kind": kind, "title": "监管岗", "valid_from": str(clock.today()), "person": person.pk}
    assert staff.visit(by).post("/registrations/new/", asked).status_code == 302
    assert state(norm, builders.CITY, next_week()) == "已履行"


@pytest.mark.clause("4.2")
def test_clause_4_2_the_province_issues_a_norm_and_a_city_signs_for_it() -> None:
    assert state("4.2-norm", builders.PROVINCE, next_week()) == "未履行"
    leader, officer = builders.leader(builders.PROVINCE), builders.officer(builders.CITY)
    province, city = staff.visit(leader), staff.visit(officer)
    asked = {"kind": "norm", "title": "监管工作规范", "body": "三级职责。", "in_force_from": str(clock.today())}
    answer = province.post("/norms/new/", asked | {"levels": ["CITY"]}, follow=True)
    assert "送达 " in answer.content.decode()
    assert state("4.2-norm", builders.PROVINCE, next_week()) == "已履行"
    assert "长春" in province.get("/norms/chase/").content.decode()
    page = city.get("/norms/unsigned/").content.decode()
    assert "监管工作规范" in page
    document = answer.redirect_chain[-1][0]
    signing = city.get(document).content.decode().split('action="/norms/services/')[1].split("/")[0]
    signed = city.post(f"/norms/services/{signing}/acknowledge/", follow=True)
    assert "已签收 1/1" in signed.content.decode()
    assert "长春" not in province.get("/norms/chase/").content.decode().split("<tbody>")[-1]
