"""The shares of a seed (种子来源): what a population may count on, and what has come of it."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from jianguan.backbone.draws import rules
from jianguan.backbone.draws.models import Commitment, Party, PublicNumber
from jianguan.backbone.draws.models import Reveal as RevealRow
from jianguan.backbone.draws.terms import Terms, timetable
from jianguan.backbone.scope import scope as scopes
from jianguan.engines.draw import Beacon, Manifest, Reveal, Role, Seed, Source, Withheld, seeds
from jianguan.engines.draw import PublicNumber as PublicSource
from jianguan.kit.clock import CHINA

Given = Mapping[tuple[int, str], Commitment]
ENOUGH = 2
PARTY_WORDS = {Role(party.value): party.label for party in Party}


@contextmanager
def as_system() -> Iterator[None]:
    """See the shares of all parties, which lie in other scopes, for as long as a seed is put together."""
    with scopes.within(scopes.everything()):
        yield


def commitments(day: dt.date) -> dict[tuple[int, str], Commitment]:
    """All commitments for a day by capacity and party. Needs the scope of the system."""
    return {(one.capacity_id, one.party): one for one in Commitment.objects.filter(day=day)}


def parties_of(terms: Terms, capacity_id: int) -> dict[Role, tuple[int, str]]:
    """Who may hold a share of the seed of a capacity: itself, its superior, the province's discipline office."""
    found = {
        Role.CHECKING: (capacity_id, Party.CHECKING.value),
        Role.DISCIPLINE: (terms.province_id, Party.DISCIPLINE.value),
    }
    if (superior := terms.superiors.get(capacity_id)) is not None:
        found[Role.SUPERIOR] = (superior, Party.SUPERIOR.value)
    return found


def committed(terms: Terms, capacity_id: int, given: Given, before: dt.datetime) -> dict[Role, str]:
    """The commitments that stand for a capacity and were made before a moment, by role."""
    found = {}
    for role, key in parties_of(terms, capacity_id).items():
        one = given.get(key)
        if one is not None and one.committed_at < before:
            found[role] = one.digest
    return found


def publics(day: dt.date) -> tuple[tuple[str, str], ...]:
    """The public numbers announced for a day: name and issue; the issue is the day, so that nobody picks one."""
    return tuple((name, rules.issue_of(day)) for name in rules.PUBLIC_NUMBERS)


def beacons(terms: Terms, published_from: dt.datetime) -> tuple[tuple[str, int], ...]:
    """The round of the beacon announced: the first one once the shares are closed; nothing where none is adopted."""
    return ((rules.BEACON, rules.beacon_round(published_from)),) if terms.beacon() else ()


@dataclass(frozen=True, slots=True)
class Known:
    """What has come of the sources that a manifest announced."""

    complete: bool
    in_time: tuple[Source, ...]
    late: tuple[Reveal | Withheld, ...]
    """Revealed after the closing time; with no public number also the commitments never opened."""
    withheld: tuple[Withheld, ...]
    moments: Mapping[str, dt.datetime]
    """When each source became known, by its line."""

    def seeds(self, manifest: Manifest) -> tuple[Seed, ...]:
        """The seed, or both where a share was late or withheld; none while sources are missing."""
        return seeds(manifest, self.in_time, self.late) if self.complete else ()

    def shares_only(self) -> "Known":
        """Without public numbers: they came after a draw was made without them, and change nothing any more."""
        in_time, late = (tuple(one for one in some if isinstance(one, Reveal)) for some in (self.in_time, self.late))
        return replace(self, in_time=in_time, late=(*late, *self.withheld))

    def only(self, lines: Iterable[str]) -> "Known":
        """The same, limited to sources with these lines."""
        kept = set(lines)
        return replace(
            self,
            in_time=tuple(one for one in self.in_time if one.line() in kept),
            late=tuple(one for one in self.late if one.line() in kept),
        )

    def variant(self, seed: Seed) -> str:
        """The name of the draw: everybody's, or without those who withheld."""
        standing = [one.role.value for one in seed.sources if isinstance(one, Withheld)]
        if standing:
            return rules.variant_instead(standing)
        if any(not isinstance(one, Reveal) for one in seed.sources):
            return rules.VARIANT_ALL
        given = {one.role for one in seed.sources if isinstance(one, Reveal)}
        missing = {one.role for one in (*self.withheld, *self.late)} - given
        return rules.variant_without([one.value for one in missing]) if missing else rules.VARIANT_ALL

    def told(self, seed: Seed) -> list[dict[str, Any]]:
        """The sources of a seed as the draw keeps them."""
        return [
            {"line": one.line(), "at": self.moments[one.line()].astimezone(CHINA).isoformat(" "), "title": _title(one)}
            for one in seed.sources
        ]


def _title(source: Source) -> str:
    if isinstance(source, Reveal):
        return f"{PARTY_WORDS[source.role]}揭示"
    if isinstance(source, Withheld):
        return f"{PARTY_WORDS[source.role]}没有揭示，以其承诺代替"
    return source.name if isinstance(source, PublicSource) else "随机信标"


class Sources:
    """Reads reveals and public numbers once a day for many populations. Needs the scope of the system."""

    def __init__(self) -> None:
        self._reveals: dict[dt.date, dict[str, RevealRow]] = {}
        self._numbers: dict[dt.date, list[PublicNumber]] = {}
        self._until: dict[dt.date, dt.datetime] = {}
        self._patience: dict[dt.date, dt.datetime] = {}

    def _load(self, day: dt.date) -> None:
        if day in self._until:
            return
        rows = RevealRow.objects.filter(commitment__day=day, matches=True).select_related("commitment")
        self._reveals[day] = {f"{one.commitment.party}:{one.commitment.digest}": one for one in rows}
        self._numbers[day] = list(
            PublicNumber.objects.filter(day=day, confirmation__isnull=False).select_related("confirmation")
        )
        self._until[day] = timetable(day).reveal_until
        self._patience[day] = timetable(day + dt.timedelta(days=1)).freeze

    def of(self, manifest: Manifest, at: dt.datetime) -> Known:
        """What was known at a moment of the sources that a manifest announced.

        Nothing known before the freeze counts, nor a public number published before the shares were closed. Where all
        shares were opened in time no public number counts, so that nobody chooses by when it is drawn. Where one was
        not, the public numbers announced (or the beacon, where it is enough) are waited for until the freeze of the
        next day: who holds his share back gives up a sample that he knows for one that nobody knows. Where none has
        come by then, or none was announced, it is drawn twice: without his share, and with his commitment in its place.
        """
        head = manifest.header
        self._load(head.day)
        until = self._until[head.day]
        in_time: list[Source] = []
        late: list[Reveal | Withheld] = []
        withheld: list[Withheld] = []
        moments: dict[str, dt.datetime] = {}
        for role, digest in sorted(head.commitments.items()):
            row = self._reveals[head.day].get(f"{role.value}:{digest}")
            if row is None or not head.frozen_at < row.revealed_at <= at:
                withheld.append(Withheld(role, digest))
                moments[withheld[-1].line()] = until
                continue
            source = Reveal(role, row.value, row.nonce)
            moments[source.line()] = row.revealed_at
            if row.revealed_at < until:
                in_time.append(source)
            else:
                late.append(source)
        if not withheld and not late and len(in_time) >= ENOUGH:
            return Known(True, tuple(in_time), (), (), moments)
        came: list[Source] = []
        announced = len(head.publics) + len(head.beacons)
        for number in self._numbers[head.day]:
            public = _public(number, head.publics, head.beacons)
            if (
                public is None
                or number.published_at < max(until, head.frozen_at)
                or number.confirmation.confirmed_at > at
            ):
                continue
            moments[public.line()] = number.published_at
            came.append(public)
        beacons: list[Source] = [one for one in came if isinstance(one, Beacon)]
        if beacons and len(in_time) + len(beacons) >= ENOUGH:
            came, announced = beacons, len(beacons)
        in_time += came
        opened = len(in_time) if came else len(in_time) + len(late)
        waited = at >= (until if len(came) == announced else self._patience[head.day])
        return Known(
            waited and bool(in_time) and opened >= ENOUGH,
            tuple(in_time),
            tuple(late) if came else (*late, *withheld),
            tuple(withheld),
            moments,
        )


def _public(
    number: PublicNumber, publics: tuple[tuple[str, str], ...], beacons: tuple[tuple[str, int], ...]
) -> PublicSource | Beacon | None:
    if number.kind == PublicNumber.Kind.BEACON:
        chosen = next((one for one in beacons if one[0] == rules.BEACON and str(one[1]) == number.issue), None)
        return Beacon(chosen[0], chosen[1], number.value) if chosen else None
    if (number.name, number.issue) not in publics:
        return None
    return PublicSource(number.name, number.issue, number.value)
