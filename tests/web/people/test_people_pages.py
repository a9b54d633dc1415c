"""Pages of persons, posts and accounts: what each of the three administrators can do, and nobody else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.audit.models import Event
from jianguan.backbone.people.models import Account, Appointment, Person, Post
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from staff import PASSWORD, PHONE, employ, visit

pytestmark = pytest.mark.usefixtures("db")


def text(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode())


def follow(client: Client, page: str, /, *args: object, **form: object) -> str:
    return text(client.post(reverse(page, args=args), form, follow=True))


@pytest.fixture
def someone() -> Person:
    actor = employ("changchun@CITY", "leader", name="合成人")
    with scopes.within(scopes.everything()):
        return Person.objects.get(pk=actor.person_id)


def test_the_list_is_filtered_and_paged(monkeypatch: pytest.MonkeyPatch) -> None:
    client = visit(employ("jilin@PROVINCE", "system-admin", name="系统员"))
    for number in range(3):
        employ("changchun@CITY", "centre-supervisor", name=f"合成{number}")
    monkeypatch.setattr("jianguan.web.people.persons.PAGE", 2)
    first = text(client.get(reverse("people"), {"q": "合成"}))
    assert "合成0" in first
    assert "合成2" not in first
    after = first.split("after=")[1].split('"')[0]
    assert "合成2" in text(client.get(reverse("people"), {"q": "合成", "after": after}))
    assert "没有符合条件的人员" in text(client.get(reverse("people"), {"q": "不存在的人"}))
    city = agencies.capacity("changchun@CITY").pk
    shown = text(client.get(reverse("people"), {"capacity": city})).split("<table")[1].split("</table>")[0]
    assert "合成1" in shown
    assert "系统员" not in shown


def test_a_telephone_is_masked_until_revealed_with_a_reason(someone: Person) -> None:
    client = visit(employ("jilin@PROVINCE", "centre-supervisor"))
    assert PHONE not in text(client.get(reverse("person", args=[someone.pk])))
    refused = text(client.post(reverse("person-reveal", args=[someone.pk]), {"reason": ""}, follow=True))
    assert "请写明理由" in refused
    assert PHONE not in refused
    shown = client.post(reverse("person-reveal", args=[someone.pk]), {"reason": "核实值班情况"})
    assert PHONE in text(shown)
    assert "no-store" in shown["Cache-Control"]
    with scopes.within(scopes.everything()):
        assert Event.objects.get(kind="person.revealed").reason == "核实值班情况"


def test_the_system_administrator_adds_a_person_and_keeps_his_account() -> None:
    client = visit(employ("jilin@PROVINCE", "system-admin"))
    home = agencies.capacity("siping@CITY").pk
    form = {"name": "合成新人", "number": "N00001", "is_police": "on", "phone": "13800001111", "home": home}
    assert "合成新人" in follow(client, "person-add", **form)
    assert "警号或工号 N00001 已登记" in text(client.post(reverse("person-add"), form))
    with scopes.within(scopes.everything()):
        person = Person.objects.get(number="N00001")
    weak = follow(client, "account-add", person.pk, username="newcomer", password="12345")
    assert "密码" in weak
    assert "已创建账号 newcomer" in follow(client, "account-add", person.pk, username="newcomer", password=PASSWORD)
    assert "请写明理由" in follow(client, "account-change", person.pk, "disable", reason="")
    assert "账号已停用" in follow(client, "account-change", person.pk, "disable", reason="长期离岗")
    assert not Account.objects.get(username="newcomer").is_active
    assert "账号已启用" in follow(client, "account-change", person.pk, "enable", reason="返岗工作")
    assert "已重置" in follow(client, "account-change", person.pk, "reset-second-factor", reason="手机遗失")
    assert "账号已解锁" in follow(client, "account-change", person.pk, "unlock", reason="本人申请")
    assert client.post(reverse("account-change", args=[person.pk, "delete"])).status_code == 404


def test_the_security_administrator_makes_a_post_grants_it_and_ends_both(someone: Person) -> None:
    client = visit(employ("jilin@PROVINCE", "security-admin"))
    today = clock.today().isoformat()
    city = agencies.capacity("changchun@CITY").pk
    form = {"capacity": city, "title": "夜查岗", "role": "centre-supervisor", "since": "2026-01-01"}
    assert "已设立“夜查岗”" in follow(client, "post-add", **form)
    assert "已有“夜查岗”岗位" in text(client.post(reverse("post-add"), form))
    with scopes.within(scopes.everything()):
        post = Post.objects.get(title="夜查岗")
    assert "空缺" in text(client.get(reverse("post-list"), {"capacity": city}))
    granted = follow(client, "appointment-add", someone.pk, post=post.pk, since="2026-02-01")
    assert "合成人 已任“夜查岗”" in granted
    assert "已任“夜查岗”" in text(
        client.post(reverse("appointment-add", args=[someone.pk]), {"post": post.pk, "since": "2026-02-01"})
    )
    with scopes.within(scopes.everything()):
        held = Appointment.objects.get(post=post)
    assert "仍有人任职" in follow(client, "post-end", post.pk, reason="机构调整")
    assert "请填写结束日" in follow(client, "appointment-end", held.pk, reason="轮岗交流")
    assert "不再任“夜查岗”" in follow(client, "appointment-end", held.pk, on=today, reason="轮岗交流")
    assert "已撤销“夜查岗”" in follow(client, "post-end", post.pk, reason="机构调整")


def test_a_security_administrator_is_not_offered_and_not_given_a_post_of_his_own() -> None:
    actor = employ("jilin@PROVINCE", "security-admin")
    client = visit(actor)
    assert "授予岗位</h2>" not in text(client.get(reverse("person", args=[actor.person_id])))
    response = client.post(
        reverse("appointment-add", args=[actor.person_id]), {"post": actor.post_id, "since": "2026-01-01"}
    )
    assert response.status_code == 403
    assert "不能为本人授予岗位" in response.content.decode()


@pytest.mark.parametrize("role", ["audit-admin", "centre-supervisor", "leader"])
def test_others_only_read(role: str, someone: Person) -> None:
    client = visit(employ("jilin@PROVINCE", role))
    page = text(client.get(reverse("person", args=[someone.pk])))
    assert "合成人" in page
    for name, args in (
        ("account-add", [someone.pk]),
        ("account-change", [someone.pk, "disable"]),
        ("appointment-add", [someone.pk]),
        ("person-add", []),
        ("post-add", []),
    ):
        assert client.post(reverse(name, args=args)).status_code == 403, name


def test_a_neighbours_person_does_not_exist(someone: Person) -> None:
    client = visit(employ("siping@CITY", "system-admin"))
    assert client.get(reverse("person", args=[someone.pk])).status_code == 404
    assert client.post(reverse("account-add", args=[someone.pk])).status_code == 404
