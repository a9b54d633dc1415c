"""The HTTP door: one key is one batch, a token is good for one source, errors name row, field and rule."""

import datetime as dt
import getpass
import gzip
import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import Client

from facts.conftest import exam
from jianguan.api import facts
from jianguan.backbone.audit.models import Event
from jianguan.backbone.scope import scope as scopes
from jianguan.facts import arrivals, sources, tokens
from jianguan.facts.arrivals import Feed
from jianguan.facts.contract import contracts
from jianguan.facts.models import Batch, Source
from jianguan.site.cli import build

JSON_LINES = "application/x-ndjson"


@pytest.fixture
def source(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setattr(settings, "JIANGUAN_HOME", tmp_path / "home")
    cache.clear()
    return sources.register("city-exams", "exam")


def lines(*rows: dict[str, str]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def send(  # noqa: PLR0917 - one column a case
    token: str,
    body: bytes,
    key: str = "day-2020-03-02",
    fact: str = "exam",
    kind: str = JSON_LINES,
    encoding: str = "",
) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    headers |= {"Content-Encoding": encoding} if encoding else {}
    return Client(enforce_csrf_checks=True).post(f"/api/v1/facts/{fact}", body, content_type=kind, headers=headers)


def test_rows_are_taken_and_a_refused_one_is_named_by_row_field_and_rule(source: Source) -> None:
    answer = send(tokens.issue(source), lines(exam(1), exam(2, kskm="9")))
    assert answer.status_code == 200
    found = answer.json()
    assert (found["accepted"], found["refused"]) == (1, 1)
    (refusal,) = found["refusals"]
    assert (refusal["row"], refusal["field"], refusal["rule"]) == (2, "subject", "code")
    assert "不在代码表" in refusal["message"]


def test_the_same_key_twice_gives_the_same_answer_and_other_content_under_it_a_conflict(source: Source) -> None:
    token = tokens.issue(source)
    first = send(token, lines(exam(1)))
    assert send(token, lines(exam(1))).json() == first.json()
    other = send(token, lines(exam(2)))
    assert (other.status_code, "幂等键" in other.json()["reason"]) == (409, True)
    assert Batch.objects.count() == 1


def test_a_key_that_came_with_content_known_already_stands_for_that_content(source: Source) -> None:
    token = tokens.issue(source)
    first = send(token, lines(exam(1)), "key-number-one")
    assert send(token, lines(exam(1)), "key-number-two").json() == first.json()
    assert send(token, lines(exam(2)), "key-number-two").status_code == 409
    assert send(token, lines(exam(1)), "key-number-two").json() == first.json()
    assert Batch.objects.filter(state="committed").count() == 1


def test_what_cannot_be_read_does_not_use_its_key_up(source: Source) -> None:
    token = tokens.issue(source)
    assert send(token, b"\n").status_code == 422
    answer = send(token, lines(exam(1)))
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)


def test_a_packed_body_is_unpacked_within_bounds(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.issue(source)
    packed = gzip.compress(lines(exam(1), exam(2)))
    answer = send(token, packed, encoding="gzip")
    assert (answer.status_code, answer.json()["accepted"]) == (200, 2)
    assert send(token, lines(exam(1), exam(2))).json() == answer.json(), "packed or not, it is the same content"
    for damaged in (packed[:-12], b"not packed"):
        refused = send(token, damaged, "another-key", encoding="gzip")
        assert (refused.status_code, "损坏" in refused.json()["reason"]) == (422, True)
    other = send(token, packed, "another-key", encoding="br")
    assert (other.status_code, "gzip" in other.json()["reason"]) == (415, True)
    monkeypatch.setattr(facts, "LARGEST", 1 << 20)
    bomb = send(token, gzip.compress(b"\n" * (2 << 20)), "another-key", encoding="gzip")
    assert (bomb.status_code, "请分批" in bomb.json()["reason"]) == (413, True)


def test_a_day_without_business_is_declared_once_is_proven_and_is_an_event(source: Source) -> None:
    token, day = tokens.issue(source), dt.date(2020, 3, 2)

    def declare(on: str, fact: str = "exam") -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return Client().post(f"/api/v1/facts/{fact}/empty-days", {"day": on}, "application/json", headers=headers)

    assert arrivals.feed_state("exam", "anybody", day) is Feed.UNKNOWN
    first = declare(f"{day}")
    assert (first.status_code, first.json()["accepted"]) == (200, 0)
    assert declare(f"{day}").json() == first.json()
    assert arrivals.feed_state("exam", "anybody", day) is Feed.ARRIVED
    assert "尚未到来" in declare("2199-01-01").json()["reason"]
    assert declare("yesterday").status_code == 422
    assert declare(f"{day}", "inspection").status_code == 403
    assert send(token, lines(exam(1, kssj="2020-03-03 08:00:00", jssj="2020-03-03 08:20:00"))).status_code == 200
    assert "已有数据到达" in declare("2020-03-03").json()["reason"]
    with scopes.within(scopes.everything()):
        (event,) = Event.objects.filter(kind="facts.empty-declared")
    assert (event.object_id, event.details["day"]) == ("city-exams", "2020-03-02")


def test_a_day_without_business_declared_several_times_at_once_is_declared_once(source: Source) -> None:
    headers = {"Authorization": f"Bearer {tokens.issue(source)}"}

    def declare(_: int) -> Any:
        try:
            client = Client(raise_request_exception=False)
            body = {"day": "2020-03-02"}
            address = "/api/v1/facts/exam/empty-days"
            return client.post(address, body, content_type="application/json", headers=headers).json().get("batch")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as at_once:
        (batch,) = set(at_once.map(declare, range(8)))
    assert batch == Batch.objects.get().uuid.hex


def test_parquet_is_taken_as_well(source: Source, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(lines(exam(1), exam(2)))
    duckdb.execute(f"COPY (FROM read_json('{tmp_path}/in.jsonl')) TO '{tmp_path}/in.parquet'")
    body = io.BytesIO((tmp_path / "in.parquet").read_bytes()).read()
    answer = send(tokens.issue(source), body, kind="application/vnd.apache.parquet")
    assert answer.status_code == 200
    assert answer.json()["accepted"] == 2


def test_only_the_token_of_the_source_opens_the_door_and_only_its_contract(source: Source) -> None:
    token = tokens.issue(source)
    assert token not in source.token_digest
    assert send("wrong", lines(exam(1))).status_code == 401
    assert send(token, lines(exam(1)), fact="inspection").status_code == 403
    tokens.revoke(source)
    revoked = send(token, lines(exam(1)))
    assert (revoked.status_code, revoked.json()["reason"]) == (401, "令牌缺失、错误或已撤销")


@pytest.mark.parametrize(
    ("body", "kind", "key", "status", "says"),
    [
        (b"\n", JSON_LINES, "long-enough", 422, "没有一个 JSON 对象"),
        (b"PAR1", "application/vnd.apache.parquet", "long-enough", 422, "Parquet"),
        (b"a,b", "text/csv", "long-enough", 415, "请求体须为"),
        (b"{}", JSON_LINES, "short", 422, "Idempotency-Key"),
    ],
)
def test_what_cannot_be_taken_is_said_in_chinese(  # noqa: PLR0917 - one column a case
    source: Source, body: bytes, kind: str, key: str, status: int, says: str
) -> None:
    answer = send(tokens.issue(source), body, key, kind=kind)
    assert answer.status_code == status
    assert says in answer.json()["reason"]


def test_too_many_requests_are_slowed_down(source: Source) -> None:
    token = tokens.issue(source)
    statuses = [send(token, b"", kind="text/csv").status_code for _ in range(61)]
    assert statuses == [415] * 60 + [429]


def test_the_description_is_open_and_names_the_address(source: Source) -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert "/api/v1/facts/{fact}" in described["paths"]


def test_every_contract_is_described_with_its_columns_codes_and_an_example(source: Source) -> None:
    described = Client().get("/api/v1/openapi.json").json()
    taking = described["paths"]["/api/v1/facts/{fact}"]["post"]
    (fact,) = [one for one in taking["parameters"] if one["name"] == "fact"]
    assert fact["schema"]["enum"] == list(contracts())
    lines_of = taking["requestBody"]["content"][JSON_LINES]
    assert list(lines_of["examples"]) == list(contracts())
    for name, found in contracts().items():
        row = described["components"]["schemas"][name]
        assert {"$ref": f"#/components/schemas/{name}"} in lines_of["schema"]["oneOf"]
        assert (row["title"], list(row["properties"])) == (found.label, list(found.columns))
        assert row["required"] == list(row["example"]) == [key for key, one in found.columns.items() if one.required]
    subject = described["components"]["schemas"]["exam"]["properties"]["subject"]
    assert (subject["enum"], subject["title"]) == (["1", "2", "3", "4"], "考试科目")
    assert subject["x-code-labels"]["2"] == "科目二 场地驾驶技能"
    answer = send(tokens.issue(source), lines(described["components"]["schemas"]["exam"]["example"]))
    assert (answer.status_code, answer.json()["refusals"]) == (200, [])


def test_giving_and_taking_a_token_are_events_that_name_the_operator(
    source: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    for verb in ("issue", "revoke"):
        arguments = build().parse_args(["token", verb, "exam", "--source", source.key])
        assert arguments.run(arguments) == 0
    token = capsys.readouterr().out.strip()
    assert send(token, lines(exam(1))).status_code == 401
    with scopes.within(scopes.everything()):
        events = list(Event.objects.filter(object_type="facts.source").order_by("pk"))
    assert [event.kind for event in events] == ["facts.token-issued", "facts.token-revoked"]
    assert {event.details["operator"] for event in events} == {getpass.getuser()}
    assert token not in str([event.details for event in events])


def test_refused_rows_are_named_although_the_door_has_no_scope(source: Source) -> None:
    body = lines(*[exam(number, kskm="9") for number in range(120)])
    found = send(tokens.issue(source), body).json()
    assert (found["refused"], len(found["refusals"])) == (120, 100)
