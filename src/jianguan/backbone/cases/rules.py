"""The life cycle of cases (事项): kinds, states, verbs, who may do what when. Pure decisions on plain values."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jianguan.kit.words import Words


class State(Words):
    """Where a case stands."""

    ASSIGNED = "assigned", "交办"
    CLOSED = "closed", "办结"
    OPENED = "opened", "立项"
    RECEIVED = "received", "签收"
    REVIEWED = "reviewed", "复核"
    SUBMITTED = "submitted", "提交"
    WORKING = "working", "办理"


class Severity(Words):
    """How serious."""

    GENERAL = "general", "一般"
    SERIOUS = "serious", "严重"


class Side(Words):
    """As what somebody acts on a case."""

    COPIED = "copied", "抄送"
    HANDLER = "handler", "办理单位"
    HELPER = "helper", "协办单位"
    ISSUER = "issuer", "交办单位"
    SIGNATORY = "signatory", "会签单位"
    SUPERIOR = "superior", "上级单位"
    SYSTEM = "system", "系统"


class Term(Words):
    """What a deadline is for."""

    ANSWER = "answer", "首次答复"
    FINISH = "finish", "办结"
    SIGN = "sign", "签收"


class Rung(Words):
    """The ladder of a deadline, in the order it is climbed."""

    WARN = "warn", "到期提醒"
    RED = "red", "逾期"
    CHASE = "chase", "催办"
    SUPERIOR = "superior", "报上级"
    BULLETIN = "bulletin", "列入通报"
    TAKEN_OVER = "taken-over", "接办提醒"  # beside the ladder: to each unit that takes over what others were told of


class Verb(Words):
    """What is done to a case. Alphabetical."""

    ANSWER = "answer", "首次答复"
    ASSIGN = "assign", "交办"
    CHASE = "chase", "催办"
    CLOSE = "close", "办结"
    COPY = "copy", "抄送"
    COUNTERSIGN = "countersign", "会签"
    DECIDE_EXTENSION = "decide-extension", "延期决定"
    DECIDE_OBJECTION = "decide-objection", "申诉决定"
    FAIL_RECHECK = "fail-recheck", "回查不合格"
    HAND_OVER = "hand-over", "移交"
    HELP = "help", "协办"
    LIST = "list", "挂牌督办"
    NOTE = "note", "补充情况"
    OBJECT = "object", "申诉"
    OPEN = "open", "立项"
    OPINE = "opine", "会签意见"
    PASS = "pass", "复核通过"
    RECEIVE = "receive", "签收"
    REFUSE = "refuse", "退回交办"
    REOPEN = "reopen", "重开"
    REQUEST_EXTENSION = "request-extension", "申请延期"
    RETURN = "return", "退回整改"
    SPLIT = "split", "分解"
    SUBMIT = "submit", "提交"
    SUPERVISE = "supervise", "督办"
    TRANSFER = "transfer", "转办"
    WORK = "work", "办理"


LONGEST_TITLE, LONGEST_TEXT, LONGEST_DATA = 200, 20_000, 100_000
"""Letters of a title, of a text, and of everything else a step carries; more belongs into an attachment."""

LIVE = frozenset(State) - {State.CLOSED}
IN_HAND = frozenset({State.RECEIVED, State.WORKING})


@dataclass(frozen=True, slots=True)
class Move:
    """One verb: on which states, by which sides, to which state (None: the state stays)."""

    states: frozenset[State]
    sides: frozenset[Side]
    to: State | None = None
    wants_text: bool = False


def _move(states: Iterable[State], sides: Iterable[Side], to: State | None = None, *, text: bool = False) -> Move:
    return Move(frozenset(states), frozenset(sides), to, text)


MOVES: Mapping[Verb, Move] = {
    Verb.ANSWER: _move(IN_HAND | {State.ASSIGNED}, [Side.HANDLER], State.WORKING, text=True),
    Verb.ASSIGN: _move([State.OPENED], [Side.ISSUER], State.ASSIGNED),
    Verb.CHASE: _move(LIVE, [Side.ISSUER, Side.SUPERIOR], text=True),
    Verb.CLOSE: _move([State.REVIEWED], [Side.ISSUER], State.CLOSED),
    Verb.COPY: _move(LIVE, [Side.ISSUER, Side.HANDLER, Side.SUPERIOR]),
    Verb.COUNTERSIGN: _move(IN_HAND, [Side.HANDLER], text=True),
    Verb.DECIDE_EXTENSION: _move(LIVE, [Side.ISSUER], text=True),
    Verb.DECIDE_OBJECTION: _move(frozenset(State), [Side.SUPERIOR, Side.ISSUER], text=True),
    Verb.FAIL_RECHECK: _move([State.CLOSED], [Side.ISSUER, Side.SUPERIOR], State.WORKING, text=True),
    Verb.HAND_OVER: _move(LIVE, [Side.SUPERIOR, Side.ISSUER], text=True),
    Verb.HELP: _move(IN_HAND, [Side.HANDLER, Side.ISSUER], text=True),
    Verb.LIST: _move(LIVE, [Side.ISSUER, Side.SUPERIOR], text=True),
    Verb.NOTE: _move(LIVE, [Side.ISSUER, Side.HANDLER, Side.HELPER, Side.SUPERIOR], text=True),
    Verb.OBJECT: _move(frozenset(State) - {State.OPENED}, [Side.HANDLER], text=True),
    Verb.OPINE: _move(LIVE, [Side.SIGNATORY], text=True),
    Verb.PASS: _move([State.SUBMITTED], [Side.ISSUER], State.REVIEWED, text=True),
    Verb.RECEIVE: _move([State.ASSIGNED], [Side.HANDLER], State.RECEIVED),
    Verb.REFUSE: _move([State.ASSIGNED, State.RECEIVED], [Side.HANDLER], State.OPENED, text=True),
    Verb.REOPEN: _move([State.CLOSED], [Side.ISSUER, Side.SUPERIOR], State.WORKING, text=True),
    Verb.REQUEST_EXTENSION: _move(IN_HAND, [Side.HANDLER], text=True),
    Verb.RETURN: _move([State.SUBMITTED, State.REVIEWED], [Side.ISSUER], State.WORKING, text=True),
    Verb.SPLIT: _move(IN_HAND | {State.OPENED}, [Side.ISSUER, Side.HANDLER], text=True),
    Verb.SUBMIT: _move(IN_HAND, [Side.HANDLER], State.SUBMITTED, text=True),
    Verb.SUPERVISE: _move(LIVE, [Side.ISSUER, Side.SUPERIOR], text=True),
    Verb.TRANSFER: _move(IN_HAND | {State.ASSIGNED}, [Side.HANDLER], State.ASSIGNED, text=True),
    Verb.WORK: _move(IN_HAND, [Side.HANDLER, Side.HELPER], State.WORKING, text=True),
}
"""Every verb but ``open``, the widest that any flow allows; the database holds the same (``cases_moves``).

A system step never moves a state: silence approves nothing.
"""

DONE_BY_HANDLER = frozenset({Verb.ANSWER, Verb.SUBMIT, Verb.WORK})
"""Acts that nobody may review afterwards who did them, in whatever capacity."""
REVIEWS = frozenset(
    {Verb.CLOSE, Verb.DECIDE_EXTENSION, Verb.DECIDE_OBJECTION, Verb.FAIL_RECHECK, Verb.PASS, Verb.RETURN}
)
ENDS = frozenset({Verb.CLOSE, Verb.PASS, Verb.SUBMIT})
"""What a case with parts does only after all of them are closed."""
ASKED_BY = {Verb.DECIDE_EXTENSION: Verb.REQUEST_EXTENSION, Verb.DECIDE_OBJECTION: Verb.OBJECT}
"""What nobody decides who asked for it himself, in whatever capacity."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Something a submission must say beside its text; ``choices`` where it is one of a list."""

    label: str
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of case in one version of its flow: its word, its deadlines and what it must hold when opened.

    ``finish``/``serious``/``answer`` are keys of deadline parameters. ``outcomes`` are what a submission must choose
    from; by outcome: what ``asks`` for more, ``opinion``: needs a countersigning unit's consent, ``record``: needs a
    file laid to the case. ``moves``: its verbs, no wider than ``MOVES``.
    """

    word: str
    finish: str
    flow: int = 1
    serious: str = ""
    answer: str = ""
    sign: str = "deadline.sign"
    outcomes: Mapping[str, str] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    asks: Mapping[str, Mapping[str, Ask]] = field(default_factory=dict)
    opinion: Mapping[str, str] = field(default_factory=dict)
    record: Mapping[str, str] = field(default_factory=dict)
    locked: bool = False
    moves: Mapping[Verb, Move] = field(default_factory=lambda: MOVES)


LEARNER = "learner"
"""Key of the pseudonym of a learner in what a case holds; the identity number itself never stands in a case."""
PSEUDONYM = re.compile(r"[0-9a-f]{32}")

MEASURES = {
    "talk": "谈话提醒",
    "circular": "通报批评",
    "suspend": "停岗",
    "disqualify": "取消资格",
    "transfer": "移送督察、纪检",
}
TRUE_OR_NOT = {"excluded": "排除", "partly": "部分属实", "true": "属实"}

KINDS: Mapping[str, Kind] = {
    "anomaly": Kind("异常核查", "deadline.verify", outcomes=TRUE_OR_NOT),
    "back-tracing": Kind(
        "责任倒查",
        "deadline.rectify",
        outcomes={"found": "查明责任", "none": "未发现责任"},
        asks={
            "found": {
                "who": Ask("责任单位和人员、岗位"),
                "breach": Ask("违反的条款或规定"),
                "measure": Ask("处理措施", MEASURES),
            }
        },
    ),
    "complaint": Kind("投诉举报", "deadline.complaint", answer="deadline.complaint-answer", outcomes=TRUE_OR_NOT),
    "exposure": Kind(
        "曝光",
        "deadline.notify",
        outcomes={"published": "已曝光", "dropped": "不予曝光"},
        opinion={"published": "曝光前须经法制审核并隐去个人信息：请先会签，各会签单位最后的意见都是“同意”才能提交"},
    ),
    "interview": Kind(
        "约谈",
        "deadline.rectify",
        outcomes={"held": "已约谈", "absent": "未到场"},
        record={"held": "已约谈的须附约谈记录，请先随“办理”或“补充情况”上传"},
    ),
    "maintenance": Kind("数据需求", "deadline.maintenance", locked=True),
    "rectification": Kind(
        "整改",
        "deadline.rectify",
        serious="deadline.rectify-serious",
        outcomes={"done": "已整改", "partly": "部分整改"},
    ),
    "substitute-learner": Kind("替学核查", "deadline.verify", outcomes=TRUE_OR_NOT, needs=frozenset({LEARNER})),
    "supervised": Kind("督办", "deadline.supervised", outcomes=TRUE_OR_NOT),
}


FLOWS: Mapping[tuple[str, int], Kind] = {(key, kind.flow): kind for key, kind in KINDS.items()}
"""All versions of all kinds. Who changes a kind moves what it was here, with its number, and gives the new the next."""


def kind_of(kind: str, flow: int) -> Kind:
    """The rules that a case was opened under and goes on under. Raises KeyError for a version there never was."""
    return FLOWS[kind, flow]


@dataclass(frozen=True, slots=True)
class Acted:
    """An earlier step: who did what; ``below``: on a part of the case."""

    person_id: int | None
    verb: Verb
    below: bool = False


def data_problem(kind: Kind, data: Mapping[str, Any]) -> str | None:
    """Why a case of a kind cannot hold this (a Chinese sentence), or None."""
    if missing := kind.needs - set(data):
        return f"缺少专项内容：{'、'.join(sorted(missing))}"
    if LEARNER in data and not PSEUDONYM.fullmatch(str(data[LEARNER])):
        return "学员须以化名登记，不得写入身份证明号码"
    return None


def submission_problem(
    kind: Kind, outcome: str, data: Mapping[str, Any], *, opinions: Iterable[bool], recorded: bool
) -> str | None:
    """Why a result cannot be submitted (a Chinese sentence), or None.

    ``data``: what was said beside the text; ``opinions``: of every unit that was asked, whether it agrees.
    """
    if (kind.outcomes and outcome not in kind.outcomes) or (not kind.outcomes and outcome):
        return "请选择办理结论"
    for name, ask in kind.asks.get(outcome, {}).items():
        said = str(data.get(name, "")).strip()
        if not said or (ask.choices and said not in ask.choices):
            return f"“{kind.outcomes[outcome]}”的，须写明{ask.label}"
    if problem := consent_problem(kind, outcome, opinions):
        return problem
    if outcome in kind.record and not recorded:
        return kind.record[outcome]
    return None


def consent_problem(kind: Kind, outcome: str, opinions: Iterable[bool]) -> str | None:
    """Why a result lacks the consent it needs (a Chinese sentence), or None; nobody asked is no consent."""
    given = list(opinions)
    return kind.opinion[outcome] if outcome in kind.opinion and not (given and all(given)) else None


def words_problem(*, title: str = "", text: str = "", data: int = 0) -> str | None:
    """Why words cannot be kept (a Chinese sentence), or None. ``data``: letters of everything else."""
    if len(title) > LONGEST_TITLE:
        return f"标题不能超过{LONGEST_TITLE}个字"
    if len(text) > LONGEST_TEXT:
        return f"内容不能超过{LONGEST_TEXT}个字（现有{len(text)}个字），请把明细放进附件"
    if data > LONGEST_DATA:
        return "专项内容过长，请把明细放进附件"
    return None


def refusal(
    *,
    kind: Kind,
    verb: Verb,
    state: State,
    side: Side | None,
    locked: bool,
    person_id: int,
    steps: Iterable[Acted],
    text: str,
    open_parts: int = 0,
) -> str | None:
    """Why a verb is not possible now (a Chinese sentence), or None when it is.

    ``steps`` are all earlier steps, those on parts of the case marked. Nobody reviews what he did himself, or what he
    did on a part of it, in whatever capacity; an opinion comes from somebody who does nothing else on the case; a case
    under 首接责任 is neither refused nor transferred; a whole does not end before its ``open_parts``.
    """
    move = kind.moves.get(verb)
    if move is None or side is None or side not in move.sides:
        return f"当前身份不能对该事项“{verb.word}”"
    if state not in move.states:
        return f"该事项现为“{state.word}”，不能“{verb.word}”，请刷新后再办"
    if locked and verb in {Verb.REFUSE, Verb.TRANSFER}:
        return "该事项实行首接责任制，首接单位不得退回或转办"
    if move.wants_text and not text.strip():
        return f"“{verb.word}”须写明情况或理由"
    if verb in ENDS and open_parts:
        return f"还有{open_parts}件子事项没有办结，不能“{verb.word}”"
    return _own_work(verb, [one for one in steps if one.person_id == person_id])


def _own_work(verb: Verb, done: list[Acted]) -> str | None:
    """Why somebody who did this on the case and its parts cannot take the verb, or None."""
    own = {one.verb for one in done if not one.below}
    if verb in REVIEWS and own & DONE_BY_HANDLER:
        return "本人办理的事项须由他人复核，换一个履职身份也不可以"
    if verb in REVIEWS and {one.verb for one in done} & DONE_BY_HANDLER:
        return "本人办理过子事项，主事项须由他人复核，换一个履职身份也不可以"
    if verb is Verb.OPINE and own - {Verb.OPINE}:
        return "会签意见须由没有参与办理该事项的人员提出，换一个履职身份也不可以"
    if verb in DONE_BY_HANDLER | REVIEWS and Verb.OPINE in own:
        return "本人已对该事项提出会签意见，不能再办理或复核，换一个履职身份也不可以"
    asked = ASKED_BY.get(verb)
    return f"本人提出的“{asked.word}”须由他人决定，换一个履职身份也不可以" if asked in own and asked else None


def upheld_to(state: State, *, submitted: bool) -> State:
    """Where an upheld objection leads a case. ``submitted``: a result lies there since it was given out.

    Without a result it goes back to whoever ordered it. With one it is reviewed (again); a review or return that fell
    is done anew. A closed case stays so until the reopening, a step of its own.
    """
    if state in {State.CLOSED, State.SUBMITTED}:
        return state
    return State.WORKING if submitted else State.OPENED
