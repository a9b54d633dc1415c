"""What a review must hold, when it counts, how far two people agree."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianguan.backbone.review import rules
from jianguan.backbone.review.rules import Candidate, Watched

VERDICT = st.sampled_from(sorted(rules.VERDICTS))
MEMBERS = st.sets(st.text("ABCDEF0123456789", min_size=1, max_size=8), max_size=60)


def test_who_is_on_duty_comes_before_who_was_drawn_earlier() -> None:
    order = [Candidate(1, 1, False, True), Candidate(2, 2, True, True), Candidate(3, 3, True, False)]
    assert rules.first_fit(order) == order[1]
    assert rules.first_fit(order, without={2}) == order[0]
    assert rules.first_fit(order, without={1, 2}) is None


@pytest.mark.parametrize(
    ("watched", "verdict", "why"),
    [
        (Watched(total_ms=1000, credited_ms=800), "normal", ""),
        (Watched(total_ms=1000, credited_ms=799), "normal", "认可观看79%，不足采纳的80%"),
        (Watched(pictures=5, seen=3), "normal", "已看照片3张，应看5张的80%"),
        (Watched(pictures=5, seen=4), "normal", ""),
        (Watched(missing=("音视频未找到",)), "uncheckable", ""),
        (Watched(total_ms=1000, missing=("音视频未找到",)), "uncheckable", "认可观看0%，不足采纳的80%"),
        (Watched(total_ms=10, credited_ms=10, asked=2, right=0), "normal", "画面核对2次只答对0次"),
        (Watched(total_ms=10, credited_ms=10, asked=2, right=1, checkable=True), "normal", ""),
        (Watched(total_ms=10, credited_ms=10, asked=1, right=0, checkable=True), "normal", "画面核对1次只答对0次"),
        (
            Watched(total_ms=10, credited_ms=10, checkable=True),
            "normal",
            "画面核对未出现或被跳过，一次也没有作答；请重新打开本件，连续播放并作答",
        ),
        (Watched(), "normal", "检查表须逐项填写，并在备注或检查项中写明所见，不少于10个字"),
        (Watched(), "uncheckable", "没有核查，也没有查找过的材料"),
        (Watched(missing=("档案文件未找到",)), "serious", ""),
    ],
)
def test_a_review_counts_from_the_adopted_share_on_and_says_why_not(watched: Watched, verdict: str, why: str) -> None:
    assert rules.why_not_counted(watched, verdict, 80) == why


def test_a_place_of_which_everything_is_answered_and_written_down_counts() -> None:
    assert rules.accounts(["pass", "na"], ["检验线画面正常，", "与备案一致"])
    assert not rules.accounts(["pass", ""], ["检验线画面正常，与备案一致"])
    assert not rules.accounts(["pass", "pass"], ["正常"])
    assert rules.why_not_counted(Watched(), "normal", 80, account=True) == ""
    assert rules.why_not_counted(Watched(), "uncheckable", 80, account=True)


@pytest.mark.parametrize(
    ("verdict", "watched", "failed", "remark", "says"),
    [
        ("fine", Watched(), [], "", "请选择结论"),
        ("normal", Watched(pending=("考试车内",)), [], "", "考试车内尚在调取"),
        ("normal", Watched(missing=("考试车内未找到",)), [], "", "结论不能是正常"),
        ("normal", Watched(), ["clock-true"], "", "有1项异常"),
        ("serious", Watched(), [], "有", "须在检查表中标出异常项"),
        ("uncheckable", Watched(), [], "", "须在备注中写明原因"),
    ],
)
def test_a_verdict_that_does_not_fit_is_refused_with_its_reason(
    verdict: str, watched: Watched, failed: list[str], remark: str, says: str
) -> None:
    assert says in "；".join(rules.problems(verdict, watched, failed, remark))


def test_a_fitting_verdict_is_not_refused() -> None:
    assert rules.problems("normal", Watched(total_ms=1), [], "") == []
    assert rules.problems("general", Watched(), ["clock-true"], "") == []
    assert rules.problems("serious", Watched(), [], "考试员代为操作") == []
    assert rules.problems("uncheckable", Watched(missing=("音视频未找到",)), [], "") == []


def test_what_is_missing_is_found_by_itself_and_a_remark_alone_becomes_a_finding() -> None:
    assert rules.deviations("uncheckable", Watched(missing=("音视频未找到",)), [], "") == {
        "record-complete": "音视频未找到"
    }
    assert rules.deviations("serious", Watched(), [], "考试员代为操作") == {"other": "考试员代为操作"}
    assert rules.deviations("normal", Watched(), [], "") == {}


@given(MEMBERS, st.integers(0, 100))
def test_the_second_slice_is_repeatable_rounded_up_and_grows_with_the_share(members: set[str], percent: int) -> None:
    chosen = rules.second_slice(b"s" * 32, members, percent)
    assert chosen == rules.second_slice(b"s" * 32, sorted(members, reverse=True), percent)
    assert chosen <= members
    assert len(chosen) == -(-percent * len(members) // 100)
    assert chosen <= rules.second_slice(b"s" * 32, members, min(percent + 7, 100))


@given(st.lists(st.tuples(VERDICT, VERDICT), max_size=60))
def test_kappa_is_one_only_for_full_agreement_and_never_above(pairs: list[tuple[str, str]]) -> None:
    found = rules.agreement(pairs, 1)
    assert found.pairs == len(pairs)
    if found.kappa is not None:
        assert -1 <= found.kappa <= 1
        assert (found.kappa == 1) == (found.same == found.pairs)


def test_kappa_of_a_worked_table_and_none_below_the_minimum() -> None:
    # 20 both yes, 5 yes/no, 10 no/yes, 15 both no: observed 35/50, by chance 1/2, kappa 2/5
    pairs = [("normal", "normal")] * 20 + [("normal", "general")] * 5
    pairs += [("general", "normal")] * 10 + [("general", "general")] * 15
    assert rules.agreement(pairs, 20).kappa == Fraction(2, 5)
    assert rules.agreement(pairs, 51).kappa is None
    assert rules.agreement([("normal", "normal")] * 30, 20).kappa is None
    assert rules.agreement([], 0).percent is None


def test_a_recording_shorter_than_the_record_claims_is_said_with_both_lengths_and_needs_a_reason() -> None:
    assert rules.shortfall(24_000, 7_704_000) == "录像短于业务时长：录像24秒，业务记录2小时8分"
    assert rules.shortfall(89_999, 100_000) == "录像短于业务时长：录像1分29秒，业务记录1分40秒"
    assert rules.shortfall(90_000, 100_000) == rules.shortfall(24_000, None) == ""
    short = Watched(total_ms=24_000, short=("考试车内录像短于业务时长",))
    assert "须在备注中写明理由" in "；".join(rules.problems("normal", short, [], ""))
    assert rules.problems("normal", short, [], "考试中途弃考") == []
    assert rules.problems("general", short, [], "") == []
    assert rules.deviations("general", short, [], "") == {"record-complete": "考试车内录像短于业务时长"}
    assert rules.deviations("normal", short, [], "考试中途弃考") == {}


def test_marks_belong_to_the_record_and_say_where() -> None:
    kept = rules.marks_of([{"recording": 7, "at_ms": 1500, "note": " 换人 ", "clip": 3, "more": 1}], {7})
    assert kept == [{"recording": 7, "at_ms": 1500, "note": "换人", "clip": 3, "item": ""}]
    for bad in ({"recording": 8, "at_ms": 1}, {"recording": 7, "at_ms": -1}, {"recording": 7, "at_ms": True}):
        with pytest.raises(ValueError, match="时间标记"):
            rules.marks_of([bad], {7})
