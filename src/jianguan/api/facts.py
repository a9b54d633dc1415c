"""Facts over HTTP (接口报送): one request is one batch, all of it counted, and twice the same key is once."""

import datetime as dt
import gzip
import zlib
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, NinjaAPI, Schema, Status
from ninja.errors import AuthenticationError, Throttled, ValidationError
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

from jianguan.api import schemas
from jianguan.facts import empty_days, ingest, sources, tokens
from jianguan.facts.apart import apart
from jianguan.facts.models import Batch, BatchState, Source
from jianguan.facts.scratch import scratch_folder

LARGEST = 512 << 20
CHUNK = 1 << 16
SHOWN = 100
GZIP = "gzip"
RATE = "60/m"
KINDS = {
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/vnd.apache.parquet": ".parquet",
}
BODY = {
    "required": True,
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS},
}


class SourceToken(HttpBearer):
    """The token of a source, as a bearer."""

    def authenticate(self, request: HttpRequest, token: str) -> Source | None:
        """The source, or None."""
        return tokens.holder(token)


class Door(NinjaAPI):
    """The door with the rows of every contract in its description."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """The OpenAPI document."""
        document = super().get_openapi_schema(**options)
        return schemas.described(document, next(path for path in document["paths"] if path.endswith("/facts/{fact}")))


api = Door(
    title="监管：数据接入",
    version="1",
    urls_namespace="api-v1",
    docs_url=None,
    auth=SourceToken(),
    throttle=[AuthRateThrottle(RATE)],
)


class Refusal(Schema):
    """One refused row."""

    row: int
    field: str
    rule: str
    message: str


class Taken(Schema):
    """What became of a request."""

    batch: str
    state: str
    accepted: int
    refused: int
    superseding: int
    unused_columns: list[str]
    refusals: list[Refusal]


class Problem(Schema):
    """Why nothing was taken."""

    reason: str


def _problem(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    return api.create_response(request, {"reason": reason}, status=status)


def failed(request: HttpRequest, status: int, words: str) -> HttpResponse:
    """What the house answers for this door: unreadable, broken, no such address."""
    return _problem(request, words, status)


@api.exception_handler(AuthenticationError)
def no_token(request: HttpRequest, error: Any) -> HttpResponse:
    """401."""
    return _problem(request, "令牌缺失、错误或已撤销", 401)


@api.exception_handler(Throttled)
def too_many(request: HttpRequest, error: Any) -> HttpResponse:
    """429."""
    return _problem(request, "请求过于频繁，每分钟最多 60 次", 429)


@api.exception_handler(ValidationError)
def wrong_input(request: HttpRequest, error: Any) -> HttpResponse:
    """422; nothing of what was sent is repeated."""
    if any(one["loc"][0] == "header" for one in error.errors):
        return _problem(request, "请求头 Idempotency-Key 须为 8 至 80 个字符", 422)
    return _problem(request, "请求内容不合接口说明，见 /api/v1/openapi.json", 422)


@api.post(
    "/facts/{fact}",
    summary="报送一批数据",
    response={200: Taken, (401, 403, 409, 413, 415, 422, 429): Problem},
    openapi_extra={"requestBody": BODY},
)
def take(
    request: HttpRequest, fact: str, key: str = Header(alias="Idempotency-Key", min_length=8, max_length=80)
) -> Any:
    """Take the body in as one batch of the token's source."""
    source: Source = request.auth  # type: ignore[attr-defined]  # set by SourceToken
    suffix = KINDS.get(request.content_type or "")
    if fact != source.contract:
        return Status(403, {"reason": f"该令牌只能报送 {source.contract}"})
    if suffix is None or _encoding(request) not in {"", "identity", GZIP}:
        return Status(415, {"reason": f"请求体须为 {'、'.join(KINDS)} 之一，不压缩或以 gzip 压缩"})
    with scratch_folder() as folder:
        path = folder / f"body{suffix}"
        try:
            if not _receive(request, path):
                return Status(413, {"reason": f"请求体超过 {LARGEST >> 20} MB（解压后），请分批报送"})
        except (OSError, EOFError, zlib.error):
            return Status(422, {"reason": "请求体的 gzip 压缩内容损坏或不完整"})
        try:
            return apart(lambda: _answer(source, fact, path, key))
        except ingest.KeyReused as reused:
            return Status(409, {"reason": str(reused)})


class EmptyDay(Schema):
    """A day without business."""

    day: dt.date


@api.post(
    "/facts/{fact}/empty-days",
    summary="申明某日无业务",
    response={200: Taken, (401, 403, 422, 429): Problem},
)
def declare_empty(request: HttpRequest, fact: str, given: EmptyDay) -> Any:
    """Prove that the token's source has nothing to report for a day; the same day twice is once."""
    source: Source = request.auth  # type: ignore[attr-defined]  # set by SourceToken
    if fact != source.contract:
        return Status(403, {"reason": f"该令牌只能报送 {source.contract}"})
    try:
        return _told(empty_days.declare(source, given.day))
    except sources.WrongSource as wrong:
        return Status(422, {"reason": str(wrong)})


def _encoding(request: HttpRequest) -> str:
    return request.headers.get("Content-Encoding", "").strip().lower()


def _receive(request: HttpRequest, path: Path) -> bool:
    """Write the body, unpacked, to a file piece by piece; False when it is too large.

    Raises OSError, EOFError or zlib.error when what is packed is damaged.
    """
    size, packed = 0, _encoding(request) == GZIP
    body: Any = gzip.GzipFile(fileobj=request, mode="rb") if packed else request  # type: ignore[call-overload]
    with path.open("wb") as file:
        while chunk := body.read(CHUNK):
            size += len(chunk)
            if size > LARGEST:
                return False
            file.write(chunk)
    return True


def _answer(source: Source, fact: str, path: Path, key: str) -> Any:
    batch = ingest.take_in(fact, path, source=source, key=key)
    if batch.state != BatchState.COMMITTED:
        return Status(422, {"reason": batch.reason})
    return _told(batch)


def _told(batch: Batch) -> Any:
    return Status(
        200,
        {
            "batch": batch.uuid.hex,
            "state": batch.state,
            "accepted": batch.accepted,
            "refused": batch.refused,
            "superseding": batch.superseding,
            "unused_columns": batch.unused,
            "refusals": _refusals(batch),
        },
    )


def _refusals(batch: Batch) -> list[dict[str, Any]]:
    return [
        {"row": row["line"], "field": row["column"], "rule": row["rule"], "message": row["message"]}
        for row in ingest.refusals_of(batch, SHOWN)
    ]
