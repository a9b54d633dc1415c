"""One committed database for the walks of a module."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from conftest import close_connections
from testbed import Bed


@pytest.fixture(scope="module")
def world(testbed: Bed) -> Iterator[Any]:
    """The synthetic province of ``doors.world``, in a database of its own."""
    from django.db import connections

    from doors.world import build

    name = f"test_{os.getpid()}_{testbed.worker}_doors"
    testbed.copy(name)
    close_connections()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name
    try:
        yield build()
    finally:
        close_connections()
        for alias in connections:
            connections[alias].settings_dict["NAME"] = testbed.database
        testbed.drop(name)
