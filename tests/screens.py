"""A screen of a reviewer for tests: opens review copies, fetches segments and tells beats by the clock of the test."""

from typing import Any

from jianguan.backbone.evidence.models import ReviewCopy
from jianguan.backbone.evidence.store import store
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.watching import actions, beats, queries
from jianguan.backbone.watching.actions import OpenSession
from jianguan.backbone.watching.models import Challenge
from jianguan.backbone.watching.rules import Said
from jianguan.kit import clock

LOGIN = "a-login-of-the-test"
REF = "assignment/17"


class Screen:
    """A player that does what the test says, and no more."""

    def __init__(self, by: Actor, copies: list[ReviewCopy], traveller: Any, ref: str = REF) -> None:
        self.by, self.traveller, self.copies, self.ref = by, traveller, copies, ref
        self.opened: list[OpenSession] = actions.open_screen(
            by=by, copies=copies, ref=ref, login=LOGIN, station="10.0.0.7"
        )
        self.began, self.seq, self.frames = clock.now(), 0, 0

    @property
    def token(self) -> str:
        return self.opened[0].token

    def get(self, n: int, index: int = 0) -> bytes | None:
        """Have segment ``n`` released and fetch it; None when the server makes us wait."""
        token = self.opened[index].token
        given = actions.release(by=self.by, login=LOGIN, token=token, n=n)
        if not given.address:
            return None
        stored = actions.claim(by=self.by, login=LOGIN, token=token, address=given.address)
        return b"".join(store().open(stored.sha256))

    def beat(self, position_ms: int, *, rate: int = 100, visible: bool = True, playing: bool = True) -> Said:
        """One beat, taken at once."""
        self.seq += 1
        since = round((clock.now() - self.began).total_seconds() * 1000)
        said = Said(self.seq, since, position_ms, rate, visible, playing, self.frames)
        beats.take(by=self.by, login=LOGIN, token=self.token, said=[said])
        return said

    def watch(
        self,
        seconds: int,
        *,
        speed: float = 1,
        start_ms: int = 0,
        fetch: bool = True,
        shown: int = 25,
        **beat: Any,
    ) -> None:
        """Play from a place for so many seconds of the server's clock, fetching what is played."""
        got: set[int] = set()
        for second in range(seconds + 1):
            position = min(start_ms + round(second * speed * 1000), self.copies[0].duration_ms)
            for piece in queries.copy_of(self.copies[0]).between(position, position + 3000) if fetch else ():
                if piece.n not in got and self.get(piece.n) is not None:
                    got.add(piece.n)
            self.beat(position, rate=round(speed * 100), **beat)
            self.traveller.shift(1)
            self.frames += shown

    def credit(self) -> queries.Credited:
        return queries.credit_of(self.by.scope, person_id=self.by.person_id, ref=self.ref, copies=self.copies)

    def answer(self) -> None:
        """Answer every check that was asked, rightly."""
        sessions = [one.session for one in self.opened]
        for challenge in Challenge.objects.filter(session__in=sessions, asked_at__isnull=False, answered_at=None):
            beats.answer(by=self.by, login=LOGIN, token=self.token, number=challenge.pk, text=challenge.code)
