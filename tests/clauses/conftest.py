"""A day of the province for the tests of one article; each test leaves it as it found it."""

from collections.abc import Iterator

import pytest

from testbed import Bed


@pytest.fixture(scope="module")
def province(testbed: Bed, request: pytest.FixtureRequest) -> Iterator[None]:
    """Adopt the cadences that the module's ``ADOPTED`` lists (norm -> cadence), then open the tasks of the day."""
    from django.db import transaction

    import builders

    with transaction.atomic():
        builders.see_everything()
        for norm, cadence in getattr(request.module, "ADOPTED", {}).items():
            builders.adopt(builders.PROVINCE, norm, cadence)
        builders.open_day()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def day(province: None) -> Iterator[None]:
    """What the test lays down is undone."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)
