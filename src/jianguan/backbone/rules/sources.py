"""Where rooms say which records prove a norm. A room's ``sources.py`` registers; nothing lists rooms by hand.

A norm names its source as ``ROOM:KIND`` (for example ``check:pre-exam``). Each measure reads one relation of one
shape; a source is the SQL of that relation for its ROOM. The SQL takes named psycopg parameters ``%(first)s`` and
``%(last)s`` (dates, half-open) and may use no others. Every relation has ``source text`` (the full 'ROOM:KIND') and
``capacity_id bigint`` first, then

========== ======================================================================================================
presence   ``valid daterange, recorded_at timestamptz, ref text`` – a fact that stands on the days of ``valid``, but on
           none before it was recorded
activity   ``at timestamptz, ref text`` – one act (``dated``: also ``day date``, the day it is for; ``by_subject``:
           also ``subject_id bigint or null``, what it was done at)
ratio      ``day date, state text, size int, reviews timestamptz[], ref text`` – one frozen population; ``ref`` names
           its draws after it, parted by spaces
timely     ``due_at timestamptz, done_at timestamptz or null, ref text`` – one thing to finish (``by_item``: also
           ``item text``, the item of the regulation under which it is owed)
filing     ``due_at timestamptz, done_at timestamptz or null, ref text`` – one thing to file
coverage   ``at timestamptz or null, point text, ref text`` – one required point, and an act that covered it
           (``by_object``: also ``object text``, the kind of subject that the point belongs to)
retention  ``at timestamptz, sampled int, retrieved int, ref text`` – one drill
========== ======================================================================================================

``ref`` is ``TYPE/ID`` of the evidence, for example ``check/17``. Rows are limited by row security.
"""

from dataclasses import dataclass

from jianguan.engines.regulation.schema import Measure


@dataclass(frozen=True, slots=True)
class Source:
    """The relation of one room for one measure. ``kinds`` are the KINDs it can prove.

    ``dated``: the relation of acts has a further column ``day date``, the day for which the act was done; ``at`` is
    then the later of doing and recording it. Without it an act belongs to the period in which ``at`` lies.
    ``by_subject``: it also has ``subject_id bigint``; without it no act counts for a norm owed per subject.
    ``by_object``: points have a column ``object text`` and count for norms of that object alone.
    ``by_item``: things to finish have a column ``item text`` and count for norms of that item alone.
    ``silent``: kinds of which having none proves nothing, because nobody looks for them yet; others count as none owed.
    """

    measure: Measure
    room: str
    kinds: frozenset[str]
    sql: str
    dated: bool = False
    by_subject: bool = False
    by_object: bool = False
    by_item: bool = False
    silent: frozenset[str] = frozenset()


_sources: dict[tuple[Measure, str], Source] = {}


def register(source: Source) -> None:
    """Register the source of a room; a second one for the same measure and room raises ValueError."""
    key = (source.measure, source.room)
    if _sources.get(key, source) != source:
        raise ValueError(f"two sources for {source.measure} of {source.room}")
    _sources[key] = source


def of(measure: Measure) -> list[Source]:
    """All sources of a measure, in order of their rooms."""
    return sorted((s for s in _sources.values() if s.measure == measure), key=lambda s: s.room)


def known(measure: Measure) -> frozenset[str]:
    """The full names ('ROOM:KIND') that some room can prove under this measure."""
    return frozenset(f"{source.room}:{kind}" for source in of(measure) for kind in source.kinds)


def silent(measure: Measure) -> frozenset[str]:
    """The full names of which having no row proves nothing."""
    return frozenset(f"{source.room}:{kind}" for source in of(measure) for kind in source.silent)
