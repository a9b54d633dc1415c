"""A lake and an object store of each test's own, and days of exams taken in as an interface would send them."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def system(db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The scope of the system, an empty lake and an empty object store."""
    from draws_world import own_lake

    with own_lake(tmp_path, monkeypatch):
        yield


@pytest.fixture
def exams(system: None, tmp_path: Path) -> Callable[..., None]:
    """Take in so many exams of a day, see ``draws_world.take_exams``."""
    from draws_world import take_exams

    return functools.partial(take_exams, tmp_path)
