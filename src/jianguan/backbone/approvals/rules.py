"""Approvals (审批): states, verbs, whose turn it is, who may not sign. Pure decisions on plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jianguan.kit.personal import IDENTITY, MOBILE, holds, replaced
from jianguan.kit.words import Words

LONGEST_TEXT = 4000
LONGEST_LINE = 300
MOST_CHANGES = 100
SHORTEST_REASON = 4


class State(Words):
    """Where an application stands."""

    DELIVERING = "delivering", "待移交"
    DONE = "done", "办结"
    EXECUTING = "executing", "待执行"
    FAILED = "failed", "验证不符"
    REFUSED = "refused", "不予同意"
    RETURNED = "returned", "退回补正"
    ROLLED_BACK = "rolled-back", "已回退"
    SIGNING = "signing", "审批中"
    VERIFYING = "verifying", "待验证"
    WITHDRAWN = "withdrawn", "已撤回"


class Verb(Words):
    """What is done to an application. Alphabetical."""

    REFUSE = "refuse", "不予同意"
    RETURN = "return", "退回补正"
    ROLL_BACK = "roll-back", "回退"
    SIGN = "sign", "签署"
    SUBMIT = "submit", "申请"
    WITHDRAW = "withdraw", "撤回"


BY_PHASE: Mapping[str, State] = {
    "approve": State.SIGNING,
    "execute": State.EXECUTING,
    "verify": State.VERIFYING,
    "deliver": State.DELIVERING,
}
SIGN_WORDS: Mapping[str, str] = {"approve": "签署同意", "execute": "执行", "verify": "验证", "deliver": "移交"}
OPEN = frozenset(BY_PHASE.values())
ENDED = frozenset({State.DONE, State.REFUSED, State.ROLLED_BACK, State.WITHDRAWN})
AT_A_SEAT = frozenset({Verb.REFUSE, Verb.RETURN, Verb.SIGN})


@dataclass(frozen=True, slots=True)
class Place:
    """One seat of the plan of a round: ``order`` of its stage from 1, and what the flow says of it."""

    order: int
    stage: str
    seat: str
    phase: str
    capacity_id: int
    permission: str
    branch: str = ""
    named: str = ""
    chooses: bool = False

    @property
    def key(self) -> str:
        """Stage and seat: the same in every round."""
        return f"{self.stage}/{self.seat}"


@dataclass(frozen=True, slots=True)
class Act:
    """One earlier step: who did what, at which seat (key), in which round; ``names`` are persons named by it."""

    verb: Verb
    person_id: int
    round: int
    seat: str = ""
    capacity_id: int = 0
    names: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an application when somebody wants to act on it."""

    plan: Sequence[Place]
    acts: Sequence[Act]
    round: int = 1
    branch: str = ""
    state: State = State.SIGNING
    locked: bool = False


def active(standing: Standing) -> list[Place]:
    """The seats of this round's way: those of the chosen branch and those of every branch."""
    return [one for one in standing.plan if one.branch in {"", standing.branch}]


def signed(standing: Standing) -> set[tuple[str, int]]:
    """Seats (key, unit) that were filled in this round."""
    return {
        (one.seat, one.capacity_id)
        for one in standing.acts
        if one.verb is Verb.SIGN and one.round == standing.round
    }  # fmt: skip


def missing(standing: Standing) -> list[Place]:
    """The seats not filled yet, in their order."""
    filled = signed(standing)
    return sorted(
        (one for one in active(standing) if (one.key, one.capacity_id) not in filled), key=lambda one: one.order
    )


def open_seats(standing: Standing) -> list[Place]:
    """The seats whose turn it is: all missing ones of the first stage that misses any; none where it is over."""
    if standing.state not in OPEN:
        return []
    left = missing(standing)
    return [one for one in left if one.order == left[0].order]


def position(plan: Sequence[Place], acts: Sequence[Act], current: int, branch: str) -> tuple[State, int | None]:
    """The state and the order of the stage that seats and signatures of a round give; ``DONE, None`` at the end."""
    left = missing(Standing(plan, acts, current, branch))
    return (BY_PHASE[left[0].phase], left[0].order) if left else (State.DONE, None)


def barred(standing: Standing, place: Place, person_id: int) -> str | None:
    """Why a person may never act at a seat of this application, in no capacity (a Chinese sentence), or None."""
    own = [one for one in standing.acts if one.person_id == person_id]
    if any(one.verb is Verb.SUBMIT for one in own):
        return "申请人不得审批、执行或验证本人的申请，换一个履职身份也不可以"
    if any(one.verb in AT_A_SEAT and (one.seat != place.key or one.round == standing.round) for one in own):
        return "同一人在一件申请中只能签署一处，换一个履职身份也不可以"
    if place.named:
        named = [
            one.names[place.named]
            for one in standing.acts
            if one.round == standing.round and one.names and place.named in one.names
        ]
        if not named or named[-1] != person_id:
            return "该环节由指定的人员办理，本人不是被指定的人员"
    return None


def seat_refusal(
    *, verb: Verb, standing: Standing, place: Place | None, person_id: int, capacity_id: int, text: str
) -> str | None:
    """Why somebody cannot sign, return or refuse at a seat now (a Chinese sentence), or None."""
    if place is None or place.capacity_id != capacity_id:
        return f"当前身份不能对该申请“{verb.word}”"
    if place not in open_seats(standing):
        return "还没有轮到这一环节，或者已经签署，请刷新后再办"
    if why := barred(standing, place, person_id):
        return why
    begun = _executed(standing)
    late = begun or place.phase not in {"approve", "execute"}
    problems = {
        f"“{verb.word}”须写明理由，至少{SHORTEST_REASON}个字": verb is not Verb.SIGN
        and len(text.strip()) < SHORTEST_REASON,
        "已经执行的申请不能退回补正": verb is Verb.RETURN and late,
        "已经执行的申请不能再不予同意，请验证或者回退": verb is Verb.REFUSE and begun and place.phase != "deliver",
    }
    return next((words for words, holds in problems.items() if holds), None)


def _executed(standing: Standing) -> bool:
    filled = signed(standing)
    return any(one.phase == "execute" and (one.key, one.capacity_id) in filled for one in standing.plan)


def withdrawal_refusal(*, standing: Standing, own: bool, text: str) -> str | None:
    """Why the applicant's unit cannot withdraw (撤回), or None: not under 首接责任, not after approval."""
    problems = {
        "只有申请单位可以撤回": not own,
        f"该申请现为“{standing.state.word}”，不能撤回": standing.state not in {State.SIGNING, State.RETURNED},
        "该申请实行首接责任制，办理完毕之前首接单位不得撤回": standing.locked,
        f"撤回须写明理由，至少{SHORTEST_REASON}个字": len(text.strip()) < SHORTEST_REASON,
    }
    return next((words for words, holds in problems.items() if holds), None)


def correction_refusal(*, standing: Standing, own: bool, person_id: int) -> str | None:
    """Why the applicant's unit cannot submit a correction (补正), or None: nobody who acted at a seat."""
    if not own:
        return "只有申请单位可以补正"
    if standing.state is not State.RETURNED:
        return f"该申请现为“{standing.state.word}”，不能补正，请刷新后再办"
    if any(one.person_id == person_id and one.verb in AT_A_SEAT for one in standing.acts):
        return "签署过该申请的人员不能再作申请人，换一个履职身份也不可以"
    return None


def rollback_refusal(*, standing: Standing, capacity_id: int, person_id: int, text: str) -> str | None:
    """Why somebody cannot roll back (回退) what failed its verification, or None: not the verifier."""
    executes = {one.capacity_id for one in active(standing) if one.phase == "execute"}
    verifies = {one.key for one in standing.plan if one.phase == "verify"}
    problems = {
        "只有验证不符的申请才能回退": standing.state is not State.FAILED,
        "回退由执行单位办理": capacity_id not in executes,
        "验证人不能回退": any(one.person_id == person_id and one.seat in verifies for one in standing.acts),
        "申请人不能回退": any(one.person_id == person_id and one.verb is Verb.SUBMIT for one in standing.acts),
        f"须写明回退说明，至少{SHORTEST_REASON}个字": len(text.strip()) < SHORTEST_REASON,
    }
    return next((words for words, holds in problems.items() if holds), None)


def personal(value: str) -> bool:
    """Whether a value holds an identity number (15 or 18 characters) or a mobile number."""
    return holds(value, IDENTITY, MOBILE)


def concealed(text: str) -> str:
    """Free text as readers see it until it is revealed: identity and mobile numbers in it masked, all else as it is."""
    return replaced(replaced(text, IDENTITY, masked), MOBILE, masked)


def masked(value: str) -> str:
    """What is shown of a sensitive value until it is revealed: at most its first and last characters."""
    if len(value) >= 8:
        return value[:2] + "*" * min(len(value) - 4, 12) + value[-2:]
    return value[:1] + "*" * max(len(value) - 1, 2) if value else ""


def changes_problem(changes: Sequence[Mapping[str, Any]]) -> str | None:
    """Why values before and after (修改前后) cannot be kept, or None."""
    names = [one["field"] for one in changes]
    problems = {
        "请至少填写一项修改内容": not changes,
        f"修改内容不能多于{MOST_CHANGES}项": len(changes) > MOST_CHANGES,
        "每项修改都须写明字段": not all(names),
        "同一字段填写了两次": len(names) != len(set(names)),
        "修改前后的内容相同": any(one["before"] == one["after"] for one in changes),
        f"每格不能超过{LONGEST_LINE}个字": any(
            len(one[name]) > LONGEST_LINE for one in changes for name in ("field", "before", "after")
        ),
    }
    return next((words for words, holds in problems.items() if holds), None)


def distinct(acts: Iterable[Act], current: int) -> bool:
    """Whether nobody signed twice in a round and nobody signed what he submitted: what every end must show."""
    signs = [one.person_id for one in acts if one.verb is Verb.SIGN and one.round == current]
    applicants = {one.person_id for one in acts if one.verb is Verb.SUBMIT}
    return len(signs) == len(set(signs)) and not applicants & set(signs)
