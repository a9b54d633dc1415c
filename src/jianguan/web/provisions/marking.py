"""Mark the defects of a text inline without altering a letter of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the exact text, with the numbers of the defects that lie on it."""

    text: str
    defects: tuple[int, ...]


def pieces(text: str, quotes: Sequence[str]) -> list[Piece]:
    """``text`` cut where a quote begins or ends; quote number n (from 1) marks each place where it stands.

    The pieces joined give the text back. A quote that does not occur, or is empty, marks nothing.
    """
    spans: list[tuple[int, int, int]] = []
    for number, quote in enumerate(quotes, start=1):
        at = text.find(quote) if quote else -1
        while at >= 0:
            spans.append((at, at + len(quote), number))
            at = text.find(quote, at + len(quote))
    cuts = sorted({0, len(text), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    return [
        Piece(text[a:b], tuple(number for start, end, number in spans if start <= a and b <= end))
        for a, b in pairwise(cuts)
    ]
