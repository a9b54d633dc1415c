"""Simulated people in front of a player, honest ones and cheats, against the rules of release."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from jianguan.engines.watching import (
    Beat,
    Copy,
    Credit,
    Opened,
    Released,
    Segment,
    Served,
    Session,
    credit,
    may_release,
)

OPENED = 1_781_227_800_000
STEP = 100


def film(seconds: float, fps: float = 25, piece: int = 4_000) -> Copy:
    """Facts of a review copy of that length."""
    whole = round(seconds * 1000)
    starts = range(0, whole, piece)
    return Copy(whole, round(fps * 1000), tuple(Segment(n, at, min(piece, whole - at)) for n, at in enumerate(starts)))


@dataclass
class Viewer:
    """A player as our page has it: fetches when allowed, plays what it has, tells a beat a second, sends batches.

    Times of the simulation are milliseconds since the session was opened, by the server's clock; ``late``: the client
    received the session so much later; ``travel``: what a request takes; ``lost``: (from, to) without a network.
    """

    copy: Copy
    batch: int = 5_000
    late: int = 300
    travel: int = 80
    lost: tuple[int, int] = (0, 0)
    session: str = "s1"
    screen: str = "p1"
    opened_at: int = OPENED
    fetching: bool = True
    batched: bool = True

    clock: int = 0
    position: float = 0
    rate: float = 1
    playing: bool = False
    visible: bool = True
    shown: float = 0
    seq: int = 0
    last_beat: int = 0
    last_send: int = 0
    released: list[Released] = field(default_factory=list)
    served: dict[int, int] = field(default_factory=dict)
    told: list[tuple[int, tuple[int, int, int, bool, bool, int]]] = field(default_factory=list)
    beats: list[Beat] = field(default_factory=list)

    def beat(self) -> None:
        """Note a beat; it is sent with the next batch."""
        self.seq += 1
        state = (self.seq, int(self.position), round(self.rate * 100), self.visible, self.playing, int(self.shown))
        self.told.append((self.clock, state))
        self.last_beat = self.clock

    def send(self) -> None:
        """Send what was noted, when there is a network."""
        self.last_send = self.clock
        if self.lost[0] <= self.clock < self.lost[1]:
            return
        for moment, (seq, media, rate, visible, playing, shown) in self.told:
            client = moment - self.late if self.batched else None
            self.beats.append(
                Beat(seq, self.opened_at + self.clock + self.travel, client, media, rate, visible, playing, shown)
            )
        self.told.clear()

    def fetch(self) -> None:
        """Fetch the next segments at and after the position, as many as are allowed."""
        if self.lost[0] <= self.clock < self.lost[1]:
            return
        for piece in self.copy.segments:
            if piece.end_ms <= self.position or piece.n in self.served:
                continue
            now = self.opened_at + self.clock
            if not may_release(self.copy, self.released, piece.n, now).allowed:
                return
            self.released.append(Released(piece.n, now))
            self.served[piece.n] = now + self.travel

    def has(self, position: float) -> bool:
        """Whether the piece of this position has been fetched."""
        return any(
            piece.start_ms <= position < piece.end_ms
            and self.served.get(piece.n, 1 << 62) <= self.opened_at + self.clock
            for piece in self.copy.segments
        )

    def run(self, wall: int, act: Callable[["Viewer"], None] = lambda viewer: None) -> "Viewer":
        """Let so many milliseconds pass; ``act`` is called every ``STEP``."""
        for _ in range(wall // STEP):
            if self.fetching:
                self.fetch()
            act(self)
            if (
                self.playing
                and self.position < self.copy.duration_ms
                and (self.has(self.position) or not self.fetching)
            ):
                forward = min(STEP * self.rate, self.copy.duration_ms - self.position)
                self.position += forward
                self.shown += forward / 1000 * self.copy.millifps / 1000
                if self.position >= self.copy.duration_ms:
                    self.playing = False
                    self.clock += STEP
                    self.beat()
                    self.send()
                    continue
            self.clock += STEP
            if self.playing and self.clock - self.last_beat >= 1_000:
                self.beat()
            if self.told and self.clock - self.last_send >= self.batch:
                self.send()
        self.lost = (0, 0)
        self.send()
        return self

    def play(self, rate: float = 1) -> "Viewer":
        """Press play."""
        self.playing, self.rate = True, rate
        self.clock = max(self.clock, self.late)
        self.fetch()
        self.clock += self.travel
        self.beat()
        return self

    def seek(self, position: float) -> None:
        """Move to a position, as the page does: a beat before and one after."""
        self.beat()
        self.position = position
        self.beat()

    def as_session(self) -> Session:
        """What the server knows."""
        opened = Opened(self.session, self.screen, self.opened_at)
        return Session(opened, self.copy, tuple(self.beats), dict(self.served), tuple(self.released))

    def credit(self) -> Credit:
        """What the server counts."""
        return credit(self.as_session())

    def entries(self) -> list[Opened | Released | Served | Beat]:
        """The log of the session, in order."""
        told = [(one.at, one) for one in self.released]
        told += [(at, Served(n, at)) for n, at in self.served.items()]
        told += [(one.received_at, one) for one in self.beats]
        return [
            Opened(self.session, self.screen, self.opened_at),
            *(one for _, one in sorted(told, key=lambda x: x[0])),
        ]


def share(credited: Credit | Iterable[Credit]) -> float:
    """Credited part of the copy."""
    if isinstance(credited, Credit):
        return credited.credited_ms / credited.duration_ms
    return sum(map(share, credited))
