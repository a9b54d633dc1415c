"""The evening of the day that is reviewed, and two people of an office who may review."""

from typing import Any

import pytest


@pytest.fixture
def evening(db: Any) -> Any:
    """Seven in the evening, seen as the system."""
    import builders
    from reviewing import EVENING

    builders.see_everything()
    with builders.on_the_clock(EVENING):
        yield


@pytest.fixture
def pair(evening: None) -> Any:
    """Two officers of the vehicle office."""
    import builders

    return builders.officer(builders.OFFICE), builders.officer(builders.OFFICE)
