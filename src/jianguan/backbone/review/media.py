"""What there is to look at for a drawn record, how far fetching it has come, and what was looked at."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from jianguan.backbone.draws.models import DrawItem, ItemRecording
from jianguan.backbone.evidence.models import CopyWork, Recording, ReviewCopy
from jianguan.backbone.review import rules
from jianguan.backbone.review.models import Assignment, PictureView
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.watching import queries as watching
from jianguan.backbone.watching.queries import Credited

READY, PENDING, MISSING, UNREADABLE = "ready", "pending", "missing", "unreadable"
NO_MEDIA = "-"
MEDIA_FIELD = 5
"""Where a line of the population's manifest says which media the record has."""


@dataclass(frozen=True, slots=True)
class Medium:
    """One recording or picture of a drawn record. ``copy`` only where it plays; lengths in milliseconds."""

    recording: Recording
    role: str
    state: str
    copy: ReviewCopy | None = None
    done_ms: int = 0
    total_ms: int = 0
    message: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture and not a film."""
        return self.recording.kind == Recording.Kind.PHOTO

    @property
    def title(self) -> str:
        """What it is called on the page."""
        return self.role or self.recording.camera or self.recording.get_kind_display()

    @property
    def shortfall(self) -> str:
        """How a film that plays falls short of what the business record claims, in words."""
        if self.is_picture or self.recording.state != Recording.State.FETCHED:
            return ""
        return rules.shortfall(self.recording.duration_ms, self.recording.claimed_ms)


def media_of(item: DrawItem) -> list[Medium]:
    """Everything that belongs to a drawn record, the last attempt of each source, films first."""
    newest: dict[str, ItemRecording] = {}
    linked = ItemRecording.objects.filter(item=item).select_related(
        "recording__review_copy", "recording__copy_work", "recording__stored"
    )
    for link in linked.order_by("recording__attempt", "pk"):
        newest[link.recording.source_ref] = link
    found = [_medium(link.recording, link.role) for link in newest.values()]
    return sorted(found, key=lambda one: (one.is_picture, one.recording.starts_at is None, one.recording.pk))


def _medium(recording: Recording, role: str) -> Medium:
    if recording.state != Recording.State.FETCHED:
        state = MISSING if recording.state == Recording.State.MISSING else UNREADABLE
        return Medium(recording, role, state)
    if recording.kind == Recording.Kind.PHOTO:
        return Medium(recording, role, READY)
    copy = getattr(recording, "review_copy", None)
    if copy is not None:
        return Medium(recording, role, READY, copy, total_ms=copy.duration_ms)
    work = getattr(recording, "copy_work", None)
    if work is None:
        return Medium(recording, role, PENDING, total_ms=recording.duration_ms)
    state = UNREADABLE if work.state == CopyWork.State.FAILED else PENDING
    return Medium(recording, role, state, done_ms=work.done_ms, total_ms=work.total_ms, message=work.message)


def credit_of(scope: Scope, assignment: Assignment, media: list[Medium], *, verify: bool = True) -> Credited:
    """What the assigned person earned by watching, recomputed from the log; raises BrokenChain where it was altered."""
    return watching.credit_of(
        scope,
        person_id=assignment.appointment.person_id,
        ref=ref_of(assignment),
        copies=[one.copy for one in media if one.copy is not None],
        verify=verify,
    )


def watched(scope: Scope, assignment: Assignment, media: list[Medium], *, verify: bool = True) -> rules.Watched:
    """What there was to look at, and what of it the assigned person looked at."""
    item = assignment.item
    pictures = [one for one in media if one.is_picture and one.state == READY]
    credit = credit_of(scope, assignment, media, verify=verify)
    seen = PictureView.objects.filter(assignment=assignment, recording__in=[one.recording for one in pictures]).count()
    absent = sought(item) if not media else ""
    return rules.Watched(
        total_ms=credit.total_ms,
        credited_ms=credit.credited_ms,
        asked=credit.asked,
        right=credit.right,
        checkable=credit.checkable,
        pictures=len(pictures),
        seen=seen,
        missing=_missing(media) + ((f"{absent}未找到",) if absent and not names_media(item) else ()),
        short=tuple(f"{one.title}{one.shortfall}" for one in media if one.shortfall),
        pending=tuple(one.title for one in media if one.state == PENDING)
        + ((absent,) if absent and names_media(item) else ()),
        proof=credit.proof,
    )


def _missing(media: list[Medium]) -> tuple[str, ...]:
    """What was sought and is not there or does not play: each film by its name, pictures together with their number."""
    films = tuple(f"{one.title}{_LACKS[one.state]}" for one in media if one.state in _LACKS and not one.is_picture)
    lost = Counter(one.state for one in media if one.state in _LACKS and one.is_picture)
    return films + tuple(f"照片{number}张{_UNSEEN[state]}" for state, number in sorted(lost.items()))


_UNSEEN = {MISSING: "未找到", UNREADABLE: "无法打开"}
_LACKS = {MISSING: "未找到", UNREADABLE: "无法播放"}
_WORDS = {"video": "音视频", "photo": "照片", "file": "档案文件"}


def sought(item: DrawItem) -> str:
    """What a record of this kind must have, '' where it needs nothing."""
    desk = rules.DESKS.get(item.population.kind)
    return _WORDS.get(desk.needs, "") if desk else ""


def names_media(item: DrawItem) -> bool:
    """Whether what was frozen of the record names recordings or photos."""
    if item.about:
        return bool(item.about.get("recordings") or item.about.get("photos"))
    fields = item.line.split("\t")
    return len(fields) > MEDIA_FIELD and fields[MEDIA_FIELD] != NO_MEDIA


def ref_of(assignment: Assignment) -> str:
    """What a person watches for, as the log of watching names it."""
    return f"assignment/{assignment.pk}"


def blind_recordings(person_id: int) -> QuerySet[ItemRecording, Any]:
    """Recordings that a person is still to look at himself: what others cut from them says what is there."""
    mine = Assignment.objects.filter(replaced_by=None, appointment__person_id=person_id, reviews=None)
    return ItemRecording.objects.filter(item__assignments__in=mine).values("recording")
