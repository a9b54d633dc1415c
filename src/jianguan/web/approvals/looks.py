"""What the pages of approvals show: rows of the list, the drawn route, values in words, masked or clear."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from jianguan.backbone.approvals import queries, rules
from jianguan.backbone.approvals.flows import Blank, Flow
from jianguan.backbone.approvals.models import Application, Content, StageDue, Step
from jianguan.backbone.approvals.planning import definition
from jianguan.backbone.approvals.printing import outcome, shown
from jianguan.backbone.approvals.queries import RouteStage
from jianguan.backbone.approvals.rules import ENDED, State, Verb
from jianguan.kit import clock

TONES = {
    State.DELIVERING: "info",
    State.DONE: "neutral",
    State.EXECUTING: "info",
    State.FAILED: "bad",
    State.REFUSED: "bad",
    State.RETURNED: "warn",
    State.ROLLED_BACK: "bad",
    State.SIGNING: "info",
    State.VERIFYING: "info",
    State.WITHDRAWN: "neutral",
}
PHASES = {"approve": "审批", "execute": "执行", "verify": "验证", "deliver": "移交"}
ICONS = {
    Verb.REFUSE: "ban",
    Verb.RETURN: "alert-triangle",
    Verb.ROLL_BACK: "alert-triangle",
    Verb.SIGN: "check",
    Verb.SUBMIT: "send",
    Verb.WITHDRAW: "x",
}
NONE = ("", "（没有）", None)
BAD = {Verb.REFUSE: "bad", Verb.RETURN: "warn", Verb.ROLL_BACK: "bad"}


def last_day(due: dt.datetime | None) -> dt.date | None:
    """The last day in time; the deadline itself is the first instant too late."""
    return (due - dt.timedelta(microseconds=1)).astimezone(clock.CHINA).date() if due else None


def rows(found: Sequence[Application]) -> list[dict[str, Any]]:
    """Rows of the list with the stage at which each stands and its deadline."""
    dues, now = queries.standing_dues(found), clock.now()
    flows = {one.flow_id: definition(one.flow) for one in found}
    return [_row(one, flows[one.flow_id], dues.get(one.pk), now) for one in found]


def _row(one: Application, flow: Flow, due: StageDue | None, now: dt.datetime) -> dict[str, Any]:
    state = State(one.state)
    over = state in ENDED
    stage = flow.stages[one.stage - 1].title if one.stage else "补正" if state is State.RETURNED else ""
    return {
        "one": one,
        "title": rules.concealed(one.title),
        "state": state.word,
        "tone": TONES[state],
        "stage": stage,
        "last_day": None if over or due is None else last_day(due.due_at),
        "late": not over and due is not None and due.due_at <= now,
    }


def drawn(route: Sequence[RouteStage], branches: Mapping[str, str], *, ended: bool) -> list[dict[str, Any]]:
    """The route as it is drawn: each stage with who signed, what is missing, its clause and deadline.

    ``branches`` are words of branches between which nobody has chosen yet.
    """
    now = clock.now()
    return [
        {
            "title": one.title,
            "phase": PHASES[one.phase],
            "branch": branches.get(one.branch, ""),
            "provision": one.provision,
            "state": "done" if one.done else "open" if one.open else "never" if ended else "later",
            "last_day": last_day(one.due.due_at) if one.due else None,
            "late": one.due is not None and not one.done and not ended and one.due.due_at <= now,
            "signatures": one.signatures,
            "missing": "、".join(
                f"{seat.word}（{seat.capacity.title}）" for seat in one.signatures if seat.step is None
            ),
        }
        for one in route
    ]


def told(steps: Sequence[Step], flow: Flow, *, clear: bool) -> list[dict[str, Any]]:
    """Every step as the story of the application, newest last."""
    found = []
    for step in steps:
        verb = Verb(step.verb)
        stage = flow.stage(step.seat.stage) if step.seat else None
        seat = flow.seat(step.seat.stage, step.seat.seat) if step.seat else None
        word = rules.SIGN_WORDS[stage.phase] if stage and verb is Verb.SIGN else verb.word
        if verb is Verb.SUBMIT:
            word = "申请" if step.version == 1 else "补正后再次申请"
        title = f"{stage.title}：{word}" if stage else word
        result = outcome(step)
        branch = flow.branches.get(step.branch, "") if step.seat and step.seat.chooses and verb is Verb.SIGN else ""
        found.append(
            {
                "step": step,
                "title": title,
                "who": f"{step.post_title} {step.person_name}",
                "icon": ICONS[verb],
                "tone": "bad" if result == "验证不符" else BAD.get(verb, "neutral"),
                "outcome": result,
                "branch": branch,
                "text": free(step.text, clear=clear) if verb is not Verb.SUBMIT else "",
                "values": _values(seat.fields if seat else (), step.data.get("values", {}), clear=clear),
            }
        )
    return found


def asked_for(content: Content, flow: Flow, *, clear: bool) -> list[dict[str, Any]]:
    """What the applicant filled in, as label and words."""
    return _values(flow.fields, content.data, clear=clear)


def _values(blanks: Sequence[Blank], values: Mapping[str, Any], *, clear: bool) -> list[dict[str, Any]]:
    return [
        {
            "label": blank.label,
            "value": shown(blank, values[blank.name], clear=clear),
            "file": _named(values[blank.name], clear=clear) if blank.kind == "file" else None,
            "digest": _named(values[blank.name], clear=clear) if blank.kind == "digest" else None,
            "sensitive": blank.sensitive,
        }
        for blank in blanks
        if values.get(blank.name)
    ]


def _named(file: Mapping[str, Any], *, clear: bool) -> dict[str, Any]:
    return {**file, "name": free(str(file["name"]), clear=clear)}


def free(text: str, *, clear: bool) -> str:
    """Free text for readers: numbers of persons in it masked unless ``clear``."""
    return text if clear else rules.concealed(text)


def changes(content: Content, *, clear: bool) -> list[dict[str, Any]]:
    """Values before and after; sensitive ones masked unless ``clear``."""
    return [
        row
        | {"field": free(row["field"], clear=clear)}
        | {
            name: row[name] if clear or not row["sensitive"] else rules.masked(row[name])
            for name in ("before", "after")
        }
        for row in content.changes
    ]


def earlier(contents: Sequence[Content], flow: Flow, *, clear: bool) -> list[dict[str, Any]]:
    """Every round but the last, newest first: what was changed from it to the round that followed."""
    found = []
    for old, new in pairwise(contents):
        before, after = _lines(old, flow, clear=clear), _lines(new, flow, clear=clear)
        keys = list(before | after)
        found.append(
            {
                "round": old.round,
                "next": new.round,
                "digest": old.digest,
                "lines": [
                    {"label": side[0], "before": before.get(key, NONE)[1], "after": after.get(key, NONE)[1]}
                    for key in keys
                    if before.get(key, NONE)[2] != after.get(key, NONE)[2]
                    for side in (before.get(key) or after[key],)
                ],
            }
        )
    return found[::-1]


def _lines(content: Content, flow: Flow, *, clear: bool) -> dict[str, tuple[str, str, Any]]:
    """What was applied for, line by line: label, words, and the value by which two rounds are compared."""
    data = content.data
    found: dict[str, tuple[str, str, Any]] = {"title": ("事由", free(content.title, clear=clear), content.title)}
    for blank in flow.fields:
        if value := data.get(blank.name):
            kept = value["sha256"] if blank.kind == "file" else value
            found[f"field {blank.name}"] = (blank.label, shown(blank, value, clear=clear), kept)
    found["reason"] = ("理由", free(content.reason, clear=clear), content.reason)
    for row, raw in zip(changes(content, clear=clear), content.changes, strict=True):
        words = f"{row['before'] or '（空）'} → {row['after'] or '（空）'}"
        found[f"change {raw['field']}"] = (f"修改内容：{row['field']}", words, (raw["before"], raw["after"]))
    return found


def hides(one: Application, contents: Sequence[Content], flow: Flow) -> bool:
    """Whether the page masks anything of any round."""
    blanks = {blank.name: blank for stage in flow.stages for seat in stage.seats for blank in seat.fields}
    filled = [(blanks, values or {}) for values in one.steps.values_list("data__values", flat=True)]
    asked = {blank.name: blank for blank in flow.fields}
    filled += [(asked, content.data) for content in contents]
    free_texts = [*(content.title for content in contents), *(content.reason for content in contents)]
    free_texts += [row["field"] for content in contents for row in content.changes]
    free_texts += one.steps.values_list("text", flat=True)
    for _, data in filled:
        free_texts += [str(value["name"] if isinstance(value, dict) else value) for value in data.values()]
    return (
        any(known[name].sensitive for known, data in filled for name in data if name in known)
        or any(row["sensitive"] for content in contents for row in content.changes)
        or any(rules.personal(text) for text in free_texts)
    )
