"""The k smallest rows of a stream, in memory of the order of k."""

from operator import itemgetter
from typing import Generic, TypeVar

Rank = TypeVar("Rank", bytes, int)
Row = TypeVar("Row", bound=tuple)  # type: ignore[type-arg]


class Smallest(Generic[Rank, Row]):
    """Keeps the ``size`` rows of smallest rank; a row begins with its rank, of equal ranks the first offered counts.

    Only rows whose rank is below ``limit`` need to be offered; ``limit`` begins above all ranks and only falls.
    """

    def __init__(self, size: int, limit: Rank) -> None:
        self.size = size
        self.limit: Rank = limit
        self.kept: list[Row] = []
        self._room = 2 * size + 16

    def offer(self, row: Row) -> None:
        """Take the row into account."""
        self.kept.append(row)
        if len(self.kept) >= self._room:
            self.ordered()
            if self.size:
                self.limit = self.kept[-1][0]

    def ordered(self) -> list[Row]:
        """Return what is kept, smallest first."""
        self.kept.sort(key=itemgetter(0))
        del self.kept[self.size :]
        return self.kept
