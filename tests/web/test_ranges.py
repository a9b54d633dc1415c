"""Parts of large objects, as RFC 9110 section 14 has them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from jianguan.web.ranges import CHUNK, Part, Unsatisfiable, part_of, ranged

CONTENT = bytes(range(256)) * 4
SIZE = len(CONTENT)
TAG = "a" * 64


def ask(method: str = "GET", content: bytes = CONTENT, **headers: str) -> Any:
    def read(start: int, length: int) -> Iterator[bytes]:
        yield content[start : start + length]

    request = RequestFactory().generic(method, "/", headers={name.replace("_", "-"): v for name, v in headers.items()})
    return ranged(request, read=read, size=len(content), digest=TAG, content_type="video/mp4")


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_whole_object_without_a_range() -> None:
    answer = ask()
    assert answer.status_code == 200
    assert body(answer) == CONTENT
    assert answer["Content-Length"] == str(SIZE)
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["ETag"] == f'"{TAG}"'
    assert answer["Content-Type"] == "video/mp4"


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=100-199", 100, 200),
        ("bytes=1000-99999", 1000, SIZE),
        ("bytes=1023-", 1023, SIZE),
        ("bytes=-1", SIZE - 1, SIZE),
        ("bytes=-99999", 0, SIZE),
        ("BYTES=5-9", 5, 10),
        ("bytes= 5-9 ", 5, 10),
        ("bytes=00005-00009", 5, 10),
        ("bytes=5-" + "9" * 5_000, 5, SIZE),
        ("bytes=-" + "9" * 5_000, 0, SIZE),
    ],
)
def test_one_part(header: str, start: int, end: int) -> None:
    answer = ask(Range=header)
    assert answer.status_code == 206
    assert body(answer) == CONTENT[start:end]
    assert answer["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer["Content-Length"] == str(end - start)


@pytest.mark.parametrize("header", ["bytes=1024-", "bytes=9999-99999", "bytes=-0", "bytes=" + "9" * 5_000 + "-"])
def test_a_part_beyond_the_end_is_not_satisfiable(header: str) -> None:
    answer = ask(Range=header)
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{SIZE}"
    assert body(answer) == b""


@pytest.mark.parametrize(
    "header",
    [
        "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5", "bytes=9-5", "bytes=0-1,5-9", "bytes=0-1,",
        "lines=0-5", "bytes=0--5", "bytes=--5", "bytes=+5-9", "bytes=0x1-5", "bytes=٣-٥", "bytes=1 2-5",
        "bytes=0-5;q=1",
    ],
)  # fmt: skip
def test_what_is_no_single_part_is_ignored(header: str) -> None:
    answer = ask(Range=header)
    assert answer.status_code == 200
    assert body(answer) == CONTENT


def test_an_empty_object_has_no_parts() -> None:
    assert body(ask(content=b"")) == b""
    assert ask(content=b"", Range="bytes=0-").status_code == 416
    assert ask(content=b"", Range="bytes=-5").status_code == 416


def test_a_head_tells_the_size_and_knows_no_range() -> None:
    answer = ask("HEAD", Range="bytes=0-5")
    assert answer.status_code == 200
    assert answer["Content-Length"] == str(SIZE)
    assert body(answer) == b""


def test_nothing_else_than_reading_is_allowed() -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert ask(method).status_code == 405


@pytest.mark.parametrize(
    ("condition", "status"),
    [(f'"{TAG}"', 206), ('"other"', 200), (f'W/"{TAG}"', 200), ("Fri, 12 Jun 2026 01:30:00 GMT", 200), ("", 200)],
)
def test_a_part_is_given_only_of_the_object_the_client_has(condition: str, status: int) -> None:
    assert ask(Range="bytes=0-5", If_Range=condition).status_code == status


@pytest.mark.parametrize(("tags", "status"), [(f'"{TAG}"', 304), (f'"x", W/"{TAG}"', 304), ("*", 304), ('"x"', 200)])
def test_what_the_client_has_is_not_sent_again(tags: str, status: int) -> None:
    assert ask(If_None_Match=tags, Range="bytes=9999-").status_code == (304 if status == 304 else 416)
    answer = ask(If_None_Match=tags)
    assert answer.status_code == status
    assert answer["ETag"] == f'"{TAG}"'


def test_chunks_stay_small() -> None:
    large = bytes(CHUNK * 2 + 5)
    sizes = [len(chunk) for chunk in ask(content=large).streaming_content]
    assert sizes == [CHUNK, CHUNK, 5]


@given(st.text(max_size=40) | st.from_regex(r"bytes=[0-9]{0,6}-[0-9]{0,6}", fullmatch=True), st.integers(0, 2_000))
def test_a_part_always_lies_within_the_object(header: str, size: int) -> None:
    try:
        part = part_of(header, size)
    except Unsatisfiable:
        return
    assert part is None or (part.start >= 0 and part.length > 0 and part.start + part.length <= size)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_part_is_what_was_asked_for(start: int, more: int) -> None:
    assert part_of(f"bytes={start}-{start + more}", 5_000) == Part(start, more + 1)
