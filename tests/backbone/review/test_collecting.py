"""Recordings of drawn records are fetched as the business record names them; what is gone stays gone and is said."""

from pathlib import Path
from typing import Any

import pytest

import builders
import drawing
import films
from builders import DAY, OFFICE, freeze, officer
from jianguan.backbone.evidence import fetching
from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.evidence.recorders import FolderExport
from jianguan.backbone.review import collecting, media


@pytest.mark.usefixtures("db")
def test_what_a_record_names_is_fetched_linked_and_never_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.see_everything()
    monkeypatch.setattr(fetching, "recorder", lambda: FolderExport(tmp_path))
    films.film(tmp_path / "a.mp4", seconds=2)
    by = officer(OFFICE)
    about: dict[str, Any] = {
        "recordings": [
            {"ref": "a.mp4", "kind": "fixed", "camera": "通道一", "role": "考试车内", "starts_at": f"{DAY} 09:00:00"},
            {"ref": "gone.mp4", "kind": "body", "camera": "记录仪", "role": "执法记录仪"},
        ],
        "photos": [],
    }
    item = drawing.item_of(drawing.draw_of(freeze(OFFICE, "exam-av", 20)), "合成-1", [by], about=about)
    assert collecting.waiting(DAY) == []
    drawing.assigned(item, by)
    assert collecting.waiting(DAY) == [item.pk]
    assert collecting.collect(item.pk) == 2
    assert collecting.collect(item.pk) == 2
    assert collecting.waiting(DAY) == []
    found = {one.title: one.state for one in media.media_of(item)}
    assert found == {"考试车内": media.PENDING, "执法记录仪": media.MISSING}
    assert Recording.objects.count() == 2
