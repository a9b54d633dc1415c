"""The demonstration takes long to load: once for a module, in a transaction that ends with it."""

from collections.abc import Iterator
from typing import Any

import pytest

from conftest import set_scope
from testbed import Bed


@pytest.fixture(scope="module")
def module_db(testbed: Bed) -> Iterator[Any]:
    """As ``db`` for all tests of a module: what a test does itself is undone after it, what is loaded here stays.

    Modules that use it name one ``xdist_group``.
    """
    from django.db import connection, transaction

    with transaction.atomic():
        set_scope()
        yield connection
        transaction.set_rollback(True)
