"""Work outside the request's transaction: a batch commits in steps, so that a kill leaves all of it or nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")


def apart(work: Callable[[], Result]) -> Result:
    """Run ``work`` on a connection of its own that commits each statement, and wait for it."""

    def run() -> Result:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as own:
        return own.submit(run).result()
