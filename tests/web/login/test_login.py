"""Signing in: lock-out, second factor, choice of post, log-out, and what a lost database leaves behind."""

import re
from typing import Any

import psycopg
import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from psycopg import sql

from jianguan.backbone.audit.models import Event
from jianguan.backbone.people.models import Account, Appointment
from jianguan.backbone.scope import scope as scopes
from jianguan.web import errors
from staff import PASSWORD, account_of, employ, visit
from testbed import Bed


def events(kind: str) -> list[Event]:
    with scopes.within(scopes.everything()):
        return list(Event.objects.filter(kind=kind).order_by("at"))


def sign_in(client: Client, account: Account, password: str = PASSWORD, **extra: str) -> Any:
    return client.post(reverse("login"), {"username": account.username, "password": password, **extra})


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.usefixtures("db")
class TestPassword:
    def test_a_right_password_opens_the_site_and_is_logged(self) -> None:
        account = account_of(employ("changchun@CITY", "centre-supervisor").person_id)
        client = Client()
        response = sign_in(client, account, next="/password")
        assert response.status_code == 302
        assert response["Location"] == reverse("posts") + "?next=%2Fpassword"
        assert client.get(response["Location"])["Location"] == "/password", "one post needs no choice"
        assert [event.object_id for event in events("login.succeeded")] == [account.username]

    def test_a_wrong_password_is_refused_and_logged(self) -> None:
        account = account_of(employ("changchun@CITY", "centre-supervisor").person_id)
        response = sign_in(Client(), account, "wrong-password")
        assert "用户名或密码不正确" in text(response)
        assert len(events("login.failed")) == 1

    def test_five_wrong_passwords_lock_the_name_for_a_time_that_is_told(self) -> None:
        account = account_of(employ("changchun@CITY", "centre-supervisor").person_id)
        client = Client()
        for _ in range(4):
            assert sign_in(client, account, "wrong-password").status_code == 200
        locked = sign_in(client, account, "wrong-password")
        assert locked.status_code == 429
        assert re.search(r"请在 1[45] 分钟后再试", text(locked))
        assert sign_in(client, account).status_code == 429, "the right password no longer helps"
        assert len(events("account.locked")) == 2

    def test_a_disabled_account_cannot_sign_in_and_loses_its_session(self) -> None:
        actor = employ("changchun@CITY", "centre-supervisor")
        client = visit(actor)
        assert client.get(reverse("posts")).status_code == 200
        Account.objects.filter(person_id=actor.person_id).update(is_active=False)
        assert client.get(reverse("posts")).status_code == 302
        assert "没有登录" in text(sign_in(Client(), Account.objects.get(person_id=actor.person_id)))

    def test_an_address_outside_the_site_is_never_followed(self) -> None:
        account = account_of(employ("changchun@CITY", "centre-supervisor").person_id)
        response = sign_in(Client(), account, next="https://elsewhere.example/")
        assert response["Location"] == reverse("posts") + "?next=%2F"

    def test_the_password_is_changed_only_with_the_present_one(self) -> None:
        actor = employ("changchun@CITY", "centre-supervisor")
        client = visit(actor)
        form = {"present": "wrong", "new": "Another-river-77", "again": "Another-river-77"}
        assert "当前密码不正确" in text(client.post(reverse("password"), form))
        assert client.post(reverse("password"), form | {"present": PASSWORD}).status_code == 302
        assert client.get(reverse("posts")).status_code == 200, "this session lives on"
        assert Account.objects.get(person_id=actor.person_id).check_password("Another-river-77")
        assert len(events("account.password-changed")) == 1

    def test_signing_out_ends_the_session(self) -> None:
        client = visit(employ("changchun@CITY", "centre-supervisor"))
        assert client.get(reverse("logout")).status_code == 405
        client.post(reverse("logout"))
        assert client.get(reverse("posts"))["Location"].startswith(reverse("login"))
        assert len(events("logout")) == 1

    def test_a_form_without_its_token_is_refused_in_chinese(self) -> None:
        response = Client(enforce_csrf_checks=True).post(reverse("login"), {"username": "a", "password": "b"})
        assert response.status_code == 403
        assert "页面已过期" in text(response)


@pytest.mark.usefixtures("db")
class TestSecondFactor:
    @staticmethod
    def code(device: TOTPDevice, drift: int = 0) -> str:
        return f"{totp(device.bin_key, device.step, device.t0, device.digits, drift):06}"

    def test_every_page_waits_for_the_second_factor(self) -> None:
        account = account_of(employ("changchun@CITY", "centre-supervisor").person_id, second_factor=True)
        client = Client()
        sign_in(client, account)
        for name in ("posts", "password"):
            assert client.get(reverse(name))["Location"] == reverse("second-factor")

    def test_it_is_enrolled_with_a_code_asked_for_at_the_next_login_and_backed_up_once(self) -> None:
        account = account_of(employ("changchun@CITY", "centre-supervisor").person_id, second_factor=True)
        client = Client()
        sign_in(client, account)
        assert client.get(reverse("second-factor"))["Location"].startswith(reverse("second-factor-enrol"))
        page = text(client.get(reverse("second-factor-enrol")))
        assert "data:image/svg+xml;base64," in page
        device = TOTPDevice.objects.get(user=account)
        assert "验证码不正确" in text(client.post(reverse("second-factor-enrol"), {"token": "000000"}))
        TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
        shown = text(client.post(reverse("second-factor-enrol"), {"token": self.code(device)}))
        codes = re.findall(r"<li>([a-z0-9]+)</li>", shown)
        assert len(codes) == 10
        assert client.get(reverse("posts")).status_code == 200
        assert len(events("second-factor.enrolled")) == 1

        other = Client()
        sign_in(other, account)
        assert "手机遗失" in text(other.get(reverse("second-factor")))
        other.post(reverse("second-factor"), {"token": codes[0]})
        assert other.get(reverse("posts")).status_code == 200
        third = Client()
        sign_in(third, account)
        assert "不正确或已用过" in text(third.post(reverse("second-factor"), {"token": codes[0]}))
        assert len(events("second-factor.failed")) == 1


@pytest.mark.usefixtures("db")
class TestPosts:
    def test_a_person_without_a_post_is_told_whom_to_ask(self) -> None:
        actor = employ("changchun@CITY", "centre-supervisor")
        client = visit(actor)
        with scopes.within(scopes.everything()):
            appointment = Appointment.objects.get(pk=actor.appointment_id)
            appointment.valid = (appointment.valid.lower, appointment.valid.lower.replace(day=20))
            appointment.save()
        page = text(client.get(reverse("posts")))
        assert "尚无岗位" in page
        assert "安全管理员" in page

    @pytest.mark.clause("17")
    def test_a_person_in_two_capacities_chooses_one_and_switches_visibly(self) -> None:
        city = employ("meihekou@CITY", "centre-supervisor")
        county = employ("meihekou@COUNTY", "brigade-officer", person_id=city.person_id)
        account = account_of(city.person_id)
        client = Client()
        sign_in(client, account)
        page = text(client.get(reverse("posts")))
        assert "梅河口 市级" in page
        assert "梅河口 县级" in page
        client.post(reverse("posts"), {"appointment": city.appointment_id})
        client.post(reverse("posts"), {"appointment": county.appointment_id, "next": reverse("password")})
        assert [event.details["to"] for event in events("capacity.switched")] == ["meihekou@CITY", "meihekou@COUNTY"]
        assert events("capacity.switched")[1].details["from"] == "meihekou@CITY"

    def test_a_post_of_somebody_else_cannot_be_taken(self) -> None:
        actor = employ("changchun@CITY", "centre-supervisor")
        other = employ("siping@CITY", "centre-supervisor")
        response = visit(actor).post(reverse("posts"), {"appointment": other.appointment_id})
        assert response.status_code == 404
        assert "没有找到" in text(response)


def test_an_unknown_address_is_answered_in_chinese(db: Any) -> None:
    response = Client().get("/no-such-page")
    assert response.status_code == 404
    assert "没有找到" in text(response)


def test_a_lost_database_gives_a_clear_message_and_nothing_half_written(testbed: Bed, fresh_database: str) -> None:
    client = visit(employ("changchun@CITY", "centre-supervisor"))
    client.raise_request_exception = False
    form = {"present": PASSWORD, "new": "Another-river-77", "again": "Another-river-77"}

    def allow(connections: bool) -> None:
        testbed.sql(
            sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}").format(
                sql.Identifier(fresh_database), sql.SQL(str(connections).lower())
            )
        )

    allow(False)
    with psycopg.connect(testbed.cluster.url(), autocommit=True) as superuser:
        superuser.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [fresh_database])
    try:
        lost = client.post(reverse("password"), form)
    finally:
        allow(True)
    assert lost.status_code == 503
    assert "数据库暂时无法连接" in text(lost)
    assert "没有保存" in text(lost)
    assert lost["Retry-After"]
    assert client.get(reverse("posts")).status_code == 200, "it comes back by itself"
    assert Account.objects.get().check_password(PASSWORD)
    assert events("account.password-changed") == []


def test_an_error_that_is_not_the_databases_is_called_one() -> None:
    assert not errors.lost_database(ValueError("no"))
    assert errors.server_error(RequestFactory().get("/")).status_code == 500


def test_no_page_of_somebody_signed_in_is_kept_by_the_browser(db: Any) -> None:
    page = visit(employ("changchun@CITY", "centre-supervisor")).get("/")
    assert page.headers["Cache-Control"] == "no-store"
