"""The checklist as a form: reads what was answered, shows it back item by item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from jianguan.backbone.work.checklists import PASS, Answer, Problem
from jianguan.engines.regulation.schema import ChecklistItem


@dataclass(slots=True)
class Filled:
    """A checklist with answers; nothing is answered beforehand."""

    items: Sequence[ChecklistItem]
    answers: dict[str, Answer] = field(default_factory=dict)
    remark: str = ""
    reason: str = ""
    confirmed: bool = False
    filled_as_normal: int = 0

    @classmethod
    def from_post(cls, items: Sequence[ChecklistItem], posted: QueryDict) -> "Filled":
        """What was sent."""
        answers = {
            item.id: Answer(posted.get(item.id, ""), posted.get(f"{item.id}-note", ""))
            for item in items
            if item.id in posted
        }
        return cls(items, answers, posted.get("comment", ""), posted.get("reason", ""), "confirmed" in posted)

    @classmethod
    def from_record(cls, items: Sequence[ChecklistItem], record: Mapping[str, Any], remark: str) -> "Filled":
        """What a signed check says."""
        answers = {
            item.id: Answer(record[item.id]["value"], record[item.id]["note"]) for item in items if item.id in record
        }
        return cls(items, answers, remark)

    def fill_as_normal(self) -> None:
        """Put every item not yet answered down as normal (全部正常); values that must be read stay empty."""
        for item in self.items:
            if item.answer == "pass_fail" and not self.answers.get(item.id, Answer()).value:
                self.answers[item.id] = Answer(PASS)
                self.filled_as_normal += 1

    def groups(
        self, problems: Sequence[Problem] = (), deviations: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """The items for the checklist component, by group, numbered through."""
        errors: dict[str, list[str]] = {}
        for problem in problems:
            errors.setdefault(problem.item, []).append(problem.text)
        found: dict[str, list[dict[str, Any]]] = {}
        for number, item in enumerate(self.items, 1):
            answer = self.answers.get(item.id, Answer())
            found.setdefault(item.group, []).append(
                {
                    "number": number,
                    "name": item.id,
                    "text": item.text,
                    "hint": item.hint,
                    "clause": item.basis,
                    "kind": item.answer,
                    "required": item.required,
                    "value": answer.value,
                    "note": answer.note,
                    "deviation": (deviations or {}).get(item.id, ""),
                    "errors": errors.get(item.id, []),
                }
            )
        return [{"title": title, "items": items} for title, items in found.items()]
