"""Tokens given and taken by an operator of the machine: in one transaction with the event that names him."""

from jianguan.backbone.audit.actions import record
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.scope import scope as scopes
from jianguan.facts import tokens
from jianguan.facts.models import Source


def issue_as(*, operator: str, source: Source) -> str:
    """Give a source a new token and return it; ``operator`` is the user of the operating system who asked."""
    with scopes.within(scopes.everything()):
        token = tokens.issue(source)
        _record(EventKind.FACTS_TOKEN_ISSUED, operator, source)
        return token


def revoke_as(*, operator: str, source: Source) -> None:
    """Take the token of a source away; ``operator`` as above."""
    with scopes.within(scopes.everything()):
        tokens.revoke(source)
        _record(EventKind.FACTS_TOKEN_REVOKED, operator, source)


def _record(kind: EventKind, operator: str, source: Source) -> None:
    record(kind=kind, by=None, object_type="facts.source", object_id=source.key, details={"operator": operator})
