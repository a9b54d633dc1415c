"""Published vectors of consistent sampling (Rivest 2018; Arlo): the selection is ours, the ticket is theirs."""

import hashlib

import pytest

from jianguan.engines.draw.selection import Smallest

ARLO_SEED = "12345678901234567890abcdefghijklmnopqrstuvwxyz\U0001f60a"


def their_fraction(text):
    """The decimal digits of SHA-256, last digit first, behind "0.": here as a whole number of 10**-80."""
    return int(str(int.from_bytes(hashlib.sha256(text.encode()).digest()))[::-1].ljust(80, "0"))


def their_ticket(seed, identity):
    """The fraction of the hex digest of the seed followed by the text of the id."""
    return their_fraction(hashlib.sha256(str(seed).encode()).hexdigest() + str(identity))


def drawn(seed, identities, size):
    smallest = Smallest(size, 10**80)
    for identity in identities:
        rank = their_ticket(seed, identity)
        if rank < smallest.limit:
            smallest.offer((rank, identity))
    return [identity for _, identity in smallest.ordered()]


def test_the_reference_ticket_is_theirs():
    assert their_fraction("abc") // 10**60 == 56998071861792858926


@pytest.mark.parametrize(
    ("seed", "identities", "expected"),
    [
        (31, "abcd", ["b", "a", "d", "c"]),
        (77, "abcd", ["b", "d", "c", "a"]),
        (41, range(100), [73, 51, 17, 58, 38, 42, 39, 20, 11, 67]),
    ],
)
def test_the_smallest_tickets_are_those_of_the_consistent_sampler(seed, identities, expected):
    assert drawn(seed, identities, len(expected)) == expected
    assert drawn(seed, reversed(list(identities)), 3) == expected[:3]


def test_the_first_ballots_of_arlo_are_drawn():
    ballots = [(f"pct {batch}", number) for batch in range(1, 5) for number in range(1, 26)]
    first = drawn(ARLO_SEED, ballots, 10)
    assert first[:3] == [("pct 2", 3), ("pct 3", 24), ("pct 1", 25)]
    assert first[3:] == [("pct 4", 19), ("pct 3", 15), *(("pct 1", number) for number in (7, 8, 22, 20)), ("pct 3", 12)]
    fractions = [their_ticket(ARLO_SEED, ballot) // 10**62 for ballot in first[:3]]
    assert fractions == [617786129909912, 2991631653037245, 12057030610635061]
