"""Running refused rows again covers all of them, those that only the side file has included."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from facts.conftest import as_csv, exam
from jianguan.facts import ingest, repair
from jianguan.facts.contract import codes
from jianguan.facts.models import Batch, Quarantine

Take = Callable[..., Any]
Rows = Callable[..., list[dict[str, Any]]]


def test_rows_beyond_those_in_the_table_are_run_again_in_chunks(
    take: Take, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "SHOWN", 3)
    monkeypatch.setattr(repair, "CHUNK", 4)
    bad = [exam(number, kskm="9") for number in range(10)]
    batch = take(as_csv([*bad, exam(10, kscs="x"), exam(11)]))
    assert (batch.refused, Quarantine.objects.count()) == (11, 3)
    table = codes()["exam_subject"]
    wider = msgspec.structs.replace(table, entries=table.entries | {"9": table.entries["2"]})
    monkeypatch.setitem(codes(), "exam_subject", wider)
    done = list(repair.rerun(batch))
    assert (sum(len(one.taken) for one in done), sum(len(one.refused) for one in done)) == (10, 1)
    assert all(len(one.taken) <= 4 for one in done)
    assert len(rows()) == 11
    assert Quarantine.objects.filter(repaired_by=None).count() == 1
    assert Batch.objects.get(pk=batch.pk).repaired == 10
    again = list(repair.rerun(batch))
    assert [(len(one.taken), len(one.refused)) for one in again] == [(0, 1)]
