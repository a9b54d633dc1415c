"""The review desk (复核工作台): queue, one record on one screen, verdict, draft, records, looks from above."""

import json
import re
from typing import Any

import pytest
from django.test import Client

import builders
import drawing
from builders import CITY, DAY, OFFICE, at, freeze, leader, officer, on_the_clock
from jianguan.backbone.draws.models import DrawItem
from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.review import actions, assigning, quota
from jianguan.backbone.review.models import Assignment, Draft, Review
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.checks import items_of
from jianguan.facts import identities, places
from pages import FRAME, plain, statements, text
from staff import visit

PART = {"X-Part": "item"}
OWN = 30
"""Statements the desk may need for one record, however long the queue is."""


@pytest.fixture(autouse=True)
def evening(db: Any) -> Any:
    """Seven in the evening of the day."""
    builders.see_everything()
    with on_the_clock(at(DAY, 19)):
        yield


def drawn(*reviewers: Actor, kind: str = "archive", member: str = "合成-1", media: bool = False) -> DrawItem:
    population = builders.Population.objects.filter(kind=kind, day=DAY).first() or freeze(OFFICE, kind, 20)
    item = drawing.item_of(drawing.draw_of(population), member, reviewers, media=media)
    if kind == "archive":
        drawing.page_of(item)
    return item


def normal(checklist: str) -> dict[str, str]:
    items = items_of(actions.queries.checklist(checklist, DAY))
    return {item.id: "pass" for item in items if item.answer == "pass_fail"} | {"verdict": "normal"}


@pytest.fixture
def by() -> Actor:
    return officer(OFFICE)


@pytest.fixture
def desk(by: Actor) -> Client:
    return visit(by)


def test_the_desk_shows_my_queue_and_leads_to_the_first_record(by: Actor, desk: Client) -> None:
    assert "没有分派给你的" in plain(desk.get("/review/"))
    first = drawing.assigned(drawn(by), by)
    drawing.assigned(drawn(by, member="合成-2"), by)
    page = plain(desk.get("/review/"))
    assert "待我复核 2 件" in page
    assert "开始复核" in page
    assert desk.get("/review/next/")["Location"] == f"/review/items/{first.pk}/"


def test_the_ledgers_duty_leads_to_the_desk(by: Actor, desk: Client) -> None:
    builders.open_day()
    page = text(desk.get("/"))
    duty = page[page.index("考试音视频档案抽查") :]
    assert 'href="/review/"' in duty[: duty.index("</tr>")]


def test_one_record_shows_what_is_known_and_names_nobody(by: Actor, desk: Client) -> None:
    one = drawing.assigned(drawn(by), by)
    page = plain(desk.get(f"/review/items/{one.pk}/"))
    for words in ("业务档案抽查表", "尚无预警", "正常", "一般问题", "严重问题", "无法核查", "已看 0 / 1 张"):
        assert words in page, words
    assert visit(officer(OFFICE)).get(f"/review/items/{one.pk}/").status_code == 404


def test_a_verdict_is_signed_and_the_next_record_follows(by: Actor, desk: Client) -> None:
    one, two = (drawing.assigned(drawn(by, member=f"合成-{n}"), by) for n in range(2))
    answer = desk.post(f"/review/items/{one.pk}/submit/", normal("archive-review"))
    assert answer["Location"] == f"/review/items/{two.pk}/"
    assert "合成-0 正常" in plain(desk.get(answer["Location"]))
    told = desk.post(f"/review/items/{two.pk}/submit/", normal("archive-review"), headers={"X-Part": "submit"})
    assert json.loads(told.content) == {"next": "/review/"}
    assert Review.objects.count() == 2
    assert desk.get(f"/review/items/{one.pk}/")["Location"].startswith("/review/records/")


def test_what_keeps_a_verdict_from_being_signed_is_named_and_nothing_is_lost(by: Actor, desk: Client) -> None:
    one = drawing.assigned(drawn(by), by)
    sent = {"verdict": "normal", "filed": "fail", "filed-note": "逾期归档", "remark": "看完了"}
    answer = desk.post(f"/review/items/{one.pk}/submit/", sent)
    page = text(answer, 422)
    assert "有1项异常，结论不能是正常" in page
    assert "逾期归档" in page
    assert "看完了" in page
    assert not Review.objects.exists()


def test_a_draft_comes_back_after_the_network_was_lost(by: Actor, desk: Client) -> None:
    one = drawing.assigned(drawn(by), by)
    sent = {"verdict": "general", "filed": "fail", "filed-note": "逾期归档", "remark": "看到一半", "marks": "[{}, 3]"}
    told = json.loads(desk.post(f"/review/items/{one.pk}/draft/", sent).content)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", told["at"])
    assert Draft.objects.get(assignment=one).content["marks"] == [{}]
    page = text(desk.get(f"/review/items/{one.pk}/"))
    assert "看到一半" in page
    assert "逾期归档" in page
    assert re.search(r'value="general" checked', page)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (r'[{"note": "画面\ud83d"}]', [{"note": "画面?"}]),
        (r'[{"note": "\u0000"}]', []),
        ('[{"at_ms": NaN}]', []),
        ('[{"at_ms": 1e999}]', []),
        ("[" * 20_000, []),
    ],
)
def test_marks_that_the_database_cannot_keep_cost_neither_the_draft_nor_the_page(
    by: Actor, desk: Client, sent: str, kept: list[object]
) -> None:
    one = drawing.assigned(drawn(by), by)
    assert desk.post(f"/review/items/{one.pk}/draft/", {"remark": "看到一半", "marks": sent}).status_code == 200
    assert Draft.objects.get(assignment=one).content["marks"] == kept
    assert "看到一半" in text(desk.get(f"/review/items/{one.pk}/"))


def test_a_missing_recording_is_said_and_found_by_itself(by: Actor, desk: Client) -> None:
    item = drawn(by, kind="exam-av", media=True)
    drawing.recording_of(item, state=Recording.State.MISSING, role="考试车内")
    one = drawing.assigned(item, by)
    assert "考试车内未找到" in plain(desk.get(f"/review/items/{one.pk}/"))
    desk.post(f"/review/items/{one.pk}/submit/", {"verdict": "uncheckable"})
    review = Review.objects.get(assignment=one)
    page = plain(desk.get(f"/review/records/{review.pk}/"))
    assert "严重问题" in page
    assert "本件没有可看的录像" in page
    assert "重新计算一致" in page


def test_a_recording_being_made_is_shown_with_its_state(by: Actor, desk: Client) -> None:
    item = drawn(by, kind="exam-av", media=True)
    drawing.recording_of(item)
    one = drawing.assigned(item, by)
    assert "正在调取或制作副本" in plain(desk.get(f"/review/items/{one.pk}/"))
    answer = desk.post(f"/review/items/{one.pk}/submit/", normal("exam-review"))
    assert "尚在调取" in text(answer, 422)


def test_a_film_plays_beside_the_record_and_what_was_not_watched_is_not_counted(by: Actor, desk: Client) -> None:
    item = drawn(by, kind="exam-av", media=True)
    drawing.copy_of(drawing.recording_of(item))
    one = drawing.assigned(item, by)
    page = text(desk.get(f"/review/items/{one.pk}/"))
    assert "data-player" in page
    assert "blob:" in desk.get(f"/review/items/{one.pk}/")["Content-Security-Policy"]
    answer = desk.post(f"/review/items/{one.pk}/submit/", normal("exam-review"), follow=True)
    assert "不计入比例：认可观看0%，不足采纳的80%" in plain(answer)
    review = Review.objects.get(assignment=one)
    corrected = desk.post(
        f"/review/records/{review.pk}/correct/", normal("exam-review") | {"reason": "补写说明"}, follow=True
    )
    assert "仍不计入比例" in plain(corrected)
    assert "这份结论已被更正" in plain(desk.get(f"/review/records/{review.pk}/"))


def test_a_picture_counts_when_it_was_opened(by: Actor, desk: Client) -> None:
    item = drawn(by, kind="online-learner", media=True)
    picture = drawing.recording_of(item, kind=Recording.Kind.PHOTO, role="抓拍")
    one = drawing.assigned(item, by)
    assert "已看 0 / 1 张" in plain(desk.get(f"/review/items/{one.pk}/"))
    assert json.loads(desk.post(f"/review/items/{one.pk}/pictures/{picture.pk}/").content) == {"seen": 1}
    assert desk.post(f"/review/items/{one.pk}/pictures/{picture.pk + 1}/").status_code == 409


def test_who_is_behind_a_pseudonym_is_shown_once_with_a_reason(
    by: Actor, desk: Client, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANGUAN_HOME", str(tmp_path))
    keys = places.secret()
    pseudonym = keys.of("22010119900101001X")
    identities.keep(keys, [(pseudonym, "22010119900101001X")])
    population = freeze(OFFICE, "archive", 20)
    item = drawing.item_of(
        drawing.draw_of(population), "合成-1", [by], about={"summary": [], "persons": {"申请人": pseudonym}}
    )
    one = drawing.assigned(item, by)
    page = text(desk.get(f"/review/items/{one.pk}/"))
    assert pseudonym not in page
    address = f"/review/items/{one.pk}/reveal/"
    assert "须写明理由" in text(desk.post(address, {"label": "申请人", "reason": "看"}), 422)
    assert "22010119900101001X" in text(desk.post(address, {"label": "申请人", "reason": "核对本人身份"}))
    assert desk.post(address, {"label": "别人", "reason": "核对本人身份"}).status_code == 404
    (look,) = identities.looks(pseudonym)
    assert look.reason == "核对本人身份"


def test_a_record_is_handed_over_from_its_page(by: Actor, desk: Client) -> None:
    other = officer(OFFICE)
    one = drawing.assigned(drawn(by, other), by)
    sent = {"to": str(other.appointment_id), "reason": "今日轮休"}
    assert "已转交" in plain(desk.post(f"/review/items/{one.pk}/hand-over/", sent, follow=True))
    assert Assignment.objects.get(replaces=one).appointment_id == other.appointment_id


def test_records_are_listed_filtered_and_exported_and_a_blind_reader_sees_none(by: Actor, desk: Client) -> None:
    second = officer(OFFICE)
    one = drawing.assigned(drawn(by, second), by)
    picture = Recording.objects.get(drawn_for__item=one.item)
    desk.post(f"/review/items/{one.pk}/pictures/{picture.pk}/")
    desk.post(f"/review/items/{one.pk}/submit/", normal("archive-review"))
    assert "合成-1" in plain(desk.get("/review/records/?kind=archive&verdict=normal&counted=yes"))
    assert "没有符合条件" in plain(desk.get("/review/records/?verdict=serious"))
    assert "合成-1" in desk.get("/review/records/export.csv").content.decode()
    blind = visit(second)
    assert "没有符合条件" in plain(blind.get("/review/records/"))
    review = Review.objects.get()
    assert blind.get(f"/review/records/{review.pk}/").status_code == 404
    of_draw = f"/draws/{one.item.draw_id}/"
    assert "正常" in plain(desk.get(of_draw))
    assert "正常" not in plain(blind.get(of_draw)), "the draw does not tell him either"
    again = Assignment.objects.get(kind=Assignment.Kind.SECOND)
    page = plain(blind.get(f"/review/items/{again.pk}/"))
    assert "盲评" not in page


def test_the_superior_sees_progress_takes_what_nobody_may_look_at_and_draws_again(by: Actor, desk: Client) -> None:
    lonely = drawn(member="合成-2")
    assigning.assign_drawn()
    one = drawing.assigned(drawn(by), by)
    desk.post(f"/review/items/{one.pk}/submit/", normal("archive-review"))
    above = visit(officer(CITY))
    assert "无人可复核" in plain(above.get("/review/"))
    assert "无人可复核" in plain(desk.get("/review/"))
    taken = above.post(f"/review/stand-in/{lonely.pk}/")
    assert plain(above.get(taken["Location"])).count("上级代为复核") == 1
    page = plain(above.get(f"/review/progress/?day={DAY}"))
    assert "长春车管所" in page
    page = text(above.get(f"/review/again/?day={DAY}"))
    assert "再抽" in page
    above.post(f"/review/again/{lonely.population_id}/", {"count": "1"})
    assert Assignment.objects.get(kind=Assignment.Kind.SUPERIOR).item.member == "合成-1"
    assert "没有可重抽的" in plain(above.post(f"/review/again/{lonely.population_id}/", {"count": "9"}, follow=True))
    assert "不足 20 件" in plain(above.get(f"/review/agreement/?to={DAY}"))


def test_an_alert_of_an_unfinished_quota_leads_to_the_progress(by: Actor) -> None:
    drawn(by)
    quota.look_at_quotas(scopes.everything(), DAY)
    page = text(visit(leader(CITY)).get("/alerts/"))
    number = re.search(r'href="/alerts/(\d+)/"', page)
    assert number is not None
    assert f"/review/progress/?day={DAY}" in text(visit(leader(CITY)).get(f"/alerts/{number[1]}/"))


def test_the_next_record_needs_the_same_few_statements_however_long_the_queue_is(by: Actor, desk: Client) -> None:
    made = [drawing.assigned(drawn(by, member=f"合成-{n}"), by) for n in range(30)]
    few = statements(desk, f"/review/items/{made[0].pk}/")
    assert few <= FRAME + OWN
    assert few == statements(desk, f"/review/items/{made[29].pk}/")
