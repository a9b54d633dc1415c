"""Data intake (数据接入): the board says what is unknown, the quarantine masks people, a repair is audited."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import builders
from facts.conftest import as_csv, exam
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.audit.models import Event
from jianguan.backbone.scope import scope as scopes
from jianguan.facts import ingest, sources
from jianguan.facts.mapping import read_mapping
from jianguan.facts.models import Batch, Quarantine, Source
from pages import FRAME, OWN, plain, statements, text
from staff import employ, visit

DAY = dt.date(2020, 3, 25)
STARTED = {"kssj": "2020-03-25 08:00:00", "jssj": "2020-03-25 08:20:00"}
CARD = "110105194912310021"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "JIANGUAN_HOME", tmp_path / "home")
    return tmp_path


def source_of(capacity: str) -> Source:
    seat = agencies.capacity(capacity)
    return sources.register("city-exams", "exam", name="长春考试系统", capacity_id=seat.pk, capacity_key=seat.key)


def arrived(folder: Path, rows: list[dict[str, str]], capacity: str = builders.CITY) -> Batch:
    path = folder / "exam.csv"
    path.write_text(as_csv(rows))
    return ingest.take_in("exam", path, source=source_of(capacity))


def refused(batch: Batch) -> Quarantine:
    with scopes.within(scopes.everything()):
        return Quarantine.objects.select_related("batch").get(batch=batch)


def officer() -> Client:
    return visit(employ(builders.CITY, "centre-supervisor"))


def test_a_day_without_data_is_unknown_and_one_with_refusals_partial(db: Any, home: Path) -> None:
    client = officer()
    arrived(home, [exam(1, **STARTED), exam(2, **STARTED, kskm="9")])
    shown = plain(client.get("/facts/?period=week&date=2020-03-25"))
    assert "部分到达" in shown
    assert "未知" in shown
    assert "没有业务" in shown
    assert f"source=city-exams&amp;day={DAY}" in text(client.get("/facts/?period=week&date=2020-03-25"))
    batches = plain(client.get(f"/facts/batches/?source=city-exams&day={DAY}"))
    assert "exam.csv" in batches
    assert "exam.csv" not in plain(client.get("/facts/batches/?day=2020-03-26"))


def test_the_quarantine_filters_and_shows_the_row_with_people_masked(db: Any, home: Path) -> None:
    client = officer()
    batch = arrived(home, [exam(1, **STARTED), exam(2, **STARTED, sfzmhm=CARD)])
    row = refused(batch)
    assert "居民身份证号码" in plain(client.get(f"/facts/quarantine/?rule=form&day={DAY}&source=city-exams"))
    assert "居民身份证号码" not in plain(client.get("/facts/quarantine/?rule=code"))
    shown = text(client.get(f"/facts/quarantine/{row.pk}/"))
    assert CARD not in shown
    assert "张三" not in shown
    assert "1****************1" in shown
    assert "K1" in shown


def test_another_citys_refused_rows_do_not_exist(db: Any, home: Path) -> None:
    batch = arrived(home, [exam(2, **STARTED, kskm="9")])
    row = refused(batch)
    stranger = visit(employ("jilin@CITY", "centre-supervisor"))
    text(stranger.get(f"/facts/quarantine/{row.pk}/"), status=404)
    text(stranger.post(f"/facts/quarantine/{row.pk}/repair/", {"c0": "2"}), status=404)


def test_nobody_without_the_permission_sees_the_pages(db: Any, home: Path) -> None:
    text(visit(builders.leader(builders.CITY)).get("/facts/"), status=403)


def test_the_lists_need_as_many_statements_for_many_rows_as_for_few(db: Any, home: Path) -> None:
    client = officer()
    arrived(home, [exam(number, **STARTED, kskm="9") for number in range(40)])
    for path in ("/facts/?period=week&date=2020-03-25", "/facts/batches/", "/facts/quarantine/"):
        assert statements(client, path) <= FRAME + OWN, path


def test_a_repair_takes_the_row_in_and_says_who_did_it(fresh_database: str, home: Path) -> None:
    client = officer()
    with scopes.within(scopes.everything()):
        batch = arrived(home, [exam(1, **STARTED), exam(2, **STARTED, kskm="9")])
        row = refused(batch)
        original = ingest.original_of(row)
    address = f"/facts/quarantine/{row.pk}/repair/"
    field = f"c{list(exam(1)).index('kskm')}"
    assert "不在代码表" in plain(client.post(address, {field: "8"}), status=422)
    assert "收录 1 行" in plain(client.post(address, {field: "2"}, follow=True))
    with scopes.within(scopes.everything()):
        row.refresh_from_db()
        assert row.repaired_by is not None
        assert ingest.original_of(row) == original
        event = Event.objects.get(kind="facts.repaired")
        assert (event.object_id, event.details["columns"]) == (str(batch.pk), ["kskm"])
    shown = plain(client.get(f"/facts/batches/{batch.pk}/"))
    assert "未修复 0 行" in shown
    assert "重新校验" not in shown


def test_a_mapping_file_is_suggested_previewed_and_downloaded_and_works(db: Any, home: Path) -> None:
    client = officer()
    sample = "id,名称,since,kind,n\nA,甲,2020-01-01,k,7\nB,乙,2020-01-01,k,x\n"
    fact = {"fact": "centre_result"}
    first = text(client.post("/facts/mapping/", fact | {"file": SimpleUploadedFile("a.csv", sample.encode())}))
    assert "必填未配" in first
    carried = re.search(r'name="sample" value="([0-9a-f]+)"', first)
    assert carried
    assert "甲".encode() not in bytes.fromhex(carried[1])
    chosen = fact | {"sample": carried[1], "mapped": "1", "constant-kind": "驾驶考试"}
    pairs = {"centre": "id", "period": "since", "name": "名称", "tests": "n"}
    chosen |= {f"column-{key}": column for key, column in pairs.items()}
    preview = plain(client.post("/facts/mapping/", chosen))
    assert "1 行不合规" in preview
    assert "数量无法读作整数" in preview
    answer = client.post("/facts/mapping/", chosen | {"codes-tests": "x=0", "download": "1"})
    (home / "m.yaml").write_bytes(answer.content)
    (home / "full.csv").write_text(sample)
    origin = sources.register("results", "centre_result")
    taken = ingest.take_in("centre_result", home / "full.csv", source=origin, mapping=read_mapping(home / "m.yaml"))
    assert (taken.reason, taken.accepted, taken.refused) == ("", 2, 0)


def test_a_sample_that_is_none_is_refused_in_words(db: Any, home: Path) -> None:
    client = officer()
    assert "请选择数据约定" in plain(client.post("/facts/mapping/", {}), status=422)
    assert "请选择样本文件" in plain(client.post("/facts/mapping/", {"fact": "exam", "sample": "00"}), status=422)
    empty = SimpleUploadedFile("a.csv", b"")
    assert "文件是空的" in plain(client.post("/facts/mapping/", {"fact": "exam", "file": empty}), status=422)
    exe = SimpleUploadedFile("a.exe", b"x")
    assert "不支持的文件类型" in plain(client.post("/facts/mapping/", {"fact": "exam", "file": exe}), status=422)


def test_rows_that_contradict_themselves_are_listed_to_the_unit_of_the_source_only(db: Any, home: Path) -> None:
    batch = arrived(home, [exam(1, **STARTED), exam(2, **STARTED, kscj="95")])
    client = officer()
    assert "看带标记的行" in plain(client.get(f"/facts/batches/{batch.pk}/"))
    shown = plain(client.get(f"/facts/batches/{batch.pk}/marked/"))
    assert ("E2" in shown, "E1" in shown, "成绩不等于一百减扣分合计" in shown) == (True, False, True)
    other = visit(employ("jilin-city@CITY", "centre-supervisor"))
    assert "看带标记的行" not in plain(other.get(f"/facts/batches/{batch.pk}/"))
    assert other.get(f"/facts/batches/{batch.pk}/marked/").status_code == 404


def test_every_day_of_a_batch_is_reached_from_its_page(db: Any, home: Path) -> None:
    days = [DAY - dt.timedelta(days=number) for number in range(60)]
    rows = [exam(number, kssj=f"{day} 08:00:00", jssj=f"{day} 08:20:00") for number, day in enumerate(days)]
    batch, client = arrived(home, rows), officer()
    seen, address = set[str](), f"/facts/batches/{batch.pk}/"
    for page in ("", "?start=50"):
        shown = text(client.get(address + page))
        assert "共 60 项" in shown
        seen |= set(re.findall(r"period=day&amp;date=([-0-9]+)", shown))
    assert "?start=50#days" in text(client.get(address))
    assert seen == {day.isoformat() for day in days}


def test_what_is_the_whole_provinces_is_counted_to_a_city_and_opened_by_the_province(db: Any, home: Path) -> None:
    path = home / "exam.csv"
    path.write_text(as_csv([exam(1, **STARTED), exam(2, **STARTED, kskm="9")]))
    batch = ingest.take_in("exam", path, source=sources.register("whole", "exam"))
    row = refused(batch)
    city, province = officer(), visit(employ("jilin@PROVINCE", "centre-supervisor"))
    for client, seen, status in ((city, False, 404), (province, True, 200)):
        assert ("考试科目不在代码表" in plain(client.get("/facts/quarantine/"))) is seen
        assert client.get(f"/facts/quarantine/{row.pk}/").status_code == status
        assert ("重新校验" in plain(client.get(f"/facts/batches/{batch.pk}/"))) is seen
    answer = city.post(f"/facts/batches/{batch.pk}/rerun/", {"reason": "代码表已更新"})
    assert answer.status_code == 403


def test_a_unit_registers_its_source_and_closes_it_with_a_reason(db: Any, home: Path) -> None:
    client = officer()
    given = {"fact": "exam", "key": "city-exams", "name": "长春考试系统", "capacity": builders.CITY}
    given |= {"reports_for": "own", "first_day": f"{DAY}"}
    assert "标识须为" in plain(client.post("/facts/sources/new/", given | {"key": "长春"}), status=422)
    assert client.post("/facts/sources/new/", given | {"capacity": "jilin-city@CITY"}).status_code == 422
    assert client.post("/facts/sources/new/", given | {"capacity": ""}).status_code == 422, "the whole province"
    shown = plain(client.post("/facts/sources/new/", given, follow=True))
    assert "已登记数据源“长春考试系统”" in shown
    found = Source.objects.get()
    stranger = visit(employ("jilin-city@CITY", "centre-supervisor"))
    closing = {"last_day": f"{DAY}", "reason": "系统合并"}
    assert "长春考试系统" in plain(stranger.get("/facts/sources/"))
    assert "终止报送" not in plain(stranger.get(f"/facts/sources/{found.pk}/"))
    assert stranger.post(f"/facts/sources/{found.pk}/close/", closing).status_code == 403
    refused = client.post(f"/facts/sources/{found.pk}/close/", closing | {"reason": ""}, follow=True)
    assert "理由至少" in plain(refused)
    assert "已终止" in plain(client.post(f"/facts/sources/{found.pk}/close/", closing, follow=True))
    with scopes.within(scopes.everything()):
        events = Event.objects.filter(object_type="facts.source").order_by("pk")
        assert [event.kind for event in events] == ["facts.source-opened", "facts.source-closed"]


def test_a_rerun_from_the_page_says_what_became_of_all_rows(fresh_database: str, home: Path) -> None:
    client = officer()
    batch = arrived(home, [exam(1, **STARTED), exam(2, **STARTED, kskm="9"), exam(3, **STARTED, kskm="8")])
    answer = client.post(f"/facts/batches/{batch.pk}/rerun/", {"reason": "代码表已更新"}, follow=True)
    assert "2 行仍不合规，留在隔离区" in plain(answer)
