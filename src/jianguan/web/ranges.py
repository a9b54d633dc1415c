"""Parts of large objects over HTTP (RFC 9110, section 14): what a player reads piece by piece."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, StreamingHttpResponse

CHUNK = 256 * 1024
"""Bytes of the largest piece handed to the server at once."""
BYTES_UNIT = re.compile(r"bytes=(.*)", re.IGNORECASE | re.ASCII)
ONE = re.compile(r"\s*([0-9]*)-([0-9]*)\s*", re.ASCII)
DIGITS = 18
"""Digits that are read of a number; a longer one lies beyond every object."""
WHOLE, PART, NOT_MODIFIED, UNSATISFIABLE = 200, 206, 304, 416
Read = Callable[[int, int], Iterator[bytes]]
"""Returns so many bytes from a start on, in chunks of any size."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an object that is there: first byte and number of bytes."""

    start: int
    length: int


class Unsatisfiable(ValueError):
    """The part asked for lies beyond the object."""


def part_of(header: str, size: int) -> Part | None:
    """Return the part a ``Range`` field asks for; None to ignore it: other unit, bad syntax, or several parts at once.

    RFC 9110 lets a server ignore any ``Range``; several parts of a recording are asked for by no player. Raises
    Unsatisfiable when the part begins beyond the end or is the last 0 bytes.
    """
    unit = BYTES_UNIT.fullmatch(header.strip())
    asked = ONE.fullmatch(unit[1]) if unit else None
    if asked is None or asked[0].strip() == "-":
        return None
    first, last = (_number(text) for text in asked.groups())
    if first is None:
        if not last or size == 0:
            raise Unsatisfiable
        return Part(max(0, size - last), min(size, last))
    if last is not None and last < first:
        return None
    if first >= size:
        raise Unsatisfiable
    end = size - 1 if last is None else min(last, size - 1)
    return Part(first, end - first + 1)


def ranged(request: HttpRequest, *, read: Read, size: int, digest: str, content_type: str) -> HttpResponseBase:
    """Answer GET and HEAD of an immutable object: whole, in part, not modified (304), or out of range (416).

    ``digest`` names its content and is its entity tag. Whether the asker may see it is decided before.
    """
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    tag = f'"{digest}"'
    if _known(request.headers.get("If-None-Match", ""), tag):
        return _labelled(HttpResponse(status=NOT_MODIFIED), tag)
    try:
        part = _part(request, tag, size)
    except Unsatisfiable:
        answer: HttpResponseBase = HttpResponse(status=UNSATISFIABLE, headers={"Content-Range": f"bytes */{size}"})
        return _labelled(answer, tag)
    start, length = (0, size) if part is None else (part.start, part.length)
    if request.method == "HEAD":
        answer = HttpResponse(content_type=content_type)
    else:
        answer = StreamingHttpResponse(_small(read(start, length)), content_type=content_type)
    answer.headers["Content-Length"] = str(length)
    if part is not None:
        answer.status_code = PART
        answer.headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    return _labelled(answer, tag)


def _part(request: HttpRequest, tag: str, size: int) -> Part | None:
    """The part asked for: by GET alone, and only while the object is the one that ``If-Range`` names."""
    header = request.headers.get("Range")
    condition = request.headers.get("If-Range")
    if header is None or request.method != "GET" or (condition is not None and condition.strip() != tag):
        return None
    return part_of(header, size)


def _number(text: str) -> int | None:
    if not text:
        return None
    digits = text.lstrip("0") or "0"
    return int(digits) if len(digits) <= DIGITS else 10**DIGITS


def _known(header: str, tag: str) -> bool:
    listed = {one.strip().removeprefix("W/") for one in header.split(",")}
    return tag in listed or "*" in listed


def _labelled(answer: HttpResponseBase, tag: str) -> HttpResponseBase:
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["ETag"] = tag
    answer.headers.setdefault("Cache-Control", "private, no-store")
    return answer


def _small(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut chunks that are too large for a slow client's buffer."""
    for chunk in chunks:
        for start in range(0, len(chunk), CHUNK):
            yield chunk[start : start + CHUNK]
