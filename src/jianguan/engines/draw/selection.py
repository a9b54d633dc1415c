"""The k smallest of a stream, in memory of the order of k."""

from typing import Generic, TypeVar

Item = TypeVar("Item")
Rank = TypeVar("Rank", bytes, tuple[int, bytes])


class Smallest(Generic[Rank, Item]):
    """Keeps the ``size`` items of smallest rank; ranks are distinct, so the order of offers does not matter."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.kept: list[tuple[Rank, Item]] = []
        self.limit: Rank | None = None
        self._room = 2 * size + 64

    def offer(self, rank: Rank, item: Item) -> None:
        """Take the item into account."""
        if self.limit is not None and rank > self.limit:
            return
        self.kept.append((rank, item))
        if len(self.kept) >= self._room:
            self._cut()

    def ordered(self) -> list[tuple[Rank, Item]]:
        """Return what is kept, smallest rank first."""
        self._cut()
        return self.kept

    def _cut(self) -> None:
        self.kept.sort(key=lambda pair: pair[0])
        del self.kept[self.size :]
        if self.size and len(self.kept) == self.size:
            self.limit = self.kept[-1][0]
