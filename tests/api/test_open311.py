"""Open311 GeoReport v2: read by a client that is not ours, written as the specification's examples do."""

import datetime as dt
import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from django.test import Client, override_settings
from georeport import GeoReport
from PIL import Image

from builders import CITY, OFFICE, leader, officer
from jianguan.backbone.agencies import actions as agency_actions
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.complaints import actions, handling, interface_keys
from jianguan.backbone.complaints.models import Complaint, Count, InterfaceKey, SealedIdentity
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock

WORDS = "考试员让学员重考了一次，没有录像。"


def given(key: str, **changed: str) -> dict[str, str]:
    """The arguments of the specification's POST example, in our words."""
    return {
        "api_key": key,
        "jurisdiction_id": "jilin",
        "service_code": "exam",
        "lat": "43.886841",
        "long": "125.324501",
        "address_string": "第一考场",
        "email": "smith333@gmail.example",
        "device_id": "tt222111",
        "account_id": "123456",
        "first_name": "小明",
        "last_name": "王",
        "phone": "13912345678",
        "description": WORDS,
        "attribute[unit]": OFFICE,
    } | changed


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    return out.getvalue()


def parsed(answer: Any) -> ElementTree.Element:
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer


def taken_up(number: str, *, released: bool) -> None:
    """Accepted by the city, which read it."""
    city = officer(CITY)
    with scopes.within(city.scope):
        handling.accept(
            by=city,
            complaint=Complaint.objects.select_related("receiver", "unit").get(number=number),
            handler=agencies.capacity(OFFICE),
            text="由车管所核对录像",
            calendar=working_calendar(),
            released=released,
        )


def issue() -> str:
    return interface_keys.issue(operator="tester", name="12345热线")


def test_a_client_that_is_not_ours_reads_what_was_reported_in_both_formats(server: str) -> None:
    key = issue()
    sent = requests.post(
        f"{server}/open311/v2/requests.json",
        data=given(key, **{"attribute[public]": "1"}),
        files={"media": ("photo.jpg", jpeg())},
        timeout=30,
    )
    assert sent.status_code == 201, sent.text
    number = sent.json()[0]["service_request_id"]
    taken_up(number, released=True)
    for form in ("json", "xml"):
        client = GeoReport(f"{server}/open311/v2", jurisdiction="jilin", output_format=form)
        codes = [one["service_code"] for one in client.get_service_list()]
        assert "exam" in codes
        definition = client.get_service_definition("exam")
        assert definition["service_code"] == "exam"
        assert OFFICE in repr(definition["attributes"])
        found = client.get_service_requests(service_code="exam", status="open")
        shown = found[0] if isinstance(found, list) else found
        assert shown["service_request_id"] == number
        assert shown["description"] == WORDS
        assert shown["status"] == "open"
        assert float(shown["lat"]) == pytest.approx(43.886841)
        picture = requests.get(shown["media_url"], timeout=30)
        assert picture.headers["Content-Type"] == "image/jpeg"
        one = client.get_service_request(number)
        assert number in repr(one)
        assert "王" not in repr(one)
        assert "13912345678" not in repr(one)


@pytest.mark.usefixtures("db")
class TestRequests:
    def post(self, form: str = "json", **changed: str) -> Any:
        return Client().post(f"/open311/v2/requests.{form}", given(issue(), **changed))

    def test_a_post_gives_the_id_at_once_and_the_code_for_the_complainant(self) -> None:
        answer = self.post("xml")
        assert answer.status_code == 201
        assert answer["Content-Type"] == "text/xml; charset=utf-8"
        root = parsed(answer)
        assert root.tag == "service_requests"
        request = root.find("request")
        assert request is not None
        code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}", request.findtext("service_notice", ""))
        assert code
        complaint = actions.find(code[0])
        assert complaint is not None
        assert complaint.number == request.findtext("service_request_id")
        assert complaint.channel == "interface"

    def test_words_place_and_photo_are_told_only_where_they_were_opened(self) -> None:
        number = self.post().json()[0]["service_request_id"]
        (shown,) = Client().get(f"/open311/v2/requests/{number}.json").json()
        assert (shown["description"], shown["address"], shown["lat"], shown["media_url"]) == ("", "", None, "")
        assert shown["status_notes"] == "已收到，等待受理"
        assert dt.datetime.fromisoformat(shown["expected_datetime"]).tzinfo
        with scopes.within(scopes.everything()):
            assert SealedIdentity.objects.get(complaint__number=number).named

    @pytest.mark.parametrize(("opened", "released"), [("1", False), ("", True)], ids=["unread", "not opened"])
    def test_what_nobody_read_and_released_stays_closed_however_it_was_sent(self, opened: str, released: bool) -> None:
        media = io.BytesIO(jpeg())
        media.name = "photo.jpg"
        sent = given(issue(), **{"attribute[public]": opened}) | {"media": media}
        number = Client().post("/open311/v2/requests.json", sent).json()[0]["service_request_id"]
        with scopes.within(scopes.everything()):
            photo = Complaint.objects.get(number=number).photos.get()
        for step in ("as it came", "taken up"):
            (shown,) = Client().get(f"/open311/v2/requests/{number}.json").json()
            assert (shown["description"], shown["address"], shown["lat"], shown["media_url"]) == ("", "", None, ""), (
                step
            )
            assert Client().get(f"/open311/v2/media/{photo.name}.jpg").status_code == 404
            if step == "as it came":
                taken_up(number, released=released)

    def test_a_private_photo_is_not_given_out(self) -> None:
        key = issue()
        media = io.BytesIO(jpeg())
        media.name = "photo.jpg"
        Client().post("/open311/v2/requests.json", given(key) | {"media": media})
        with scopes.within(scopes.everything()):
            photo = Complaint.objects.latest("pk").photos.get()
        assert Client().get(f"/open311/v2/media/{photo.name}.jpg").status_code == 404

    def test_status_becomes_closed_with_the_answer(self) -> None:
        number = self.post().json()[0]["service_request_id"]
        city = officer(CITY)
        scopes.apply(city.scope)
        complaint = Complaint.objects.select_related("receiver").get(number=number)
        handling.decline(by=city, complaint=complaint, text="不属于交管部门职责，请另行反映")
        (shown,) = Client().get(f"/open311/v2/requests/{number}.json").json()
        assert shown["status"] == "closed"
        assert Client().get("/open311/v2/requests.json?status=open").json() == []
        assert len(Client().get("/open311/v2/requests.json?status=closed&service_code=exam,window").json()) == 1

    @pytest.mark.parametrize(
        ("changed", "status", "words"),
        [
            ({"api_key": "wrong"}, 403, "api_key"),
            ({"api_key": ""}, 403, "api_key"),
            ({"jurisdiction_id": "elsewhere"}, 404, "jurisdiction_id"),
            ({"service_code": "nothing"}, 404, "service_code"),
            ({"service_code": ""}, 400, "service_code"),
            ({"attribute[unit]": "nowhere@CITY"}, 400, "attribute"),
            ({"lat": "", "long": "", "address_string": ""}, 400, "lat and long"),
            ({"lat": "NaN"}, 400, "lat"),
            ({"lat": "91"}, 400, "lat"),
            ({"description": "短"}, 400, "至少 10 个字"),
            ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
        ],
    )
    def test_what_is_wrong_is_said_as_the_specification_has_it(
        self, changed: dict[str, str], status: int, words: str
    ) -> None:
        before = Complaint.objects.count()
        answer = self.post(**changed)
        assert answer.status_code == status
        (error,) = answer.json()
        assert error["code"] == status
        assert words in error["description"]
        assert Complaint.objects.count() == before

    @pytest.mark.parametrize("status", ["bogus", "closed,bogus", "Open"])
    def test_a_status_that_is_none_is_refused_and_not_overheard(self, status: str) -> None:
        self.post()
        (error,) = parsed(Client().get(f"/open311/v2/requests.xml?status={status}"))
        assert (error.tag, error.findtext("code")) == ("error", "400")
        assert "status" in error.findtext("description", "")

    @pytest.mark.parametrize(
        ("path", "given", "status"),
        [
            ("/open311/v2/requests", {"description": "长" * 1_000_000}, 413),
            ("/open311/v2/requests", {"description": "a\0b"}, 400),
            ("/open311/v2/nothing", {}, 404),
        ],
    )
    def test_what_the_house_refuses_is_said_in_the_format_asked_for(
        self, path: str, given: dict[str, str], status: int
    ) -> None:
        said = Client().post(f"{path}.json", given)
        assert (said.status_code, said["Content-Type"]) == (status, "application/json; charset=utf-8")
        assert said.json()[0]["code"] == status
        said = Client().post(f"{path}.xml", given)
        assert (said.status_code, parsed(said).findtext("error/code")) == (status, str(status))

    def test_an_error_of_ours_is_said_in_the_format_asked_for_and_still_counted(self, tmp_path: Path) -> None:
        (tmp_path / "objects").write_text("a file where a folder should be")
        key, client = issue(), Client(raise_request_exception=False)
        before = sum(Count.objects.values_list("times", flat=True))
        media = io.BytesIO(jpeg())
        media.name = "photo.jpg"
        with override_settings(OBJECT_STORE=tmp_path / "objects"):
            said = client.post("/open311/v2/requests.xml", given(key) | {"media": media})
        assert (said.status_code, parsed(said).findtext("error/code")) == (500, "500")
        assert sum(Count.objects.values_list("times", flat=True)) == before + 1

    def test_a_revoked_key_reports_nothing_and_keys_are_not_kept(self) -> None:
        key = issue()
        assert key not in repr(list(InterfaceKey.objects.values()))
        interface_keys.revoke(operator="tester", name="12345热线")
        assert Client().post("/open311/v2/requests.json", given(key)).status_code == 403

    def test_a_span_is_at_most_ninety_days(self) -> None:
        self.post()
        today = dt.datetime.now(dt.UTC)
        far = (today - dt.timedelta(days=400)).strftime("%Y-%m-%dT00:00:00Z")
        until = (today + dt.timedelta(days=1)).strftime("%Y-%m-%dT00:00:00Z")
        assert len(Client().get(f"/open311/v2/requests.json?start_date={far}&end_date={until}").json()) == 1
        assert Client().get(f"/open311/v2/requests.json?start_date={far}").json() == []
        assert Client().get("/open311/v2/requests.json?start_date=yesterday").status_code == 400

    def test_several_ids_are_asked_for_at_once_and_unknown_ones_left_out(self) -> None:
        number = self.post().json()[0]["service_request_id"]
        shown = Client().get(f"/open311/v2/requests.json?service_request_id={number},TS000000-00000000").json()
        assert [one["service_request_id"] for one in shown] == [number]
        assert Client().get("/open311/v2/requests/TS000000-00000000.xml").status_code == 404

    def test_a_unit_that_was_dissolved_is_no_longer_reported_of(self) -> None:
        day = clock.today() - dt.timedelta(days=1)
        with scopes.within(scopes.everything()):
            agency_actions.end_capacity(
                by=leader("jilin@PROVINCE"), capacity=agencies.capacity(OFFICE), on=day, basis="合成的撤销决定"
            )
        said = self.post()
        assert said.status_code == 400
        assert "attribute[unit]" in said.json()[0]["description"]

    def test_control_characters_do_not_break_the_xml(self) -> None:
        number = self.post(description=f"{WORDS}\x08\x0b\ufffe\uffff<&>", **{"attribute[public]": "1"}).json()
        taken_up(number[0]["service_request_id"], released=True)
        answer = Client().get(f"/open311/v2/requests/{number[0]['service_request_id']}.xml")
        text = parsed(answer).findtext("request/description", "")
        assert text == f"{WORDS}<&>"


@pytest.mark.usefixtures("db")
def test_discovery_names_the_service_and_no_token_is_ever_given() -> None:
    (endpoint,) = Client().get("/open311/discovery.json").json()["endpoints"]
    assert endpoint["url"].endswith("/open311/v2")
    assert endpoint["specification"].endswith("GeoReport_v2")
    assert parsed(Client().get("/open311/discovery.xml")).tag == "discovery"
    assert Client().get("/open311/v2/tokens/123456.xml").status_code == 404
    assert Client().get("/open311/v2/services.csv").status_code == 404
