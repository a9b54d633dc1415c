"""Notices for tests: a fact that is owed a notice, and the notice that two persons make of it."""

import datetime as dt

from builders import DAY, at, leader, officer, on_the_clock
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.documents import drafting, owing
from jianguan.backbone.documents.models import Document, DocumentKind, NoticeDuty
from jianguan.backbone.rules.queries import working_calendar


def owe_notice(capacity: str, kind: DocumentKind, provision: str, ref: str, day: dt.date = DAY) -> NoticeDuty:
    """A unit owes a document about what was established on a day."""
    return owing.owe(
        capacity_id=agencies.capacity(capacity).pk,
        kind=kind,
        ref=ref,
        title="合成的问题",
        provision=provision,
        since=at(day, 9),
        calendar=working_calendar(),
    )


def notify(capacity: str, kind: DocumentKind, data: dict[str, str], ref: str, day: dt.date = DAY) -> Document:
    """The unit issues it: an officer drafts, a leader signs."""
    with on_the_clock(at(day, 15)):
        draft = drafting.draft(by=officer(capacity), kind=kind, data=data, refs=[ref])
        sent = drafting.send(by=officer(capacity), draft=draft, version=draft.version)
        return drafting.issue(by=leader(capacity), draft=sent, version=sent.version, calendar=working_calendar())
