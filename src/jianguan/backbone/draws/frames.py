"""Where domains say what is drawn from (抽查总体的取法). A domain's ``populations.py`` registers; nothing lists them.

The SQL of a frame runs in DuckDB over the facts of one day. It may read

======== ==========================================================================================================
FACT     every contract named in ``facts`` and ``beside``: current records of the day, as in ``facts.catalogue``
place    ``code, name, kind, capacity`` – supervised places (监管对象) that stand on the day
division ``code, capacity`` – for each division code (行政区划) the county that answers for it
area     ``capacity, area, area_name`` – for each capacity the city-level one that answers for its area
staff    ``number, capacity`` – persons who may look at records, by number (警号), and where
======== ==========================================================================================================

and returns one row a record with ``capacity text`` (key of the capacity that answers), ``id text`` (business number or
pseudonym, never a name or a card number), ``site text``, ``stratum text``, ``happened_at timestamp``, ``weight bigint``
(risk in parts per million, 1,000,000 is neutral), ``mandatory bool``, ``doers text[]`` (who did the business),
``said struct`` (columns of ``fact`` to show), ``persons struct`` (pseudonyms by column), ``recordings struct[]``
(``ref, kind, camera, role, starts_at, ends_at``) and ``photos struct[]`` (``ref, sha256, taken_at, label``).
A record counts for every capacity that owes the norm at or above its own.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Frame:
    """How the population of one KIND ('population:KIND' of a norm) is taken from the facts.

    ``facts`` decide who is in: unless they arrived the population is unknown. ``beside`` only add recordings and
    photos. ``fact`` labels what is shown. ``recorded``: a record without recordings is a finding by itself.
    ``daily``: frozen every day for whoever owes it; others are frozen when somebody asks. ``each_stratum``: at least
    one of every stratum is drawn.
    """

    kind: str
    title: str
    noun: str
    sql: Path
    facts: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    fact: str = ""
    recorded: bool = False
    daily: bool = True
    each_stratum: bool = False
    photo_code: str = ""
    """The code table of the photos' labels."""
    levels: tuple[str, ...] = ()
    """Who may freeze it by hand; a daily one is owed by whom the norm says."""


NO_ALERTS = "尚无预警数据，风险权重一律取中性值"
"""What pages say of the weights until warnings (预警) reach the populations."""

_frames: dict[str, Frame] = {}


def register(frame: Frame) -> None:
    """Register a frame; a second one for the same kind raises ValueError."""
    if _frames.get(frame.kind, frame) != frame:
        raise ValueError(f"two frames for {frame.kind}")
    _frames[frame.kind] = frame


def frames() -> list[Frame]:
    """All frames in order of their kinds."""
    return [_frames[kind] for kind in sorted(_frames)]


def frame(kind: str) -> Frame:
    """The frame of a kind; raises LookupError with a Chinese message when there is none."""
    try:
        return _frames[kind]
    except KeyError:
        raise LookupError(f"没有“{kind}”这类抽查总体") from None


def title_of(kind: str) -> str:
    """The Chinese name of a kind, or the kind itself where no domain registered it."""
    return _frames[kind].title if kind in _frames else kind
