"""The one byte form of an event (规范字节): what is hashed, stored and exported."""

import json
from collections.abc import Mapping
from typing import Any


class NotCanonical(ValueError):
    """The event holds a value without one exact text form."""


def _check(value: object, path: str) -> None:
    if value is None or isinstance(value, bool | int):
        return
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            msg = f"{path}: a lone surrogate is no text"
            raise NotCanonical(msg) from None
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                msg = f"{path}: the key {key!r} is no text"
                raise NotCanonical(msg)
            _check(key, path)
            _check(item, f"{path}.{key}")
        return
    if isinstance(value, list | tuple):
        for position, item in enumerate(value):
            _check(item, f"{path}[{position}]")
        return
    msg = f"{path}: {type(value).__name__} has no exact JSON form; give text or an integer"
    raise NotCanonical(msg)


def canonical_bytes(event: Mapping[str, Any]) -> bytes:
    """Return sorted-key, separator-free UTF-8 JSON; raise NotCanonical on floats, dates, bytes and other types."""
    _check(event, "event")
    return json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
