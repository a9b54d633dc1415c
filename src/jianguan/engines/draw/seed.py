"""The seed of a draw (种子): fixed after the freeze by at least two sources, none of which anyone can choose alone."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jianguan.engines.draw import lines
from jianguan.engines.draw.header import Role
from jianguan.engines.draw.manifest import Manifest

SEED_FORMAT = "jianguan-seed/1"
COMMITMENT_FORMAT = "jianguan-commitment/1"
_SECRET = re.compile("[0-9a-f]{64}")
_SIGNATURE = re.compile("(?:[0-9a-f]{2}){48,96}")


class BadSource(ValueError):
    """A source is malformed, was not announced in the manifest, or does not fit its commitment."""


class TooFewSources(ValueError):
    """Fewer than two sources are there."""


class Label(StrEnum):
    """Which sources a seed holds: all there were (sole); only those in time; also late and withheld ones."""

    SOLE = "sole"
    WITHOUT_LATE = "without-late"
    WITH_LATE = "with-late"


@dataclass(frozen=True, slots=True)
class Reveal:
    """An office opens its commitment: ``number`` and ``nonce`` are 64 hex digits each (32 random bytes)."""

    role: Role
    number: str
    nonce: str

    def line(self) -> str:
        """The canonical text."""
        return f"reveal\t{self.role.value}\t{self.number}\t{self.nonce}"


@dataclass(frozen=True, slots=True)
class PublicNumber:
    """A number published after the freeze, such as a lottery draw: its name, issue and value as printed."""

    name: str
    issue: str
    value: str

    def line(self) -> str:
        """The canonical text; raises BadLine."""
        return "\t".join(("public", *(lines.field(part, "public") for part in (self.name, self.issue, self.value))))


@dataclass(frozen=True, slots=True)
class Beacon:
    """A round of a drand randomness beacon: chain hash, round, signature in hex.

    Its randomness is SHA-256(signature). Who signed is not checked here: that needs the chain's key and a pairing.
    """

    chain: str
    round: int
    signature: str

    def randomness(self) -> str:
        """SHA-256 of the signature as 64 hex digits (drand specification, "randomness")."""
        return hashlib.sha256(bytes.fromhex(self.signature)).hexdigest()

    def line(self) -> str:
        """The canonical text; raises BadLine."""
        return f"beacon\t{lines.field(self.chain, 'beacon')}\t{self.round}\t{self.signature}\t{self.randomness()}"


@dataclass(frozen=True, slots=True)
class Withheld:
    """The commitment of an office that did not open it, in place of its share: fixed before the freeze."""

    role: Role
    commitment: str

    def line(self) -> str:
        """The canonical text."""
        return f"withheld\t{self.role.value}\t{self.commitment}"


Source = Reveal | Withheld | PublicNumber | Beacon


@dataclass(frozen=True, slots=True)
class Seed:
    """32 bytes and how they came about; ``sources`` in canonical order."""

    label: Label
    value: bytes
    sources: tuple[Source, ...]


def commitment(role: Role, day: date, number: str, nonce: str) -> str:
    """Return the commitment to publish before the freeze: SHA-256 of role, day, number and nonce; raise BadSource."""
    if not _SECRET.fullmatch(number) or not _SECRET.fullmatch(nonce):
        msg = "随机数和附加数都应为 64 位十六进制小写字符"
        raise BadSource(msg)
    text = f"{COMMITMENT_FORMAT}\t{role.value}\t{day.isoformat()}\t{number}\t{nonce}"
    return hashlib.sha256(text.encode()).hexdigest()


def opens(committed: str, day: date, reveal: Reveal) -> bool:
    """Tell whether ``reveal`` opens the commitment of its role for ``day``."""
    return hmac.compare_digest(committed, commitment(reveal.role, day, reveal.number, reveal.nonce))


def withheld(manifest: Manifest, sources: Iterable[Source]) -> tuple[Role, ...]:
    """Return the roles that committed and did not reveal; each is an alert (预警)."""
    revealed = {source.role for source in sources if isinstance(source, Reveal)}
    return tuple(role for role in sorted(manifest.header.commitments) if role not in revealed)


def seeds(manifest: Manifest, sources: Iterable[Source], late: Iterable[Reveal | Withheld] = ()) -> tuple[Seed, ...]:
    """Return the seed or, where a share was late or withheld and no public source came, both: without it and with it.

    ``late``: reveals that came after the reveals closed, and commitments never opened, which stand for their shares.
    With a public source they change nothing. Raises BadSource for a source that does not fit the manifest,
    TooFewSources with fewer than two; a commitment that was not opened is none of them.
    """
    in_time, delayed = list(sources), list(late)
    for source in [*in_time, *delayed]:
        _check(manifest, source)
    keys = [_key(source) for source in [*in_time, *delayed]]
    if len(set(keys)) != len(keys):
        msg = "同一来源给出了两次"
        raise BadSource(msg)
    if any(isinstance(source, Withheld) for source in in_time):
        msg = "没有揭示的承诺不是按时的来源"
        raise BadSource(msg)
    public = any(not isinstance(source, Reveal) for source in in_time)
    opened = sum(isinstance(source, Reveal) for source in delayed)
    counted = len(in_time) if public else len(in_time) + opened
    if counted < 2 or not in_time:
        msg = f"种子至少要有两个来源，现有 {counted} 个"
        raise TooFewSources(msg)
    if public or not delayed:
        return (_seed(manifest, Label.SOLE, in_time),)
    return (
        _seed(manifest, Label.WITHOUT_LATE, in_time),
        _seed(manifest, Label.WITH_LATE, [*in_time, *delayed]),
    )


def _seed(manifest: Manifest, label: Label, sources: list[Source]) -> Seed:
    ordered = sorted(sources, key=lambda source: source.line().encode())
    text = "\n".join((SEED_FORMAT, manifest.header.day.isoformat(), *(source.line() for source in ordered)))
    return Seed(label, hmac.digest(manifest.root, text.encode(), "sha256"), tuple(ordered))


def _key(source: Source) -> tuple[str, ...]:
    if isinstance(source, Reveal | Withheld):
        return ("share", source.role)
    if isinstance(source, PublicNumber):
        return ("public", source.name, source.issue)
    return ("beacon", source.chain, str(source.round))


def _check(manifest: Manifest, source: Source) -> None:
    head = manifest.header
    if isinstance(source, Reveal):
        committed = head.commitments.get(source.role)
        if committed is None:
            msg = f"清单中没有 {source.role.value} 的承诺"
            raise BadSource(msg)
        if not opens(committed, head.day, source):
            msg = f"{source.role.value} 揭示的随机数与其承诺不符"
            raise BadSource(msg)
    elif isinstance(source, Withheld):
        if head.commitments.get(source.role) != source.commitment:
            msg = f"{source.role.value} 未揭示的承诺与清单不符"
            raise BadSource(msg)
    elif isinstance(source, PublicNumber):
        if (source.name, source.issue) not in head.publics:
            msg = f"清单中没有约定公开数字：{source.name} {source.issue}"
            raise BadSource(msg)
    elif (source.chain, source.round) not in head.beacons:
        msg = f"清单中没有约定随机信标：{source.chain} {source.round}"
        raise BadSource(msg)
    elif _SIGNATURE.fullmatch(source.signature) is None:
        msg = "随机信标的签名写法有误"
        raise BadSource(msg)
