"""Clips and stills as evidence (证据片段、截图): cut, proven by a chained manifest, exported with a verifier."""

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.evidence.models import Clip, Recording, StoredObject
from jianguan.backbone.evidence.store import content, store
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.engines import media
from jianguan.engines.media import clips as engine
from jianguan.engines.media import verify_clip as proofs
from jianguan.kit import clock
from jianguan.kit.digests import Algorithm, hexdigest

SHORTEST_REASON = 4
VERIFIER = Path(proofs.__file__)
READ_ME = """本压缩包为证据片段及其清单，可脱离本系统核验：

    python3 verify_clip.py 本目录

核验只需 Python 3 标准库，不连接网络。
清单记载来源录像的摘要、精确的起止位置、设备、时钟偏差、截取人、理由和前一份清单的摘要。
"""


class ClipRefused(ValueError):
    """This cannot be cut. The message is Chinese and shown to the user."""


def cut_clip(*, by: Actor, recording: Recording, from_ms: int, to_ms: int, reason: str) -> Clip:
    """Cut [from_ms, to_ms) of a recording by stream copy, at key frames, at most 60 s; the manifest says what exactly.

    Raises NotAllowed without the permission, ClipRefused with the reason in Chinese.
    """
    by.require(Permission.CLIP_MAKE)
    stored = _source(recording, reason)
    if not 0 <= from_ms < to_ms:
        raise ClipRefused("终点须在起点之后")
    if to_ms - from_ms > engine.LONGEST_MS:
        raise ClipRefused(f"片段最长 {engine.LONGEST_MS // 1000} 秒")
    with tempfile.TemporaryDirectory(dir=_scratch(), prefix="clip-") as name, store().local(stored.sha256) as path:
        out = Path(name) / "clip"
        try:
            cut = media.cut(path, from_ms, to_ms, out)
        except media.BadCut as refusal:
            raise ClipRefused("这一段没有可截取的画面") from refusal
        kept = keep(out, "video/mp4" if cut.container == "mp4" else "video/quicktime")
    return _record(by, recording, stored, kept, cut, (from_ms, to_ms), reason, still=False)


def take_snapshot(*, by: Actor, recording: Recording, at_ms: int, reason: str) -> Clip:
    """Keep the picture shown at a moment of a recording as PNG, with a manifest.

    Raises NotAllowed without the permission, ClipRefused with the reason in Chinese.
    """
    by.require(Permission.CLIP_MAKE)
    stored = _source(recording, reason)
    with store().local(stored.sha256) as path:
        try:
            picture = media.snapshot(path, at_ms)
        except media.Unplayable as refusal:
            raise ClipRefused("这个位置没有画面") from refusal
    kept = keep(picture, "image/png")
    cut = media.Cut(at_ms, at_ms + 1, "png", len(picture), hexdigest(picture), hexdigest(picture, Algorithm.SM3))
    return _record(by, recording, stored, kept, cut, (at_ms, at_ms + 1), reason, still=True)


def _source(recording: Recording, reason: str) -> StoredObject:
    if len(reason.strip()) < SHORTEST_REASON:
        raise ClipRefused(f"请写明理由，至少 {SHORTEST_REASON} 个字")
    if recording.state != Recording.State.FETCHED or recording.stored is None:
        raise ClipRefused("录像没有调取到，不能截取")
    return recording.stored


def _record(  # noqa: PLR0917 - the facts of one row
    by: Actor,
    recording: Recording,
    source: StoredObject,
    kept: StoredObject,
    cut: media.Cut,
    asked: tuple[int, int],
    reason: str,
    *,
    still: bool,
) -> Clip:
    now = clock.now()
    with transaction.atomic():
        one_at_a_time(f"clips {by.capacity_id}")  # one chain a capacity
        last = Clip.objects.filter(capacity_id=by.capacity_id).order_by("-pk").first()
        document = media.manifest(
            cut,
            clip=f"{now:%Y%m%dT%H%M%S}-{cut.sha256[:12]}.{cut.container}",
            sources=(media.Source(f"recording/{recording.pk}", source.sha256, source.sm3, source.size),),
            camera=recording.camera or recording.get_kind_display(),
            clock_offset_ms=recording.clock_offset_ms,
            reviewer=f"{by.person_name}（{by.capacity_name}{by.post_title}）",
            reason=reason.strip(),
            made_at=now.isoformat(timespec="seconds"),
            previous=last.manifest_sha256 if last else proofs.GENESIS,
            asked_from_ms=asked[0],
            asked_to_ms=asked[1],
        )
        clip = Clip.objects.create(
            capacity_id=by.capacity_id,
            recording=recording,
            from_ms=cut.in_ms,
            to_ms=cut.out_ms,
            still=still,
            stored=kept,
            manifest=document,
            manifest_sha256=media.digest(document),
            previous=last,
            made_by_id=by.appointment_id,
            made_at=now,
            reason=reason.strip()[:300],
        )
        _tell(EventKind.CLIP_MADE, by, clip, reason)
    return clip


def _tell(kind: EventKind, by: Actor, clip: Clip, reason: str) -> None:
    facts: dict[str, Any] = {"recording": clip.recording_id, "still": clip.still, "manifest": clip.manifest_sha256}
    audit.record(kind=kind, by=by, object_type="clip", object_id=clip.pk, reason=reason, after=facts, details=facts)


def export(*, by: Actor, clip: Clip, reason: str) -> bytes:
    """Return a ZIP of the clip, its manifest and a verifier that needs nothing but Python; the export is logged.

    Raises NotAllowed without the permission, ClipRefused without a reason.
    """
    by.require(Permission.CLIP_MAKE)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ClipRefused(f"请写明理由，至少 {SHORTEST_REASON} 个字")
    name = clip.manifest["clip"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content(clip.stored.sha256))
        archive.writestr(f"{name}{proofs.SUFFIX}", media.canonical(clip.manifest))
        archive.writestr("verify_clip.py", VERIFIER.read_bytes())
        archive.writestr("说明.txt", READ_ME)
    _tell(EventKind.CLIP_EXPORTED, by, clip, reason)
    return packed.getvalue()


def _scratch() -> Path:
    folder = Path(settings.JIANGUAN_HOME) / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
