"""Reviews: who gets a record, what he may not do, what counts, what is found, and what the superior hears."""

import pytest
from django.db import IntegrityError, transaction

import builders
import drawing
from builders import CITY, DAY, OFFICE, at, freeze, leader, officer, on_the_clock
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.draws.models import Recusal
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.models import Appointment, Person
from jianguan.backbone.people.rosters import enter_roster
from jianguan.backbone.review import actions, again, assigning, queries, quota
from jianguan.backbone.review.assigning import ReviewRefused
from jianguan.backbone.review.models import Assignment, Draft, NoReviewer, Review
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work import checks
from jianguan.backbone.work.checklists import Answer, IncompleteChecklist
from jianguan.backbone.work.checks import CheckRefused
from jianguan.backbone.work.models import Finding, Population
from jianguan.kit import clock
from reviewing import EVENING, archive, drawn, normal, uncheckable
from staff import employ

pytestmark = pytest.mark.usefixtures("evening")


def test_a_drawn_record_goes_to_the_first_on_duty_and_once_only(pair: tuple[Actor, Actor]) -> None:
    first, second = pair
    with on_the_clock(at(DAY, 7)):
        enter_roster(by=first, appointment=Appointment.objects.get(pk=second.appointment_id), day=DAY, shift="day")
    item = drawn(first, second)
    assert assigning.assign_drawn() == 1
    assert assigning.assign_drawn() == 0
    assert Assignment.objects.get(item=item).appointment_id == second.appointment_id
    assert [one.item_id for one in queries.queue(second.scope, second.appointment_id)] == [item.pk]


def test_a_campaign_target_that_was_given_to_somebody_is_in_no_queue(pair: tuple[Actor, Actor]) -> None:
    by, record = pair[0], drawn(*pair)
    target = drawn(by, kind="campaign-target", member="合成-场所")
    given = [drawing.assigned(one, by) for one in (record, target)]
    assert [one.pk for one in queries.queue(by.scope, by.appointment_id)] == [given[0].pk]
    assert queries.neighbours(by.scope, given[0]) == (None, None)
    with pytest.raises(Assignment.DoesNotExist):
        queries.assignment(by.scope, given[1].pk)


def test_a_record_drawn_by_both_owed_samples_is_looked_at_once(pair: tuple[Actor, Actor]) -> None:
    item = drawn(*pair)
    drawing.item_of(drawing.draw_of(item.population, "without:superior"), item.member, pair)
    assert assigning.assign_drawn() == 1


def test_a_unit_in_which_nobody_may_look_waits_for_its_superior_who_stands_in(pair: tuple[Actor, Actor]) -> None:
    item = drawn()
    assert assigning.assign_drawn() == 1
    waiting = NoReviewer.objects.get(item=item)
    assert waiting.superior.key == CITY
    assert list(queries.unassignable(pair[0].scope)) == [waiting]
    above = officer(CITY)
    with pytest.raises(NotAllowed):
        assigning.stand_in(by=pair[0], item=item)
    assignment = assigning.stand_in(by=above, item=item)
    assert assignment.capacity_id == item.capacity_id
    assert list(queries.unassignable(above.scope)) == []
    review = actions.submit_review(
        by=above, assignment=assignment, verdict="uncheckable", answers={}, remark="音视频缺失"
    )
    assert review.check_record.checked_id == item.capacity_id
    with pytest.raises(ReviewRefused, match="已经有人"):
        assigning.stand_in(by=above, item=item)


def test_nobody_stands_in_from_above_for_a_unit_in_which_he_holds_a_post(pair: tuple[Actor, Actor]) -> None:
    item = drawn()
    assigning.assign_drawn()
    both = employ(CITY, "centre-supervisor", person_id=pair[0].person_id)
    with pytest.raises(ReviewRefused, match="另一履职身份"):
        assigning.stand_in(by=both, item=item)
    with pytest.raises(IntegrityError, match="另一履职身份"), transaction.atomic():
        drawing.assigned(item, both)


@pytest.mark.parametrize("why", ["doer", "declared doer", "declared site"])
def test_nobody_from_above_looks_into_what_he_did_or_declared_an_interest_in(
    pair: tuple[Actor, Actor], why: str
) -> None:
    above, other = officer(CITY), officer(CITY)
    site = builders.place(OFFICE)
    person = Person.objects.get(pk=above.person_id)
    item = drawn(pair[0])
    item = drawing.item_of(
        drawing.draw_of(item.population),
        "合成-2",
        [pair[0]],
        subject=site,
        about={"doers": [person.number if why == "doer" else "合成经办人"]},
    )
    uncheckable(pair[0], item)
    if why != "doer":
        Recusal.objects.create(
            capacity_id=above.capacity_id,
            appointment_id=above.appointment_id,
            subject=site if why == "declared site" else None,
            doer="" if why == "declared site" else "合成经办人",
            reason="亲属关系",
            declared_at=EVENING,
        )
    with pytest.raises(ReviewRefused, match=r"回避|经办"):
        assigning.draw_again(by=above, item=item)
    with pytest.raises(ReviewRefused, match="没有可重抽"):
        again.take(by=above, population=item.population, count=1)
    assert [one.item_id for one in again.take(by=other, population=item.population, count=1)] == [item.pk]


def test_nobody_stands_in_for_what_he_did_himself() -> None:
    above = officer(CITY)
    population = freeze(OFFICE, "exam-av", 20)
    doer = Person.objects.get(pk=above.person_id).number
    item = drawing.item_of(drawing.draw_of(population), "合成-1", about={"doers": [doer]})
    assigning.assign_drawn()
    with pytest.raises(ReviewRefused, match="经办"):
        assigning.stand_in(by=above, item=item)


def test_the_database_refuses_who_was_not_drawn_and_who_has_looked_before(pair: tuple[Actor, Actor]) -> None:
    first, second = pair
    item = drawn(first)
    with pytest.raises(IntegrityError, match="不得复核本人"), transaction.atomic():
        drawing.assigned(item, second)
    drawing.assigned(item, first)
    with pytest.raises(IntegrityError, match="同一人不得两次"), transaction.atomic():
        drawing.assigned(item, first, Assignment.Kind.SECOND)


def test_the_database_refuses_a_correction_of_somebody_elses_verdict(pair: tuple[Actor, Actor]) -> None:
    first, second = pair
    theirs = uncheckable(first, drawn(first, second))
    mine = uncheckable(second, drawn(second, member="合成-2"))
    row = Review.objects.get(pk=mine.pk)
    row.pk, row.corrects = None, theirs
    row.check_record = checks.sign_check(
        by=second, kind="合成", method="video", subject=None, checklist=None, answers={}, happened_at=clock.now()
    )
    with pytest.raises(IntegrityError, match="只能更正本人"), transaction.atomic():
        row.save(force_insert=True)


def test_nobody_submits_what_is_assigned_to_somebody_else(pair: tuple[Actor, Actor]) -> None:
    first, second = pair
    assignment = drawing.assigned(drawn(first, second), first)
    for stranger in (second, employ(OFFICE, "office-supervisor", person_id=first.person_id)):
        with pytest.raises(NotAllowed):
            actions.submit_review(
                by=stranger, assignment=assignment, verdict="uncheckable", answers={}, remark="缺失缺失"
            )


def test_a_record_is_handed_over_with_a_reason_to_somebody_drawn_for_it(pair: tuple[Actor, Actor]) -> None:
    first, second = pair
    assignment = drawing.assigned(drawn(first, second), first)
    to = Appointment.objects.get(pk=second.appointment_id)
    with pytest.raises(ReviewRefused, match="事由"):
        assigning.hand_over(by=first, assignment=assignment, to=to, reason="忙")
    stranger = Appointment.objects.get(pk=officer(OFFICE).appointment_id)
    with pytest.raises(ReviewRefused, match="只能转交给抽取的"):
        assigning.hand_over(by=first, assignment=assignment, to=stranger, reason="今日轮休")
    new = assigning.hand_over(by=leader(OFFICE), assignment=assignment, to=to, reason="今日轮休")
    assert new.replaces == assignment
    assert queries.queue(first.scope, first.appointment_id) == []
    with pytest.raises(ReviewRefused, match="转交"):
        actions.submit_review(by=first, assignment=assignment, verdict="uncheckable", answers={}, remark="音视频缺失")


# --- what is found, what counts


def test_items_that_failed_become_findings_of_the_verdicts_severity(pair: tuple[Actor, Actor]) -> None:
    assignment = archive(pair[0])
    answers = normal("archive-review") | {"form-filled": Answer("fail", "申请表无签字")}
    with pytest.raises(ReviewRefused, match="有1项异常"):
        actions.submit_review(by=pair[0], assignment=assignment, verdict="normal", answers=answers)
    review = actions.submit_review(by=pair[0], assignment=assignment, verdict="serious", answers=answers)
    finding = Finding.objects.get(check_record=review.check_record)
    assert (finding.severity, finding.item, finding.provision) == ("serious", "form-filled", "5.6")
    assert review.check_record.population_id == assignment.item.population_id
    assert review.check_record.checklist.key == "archive-review"


def test_an_open_item_keeps_the_review_from_being_submitted(pair: tuple[Actor, Actor]) -> None:
    with pytest.raises(IncompleteChecklist):
        actions.submit_review(by=pair[0], assignment=archive(pair[0]), verdict="normal", answers={})


def test_a_draft_stays_until_the_review_is_submitted(pair: tuple[Actor, Actor]) -> None:
    assignment = archive(pair[0])
    actions.save_draft(by=pair[0], assignment=assignment, content={"remark": "看到一半"})
    actions.save_draft(by=pair[0], assignment=assignment, content={"remark": "看到一半了"})
    assert Draft.objects.get(assignment=assignment).content == {"remark": "看到一半了"}
    with pytest.raises(NotAllowed):
        actions.save_draft(by=officer(OFFICE), assignment=assignment, content={})
    actions.submit_review(by=pair[0], assignment=assignment, verdict="normal", answers=normal("archive-review"))
    assert not Draft.objects.exists()
    with pytest.raises(ReviewRefused, match="已经提交"):
        actions.save_draft(by=pair[0], assignment=assignment, content={})
    with pytest.raises(ReviewRefused, match="已经提交"):
        actions.submit_review(by=pair[0], assignment=assignment, verdict="normal", answers=normal("archive-review"))


def test_a_correction_keeps_both_and_is_made_by_its_author_with_a_reason(pair: tuple[Actor, Actor]) -> None:
    assignment = archive(pair[0], pair[1])
    answers = normal("archive-review")
    old = actions.submit_review(by=pair[0], assignment=assignment, verdict="normal", answers=answers)
    changed = {"verdict": "general", "answers": answers | {"filed": Answer("fail", "逾期归档")}}
    with pytest.raises(NotAllowed):
        actions.correct_review(by=pair[1], review=old, reason="看错了一页", **changed)
    with pytest.raises(CheckRefused, match="理由"):
        actions.correct_review(by=pair[0], review=old, reason="错", **changed)
    new = actions.correct_review(by=pair[0], review=old, reason="看错了一页", **changed)
    assert new.check_record.corrects == old.check_record
    assert Review.objects.get(pk=old.pk).verdict == "normal"
    assert [one.pk for one in queries.reviews(scopes.everything(), 0)] == [new.pk]
    with pytest.raises(ReviewRefused, match="已经更正"):
        actions.correct_review(by=pair[0], review=old, reason="再改一次", **changed)


# --- second looks


def test_the_drawn_slice_goes_blind_to_a_second_person_and_disagreement_reaches_the_superior(
    pair: tuple[Actor, Actor],
) -> None:
    first, second = pair
    one = uncheckable(first, drawn(first, second))
    again = Assignment.objects.get(kind=Assignment.Kind.SECOND)  # of one drawn record, 5 % rounded up is one
    assert again.appointment_id == second.appointment_id
    assert list(queries.reviews(second.scope, second.person_id)) == []
    with pytest.raises(Review.DoesNotExist):
        queries.review(second.scope, second.person_id, one.pk)
    actions.submit_review(by=second, assignment=again, verdict="serious", answers=normal(), remark="录像已被人删除")
    assert {row.pk for row in queries.reviews(second.scope, second.person_id)} >= {one.pk}
    alert = Alert.objects.get(kind="review-disagreement")
    assert alert.capacity.key == CITY
    assert "初次复核为“无法核查”，盲评二次复核为“严重问题”" in alert.text


def test_reviewers_who_agree_raise_nothing_and_are_counted(pair: tuple[Actor, Actor]) -> None:
    first, second = pair
    for number in range(2):
        item = drawn(first, second, member=f"合成-{number}")
        uncheckable(first, item)
        again = Assignment.objects.filter(item=item, kind=Assignment.Kind.SECOND).first()
        if again is not None:
            actions.submit_review(by=second, assignment=again, verdict="uncheckable", answers={}, remark="音视频缺失")
    assert not Alert.objects.filter(kind="review-disagreement").exists()
    (found,) = queries.reviewers(scopes.everything(), DAY, DAY, 1)
    assert (found.person_id, found.reviews, found.second.percent) == (first.person_id, 2, 100)
    assert found.second.kappa is None


def test_who_has_read_the_second_verdict_does_not_correct_himself_into_agreement(pair: tuple[Actor, Actor]) -> None:
    first, second = pair
    one = uncheckable(first, drawn(first, second))
    again = Assignment.objects.get(kind=Assignment.Kind.SECOND)
    told = {"verdict": "serious", "answers": normal(), "remark": "录像已被人删除"}
    other = actions.submit_review(by=second, assignment=again, **told)
    with on_the_clock(at(DAY, 20)):
        actions.correct_review(by=first, review=one, reason="看过对方结论", **told)
        (found,) = queries.reviewers(scopes.everything(), DAY, DAY, 1)
        assert (found.second.pairs, found.second.percent) == (1, 0)
        actions.correct_review(by=second, review=other, reason="看过对方结论", **told | {"verdict": "uncheckable"})
        (found,) = queries.reviewers(scopes.everything(), DAY, DAY, 1)
        assert (found.second.pairs, found.second.percent) == (1, 0)


def test_the_superior_looks_again_at_what_a_unit_has_reviewed(pair: tuple[Actor, Actor]) -> None:
    item = drawn(pair[0])
    uncheckable(pair[0], item)
    above = officer(CITY)
    with pytest.raises(ReviewRefused, match="只能重抽下级"):
        assigning.draw_again(by=pair[1], item=item)
    assignment = assigning.draw_again(by=above, item=item)
    actions.submit_review(by=above, assignment=assignment, verdict="uncheckable", answers={}, remark="确实没有录像")
    with pytest.raises(ReviewRefused, match="已经重抽"):
        assigning.draw_again(by=above, item=item)
    assert assignment.capacity_id == above.capacity_id
    (found,) = queries.reviewers(scopes.everything(), DAY, DAY, 1)
    assert found.superior.percent == 100


# --- the end of the day


def test_an_unfinished_quota_is_told_to_the_superior_once_and_settles_when_it_is_met(pair: tuple[Actor, Actor]) -> None:
    population = freeze(OFFICE, "exam-av", 20)
    scope = scopes.everything()
    assert quota.look_at_quotas(scope, DAY) == 1
    assert quota.look_at_quotas(scope, DAY) == 0
    alert = Alert.objects.get(kind="quota-unfinished")
    assert alert.capacity_id == agencies.capacity(CITY).pk
    assert "总体20件，没有抽取" in alert.text
    item = drawing.item_of(drawing.draw_of(population), "合成-1", [pair[0]])
    (progress,) = queries.progress(scope, DAY, DAY)
    assert (progress.owed, progress.done, progress.missing) == (1, 0, 1)
    uncheckable(pair[0], item)
    assert quota.look_at_quotas(scope, DAY) == 0
    alert.refresh_from_db()
    assert "全部复核" in alert.settlement.text


def test_a_mandatory_record_that_nobody_looks_at_is_told_as_well_and_stands_in_for_nothing(
    pair: tuple[Actor, Actor],
) -> None:
    draw = drawing.draw_of(freeze(OFFICE, "inspection-area", 20))
    random = drawing.item_of(draw, "合成-1", [pair[0]])
    must = drawing.item_of(draw, "合成-2", [pair[0]], part="C")
    uncheckable(pair[0], random)
    assert quota.look_at_quotas(scopes.everything(), DAY) == 1
    alert = Alert.objects.get(kind="quota-unfinished")
    assert "另有必查1件未审" in alert.text
    uncheckable(pair[0], must)
    assert quota.look_at_quotas(scopes.everything(), DAY) == 0
    alert.refresh_from_db()
    assert "全部复核" in alert.settlement.text


def test_an_unknown_population_that_is_counted_later_is_no_longer_shown_nor_alerted(pair: tuple[Actor, Actor]) -> None:
    unknown = freeze(OFFICE, "exam-av", None)
    scope = scopes.everything()
    quota.look_at_quotas(scope, DAY)
    alert = Alert.objects.get(kind="quota-unfinished")
    assert "总体未知，没有抽取" in alert.text
    counted = Population.objects.create(
        capacity=unknown.capacity, kind="exam-av", day=DAY, part=1, state="counted", size=20, digest="0" * 64,
        source="合成的业务系统", frozen_at=clock.now(),
    )  # fmt: skip
    (found,) = queries.progress(scope, DAY, DAY)
    assert (found.population_id, found.size) == (counted.pk, 20)
    assert quota.look_at_quotas(scope, DAY) == 1
    alert.refresh_from_db()
    assert "重新清点" in alert.settlement.text


def test_progress_counts_records_and_seconds_of_the_random_part(pair: tuple[Actor, Actor]) -> None:
    item = drawn(pair[0], media=True)
    drawing.copy_of(drawing.recording_of(item), seconds=120)
    extra = drawing.item_of(drawing.draw_of(item.population), "合成-2", pair, part="B")
    drawing.assigned(extra, pair[0])
    (found,) = queries.progress(scopes.everything(), DAY, DAY)
    assert (found.owed, found.extra, found.owed_ms, found.done_ms) == (1, 1, 120_000, 0)
    assert found.title == "考试音视频"
