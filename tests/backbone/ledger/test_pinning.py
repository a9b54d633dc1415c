"""Yesterday's ledger stays byte-identical when a rule changes; a re-judgement keeps both readings (two clocks)."""

import datetime as dt
import json
from typing import Any

import builders
from builders import AFTER, DAY, OFFICE, PROVINCE, open_day
from jianguan.backbone.ledger.queries import ledger
from jianguan.backbone.rules.actions import change_parameter
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.actions import open_tasks, rejudge
from jianguan.kit import clock

RATIO = "6.6-exam"


def as_text(**asked: Any) -> str:
    rows = ledger(scopes.everything(), first=DAY, last=DAY, as_of=AFTER, capacity=OFFICE, **asked)
    return json.dumps([row.as_json() for row in rows], ensure_ascii=False)


def percents(known_at: dt.datetime | None = None) -> list[str]:
    rows = ledger(
        scopes.everything(), first=DAY, last=DAY, as_of=AFTER, capacity=OFFICE, norm=RATIO, known_at=known_at,
        every_reading=known_at is None,
    )  # fmt: skip
    return [row.proof["parameters"]["6.6.ratio"]["value"] for row in rows]


def test_a_change_of_a_parameter_leaves_what_is_judged_byte_identical_until_asked(db: Any) -> None:
    builders.see_everything()
    open_day()
    builders.review(builders.freeze(OFFICE, "exam-av", 100), 5)
    before = as_text()
    leader = builders.leader(PROVINCE)
    change_parameter(by=leader, key="6.6.ratio", value=8, valid_from=DAY, reason="合成的决定")
    assert open_tasks(first=DAY, last=DAY) == 0
    assert as_text() == before
    changed = clock.now()
    assert rejudge(by=leader, first=DAY, last=DAY, reason="合成的复核", norm_keys=[RATIO]) > 0
    assert percents() == ["5", "8"]
    assert percents(known_at=changed) == ["5"]
    assert as_text() != before
    assert as_text(known_at=changed) == before
