"""What a filled checklist (检查表) must satisfy, and what it says: pure decisions on plain values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jianguan.engines.regulation.schema import ChecklistItem

PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "na"
WORDS = {PASS: "正常", FAIL: "异常", NOT_APPLICABLE: "不适用"}
DIGEST = re.compile(r"[0-9a-fA-F]{64}")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What was put down for one item: the value, and what was seen where it is not normal."""

    value: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an item is refused. ``text`` is Chinese and names the item."""

    item: str
    text: str


class IncompleteChecklist(ValueError):
    """A checklist that cannot be signed; ``problems`` names every item and the rule it breaks."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("；".join(problem.text for problem in problems))
        self.problems = list(problems)


def problems(items: Sequence[ChecklistItem], answers: Mapping[str, Answer]) -> list[Problem]:
    """Everything that keeps the answers from being signed, in the order of the items."""
    known = {item.id for item in items}
    found = [Problem(name, f"检查表中没有“{name}”这一项") for name in answers if name not in known]
    reasons = ((item, _problem(item, answers.get(item.id, Answer()))) for item in items)
    found.extend(Problem(item.id, f"“{item.text}”{reason}") for item, reason in reasons if reason)
    return found


def _problem(item: ChecklistItem, answer: Answer) -> str:
    value, note = answer.value.strip(), answer.note.strip()
    reason = ""
    if len(note) > LONGEST:
        reason = f"的情况说明不得超过{LONGEST}字"
    elif value == NOT_APPLICABLE:
        reason = "" if note else "选为不适用的，必须写明原因"
    elif not value:
        reason = "为必查项，尚未填写" if item.required else ""
    elif item.answer == "pass_fail":
        if value not in WORDS:
            reason = "只能填正常、异常或不适用"
        elif value == FAIL and not note:
            reason = "结果异常的，必须写明情况"
    elif item.answer == "number":
        reason = "" if re.fullmatch(r"\d{1,6}(\.\d{1,2})?", value) else "须填不小于零的数"
    elif item.answer == "digest":
        reason = "" if DIGEST.fullmatch(value) else "须填64位十六进制摘要"
    elif len(value) > LONGEST:
        reason = f"不得超过{LONGEST}字"
    return reason


def failures(
    items: Sequence[ChecklistItem], answers: Mapping[str, Answer], deviations: Mapping[str, str]
) -> dict[str, str]:
    """What is wrong, by item: answered as abnormal, or found deviating by the domain (item → how it deviates)."""
    found = {}
    for item in items:
        answer = answers.get(item.id, Answer())
        if item.answer == "pass_fail" and answer.value == FAIL:
            found[item.id] = f"{item.text}：{answer.note.strip()}"
        elif item.id in deviations:
            found[item.id] = f"{item.text}：{deviations[item.id]}"
    return found
