"""The pure engine of approvals: on no way is anything approved without every signature, each of another person."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jianguan.backbone.approvals import rules
from jianguan.backbone.approvals.rules import Act, Place, Standing, State, Verb

UNITS = (1, 2, 3)
PEOPLE = tuple(range(10, 17))
APPLICANT = 10
MOSTLY = [Verb.SIGN] * 6


@st.composite
def plans(draw: Any) -> list[Place]:
    """Two to five stages of one or two seats each, phases in order, some of a branch."""
    phases = sorted(draw(st.lists(st.sampled_from(["approve", "execute", "verify"]), min_size=1, max_size=4)))
    found = []
    for order, phase in enumerate(["approve", *phases], start=1):
        branch = draw(st.sampled_from(["", "", "a", "b"])) if order > 1 else ""
        for seat in range(draw(st.integers(1, 2))):
            unit = draw(st.sampled_from(UNITS))
            found.append(Place(order, f"s{order}", f"p{seat}", phase, unit, "any", branch))
    return found


ATTEMPTS = st.lists(
    st.tuples(
        st.integers(0, 11), st.sampled_from(PEOPLE), st.sampled_from([Verb.SIGN] * 6 + [Verb.RETURN, Verb.REFUSE])
    ),
    max_size=60,
)


@settings(max_examples=400)
@given(plans(), ATTEMPTS, st.sampled_from(["a", "b"]))
def test_no_way_ends_without_every_signature_of_different_persons(
    plan: list[Place], attempts: list[tuple[int, int, Verb]], branch: str
) -> None:
    acts = [Act(Verb.SUBMIT, APPLICANT, 1)]
    current, state = 1, rules.position(plan, acts, 1, branch)[0]
    for number, person, verb in attempts:
        if state is State.RETURNED:
            current += 1
            acts.append(Act(Verb.SUBMIT, APPLICANT, current))
            state = rules.position(plan, acts, current, branch)[0]
        place = plan[number % len(plan)]
        standing = Standing(plan, acts, current, branch, state)
        why = rules.seat_refusal(
            verb=verb, standing=standing, place=place, person_id=person, capacity_id=place.capacity_id, text="写明理由"
        )
        if why is not None:
            continue
        before = rules.missing(standing)
        if place.phase != "approve":
            assert all(one.phase != "approve" for one in before), "something was executed before it was approved"
        acts.append(Act(verb, person, current, place.key, place.capacity_id))
        state = {Verb.RETURN: State.RETURNED, Verb.REFUSE: State.REFUSED}.get(
            verb, rules.position(plan, acts, current, branch)[0]
        )
        if state in rules.ENDED:
            break
    if state is State.DONE:
        wanted = {(one.key, one.capacity_id) for one in plan if one.branch in {"", branch}}
        signs = [one for one in acts if one.verb is Verb.SIGN and one.round == current]
        assert {(one.seat, one.capacity_id) for one in signs} == wanted
        assert len({one.person_id for one in signs}) == len(signs) == len(wanted)
        assert APPLICANT not in {one.person_id for one in signs}


@given(plans(), st.sampled_from(["a", "b"]))
def test_with_enough_people_every_way_can_be_gone_to_its_end(plan: list[Place], branch: str) -> None:
    acts = [Act(Verb.SUBMIT, APPLICANT, 1)]
    state, person = rules.position(plan, acts, 1, branch)[0], 100
    while state is not State.DONE:
        place = rules.open_seats(Standing(plan, acts, 1, branch, state))[-1]
        acts.append(Act(Verb.SIGN, person, 1, place.key, place.capacity_id))
        state, person = rules.position(plan, acts, 1, branch)[0], person + 1
    assert rules.missing(Standing(plan, acts, 1, branch)) == []


@given(st.text(max_size=40))
def test_a_mask_shows_at_most_four_characters_and_never_all(value: str) -> None:
    hidden = rules.masked(value)
    if value:
        assert "*" in hidden
        assert sum(one != "*" for one in hidden) <= 4
    assert not rules.personal(hidden)


def test_numbers_of_persons_and_telephones_are_taken_for_personal() -> None:
    assert all(rules.personal(one) for one in ("220102199001011234", "身份证22010219900101123X", "电话13912345678"))
    assert not any(rules.personal(one) for one in ("吉A12345", "2026-02-28", "LSVAA4187E2123456"))
