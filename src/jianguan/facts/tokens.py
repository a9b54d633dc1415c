"""Tokens (令牌) by which a source reports over HTTP: shown once, kept as a digest, good for one source only."""

import secrets

from jianguan.facts.models import Source
from jianguan.facts.scoped import rows_of
from jianguan.kit.digests import hexdigest


def issue(source: Source) -> str:
    """Give the source a new token and return it; the one before no longer holds."""
    token = secrets.token_urlsafe(32)
    source.token_digest = hexdigest(token.encode())
    with rows_of(source.capacity_id):
        source.save(update_fields=["token_digest"])
    return token


def revoke(source: Source) -> None:
    """Take the source's token away."""
    source.token_digest = ""
    with rows_of(source.capacity_id):
        source.save(update_fields=["token_digest"])


def holder(token: str) -> Source | None:
    """Return the source a token belongs to."""
    return Source.objects.filter(token_digest=hexdigest(token.encode())).first() if token else None
