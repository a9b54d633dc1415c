"""Entries of the log one after another: leaf hashes under both algorithms and a chain value (链值)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jianguan.engines.hashlog.canonical import canonical_bytes
from jianguan.engines.hashlog.merkle import HASH_BYTES, digest, leaf_hash

GENESIS = bytes(HASH_BYTES)


@dataclass(frozen=True)
class Entry:
    """One entry: position from 0, canonical bytes, RFC 6962 leaf hashes, chain value up to and including it."""

    index: int
    data: bytes
    sha256: bytes
    sm3: bytes
    chain: bytes


def chain_value(previous: bytes, leaf: bytes) -> bytes:
    """Return SHA-256(previous chain value || SHA-256 leaf hash); before the first entry stands GENESIS."""
    return digest(previous + leaf)


def append(index: int, previous: bytes, event: Mapping[str, Any]) -> Entry:
    """Return the entry of ``event`` at ``index`` after the chain value ``previous``; raises NotCanonical."""
    data = canonical_bytes(event)
    leaf = leaf_hash(data)
    return Entry(index, data, leaf, leaf_hash(data, "sm3"), chain_value(previous, leaf))


def entries(events: Iterable[Mapping[str, Any]], index: int = 0, previous: bytes = GENESIS) -> Iterator[Entry]:
    """Yield the entries of ``events`` in order, going on from ``index`` and the chain value before it."""
    for position, event in enumerate(events, start=index):
        entry = append(position, previous, event)
        previous = entry.chain
        yield entry
