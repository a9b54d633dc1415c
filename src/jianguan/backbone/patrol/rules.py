"""Whose turn it is, how long somebody looked, whether there was anything to see: pure decisions on plain values."""

import datetime as dt
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LONGEST_GAP_MS = 10_000
"""Between two beats; a longer silence is credited nothing."""
MOST_STOPS = 40
KIND = "patrol-video"
BLIND = "patrol-blind"
"""Kind of a check of a place of which no picture was to be had: on record with its finding, covers nothing."""
SEEN_ITEM = "video-live"
"""The item of every patrol checklist that is off when there was no picture."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that waits for a patrol and the day it was last visited; None: never."""

    code: str
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Beat:
    """What the page said of itself: at which moment by the server's clock, visible or not, its own milliseconds."""

    at: dt.datetime
    visible: bool
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Tile:
    """One view of a place: the channel and when its picture was taken; ``live`` when it shows what happens now."""

    channel: str
    picture_at: dt.datetime | None = None
    live: bool = False


def ticket(seed: str, code: str) -> str:
    """The number that a place draws in a round: HMAC-SHA256 of its code under the seed (64 hexadecimal characters)."""
    return hmac.digest(bytes.fromhex(seed), f"patrol|{code}".encode(), "sha256").hex()


def rotation(seed: str, places: Iterable[Place], size: int) -> list[str]:
    """The codes of the next ``size`` stops: never visited first, then by day of the last visit; by ticket inside a day.

    The same seed and places give the same stops; a larger size keeps the earlier ones.
    """
    waiting = sorted(places, key=lambda one: (one.last or dt.date.min, ticket(seed, one.code)))
    return [one.code for one in waiting[:size]]


def watched_ms(opened_at: dt.datetime, beats: Sequence[Beat]) -> int:
    """Milliseconds looked at a stop, from the beats in their order.

    Between two moments the server's clock counts, and no more than the page's own; nothing while the page was hidden at
    either end, when its own clock ran backwards, or after a silence of more than ``LONGEST_GAP_MS``.
    """
    total, before = 0, Beat(opened_at, visible=True, elapsed_ms=0)
    for beat in beats:
        gap = (beat.at - before.at) // dt.timedelta(milliseconds=1)
        claimed = beat.elapsed_ms - before.elapsed_ms
        if before.visible and beat.visible and 0 < gap <= LONGEST_GAP_MS and claimed > 0:
            total += min(gap, claimed)
        before = beat
    return total


def is_fresh(tile: Tile, now: dt.datetime, hours: int) -> bool:
    """Whether a tile shows the place as it is: live, or a picture taken within ``hours`` before ``now``."""
    if tile.live:
        return True
    return tile.picture_at is not None and now - tile.picture_at <= dt.timedelta(hours=hours)


def was_seen(tiles: Iterable[Tile], now: dt.datetime, hours: int) -> bool:
    """Whether there was anything to look at; unknown pictures are no pictures."""
    return any(is_fresh(tile, now, hours) for tile in tiles)


def age(since: dt.datetime | None, now: dt.datetime) -> str:
    """How old a picture is, in Chinese; '' when there is none."""
    if since is None:
        return ""
    minutes = max((now - since) // dt.timedelta(minutes=1), 0)
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes}分钟前"
    hours = minutes // 60
    return f"{hours}小时前" if hours < 48 else f"{hours // 24}天前"


def sight(tile: Tile, now: dt.datetime) -> str:
    """What a tile says under its picture."""
    if tile.live:
        return "实时画面"
    if tile.picture_at is None:
        return "无实时画面，也没有最近画面"
    return f"无实时画面，最近画面 {age(tile.picture_at, now)}"


def too_short(watched: int, required_seconds: int) -> str | None:
    """Why a stop cannot be signed yet, or None."""
    if watched >= required_seconds * 1000:
        return None
    return f"须观看满{required_seconds}秒才能签字，目前认可{watched // 1000}秒。请保持本页可见。"


def unseen_deviation(*, seen: bool, hours: int) -> Mapping[str, str]:
    """What the system itself puts down when there was no picture."""
    return {} if seen else {SEEN_ITEM: f"系统未取到实时画面或{hours}小时内的画面，无法核查"}
