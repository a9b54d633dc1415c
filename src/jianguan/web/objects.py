"""Stored objects as answers: pictures shown in a page, files saved by the reader."""

from urllib.parse import quote

from django.http import Http404, HttpResponse

from jianguan.backbone.evidence.models import StoredObject
from jianguan.backbone.evidence.store import NoSuchObject, content
from jianguan.backbone.people.acting import Actor
from jianguan.kit import clock
from jianguan.web.watching import pictures
from jianguan.web.watching.player import watermark


def content_of(stored: StoredObject) -> bytes:
    """All of the object; raises Http404 with the one sentence of the house where its file is gone."""
    try:
        return content(stored.sha256)
    except NoSuchObject:
        raise Http404("文件已不在对象存储中，请报系统管理员核查") from None


def inline(stored: StoredObject) -> HttpResponse:
    """The object to be shown; whether the asker may see it is decided before. Raises Http404."""
    return HttpResponse(content_of(stored), content_type=stored.media_type)


def marked(actor: Actor, data: bytes) -> HttpResponse:
    """A picture with viewer and time across it (水印), never stored by the browser. Raises Http404 for what is none."""
    try:
        shown = pictures.marked(data, f"{watermark(actor)} {clock.now():%Y-%m-%d %H:%M}")
    except pictures.NoPicture as refusal:
        raise Http404("图片无法显示") from refusal
    response = HttpResponse(shown, content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    return response


def saved(data: bytes, name: str, media_type: str) -> HttpResponse:
    """Bytes to be saved under a name."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
