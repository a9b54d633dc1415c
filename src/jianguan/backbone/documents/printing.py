"""What of a draft or document is printed, and the files made of it: PDF, pictures of the pages, Word."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from jianguan.backbone.agencies.models import Capacity, CapacityMode
from jianguan.backbone.documents import rules
from jianguan.backbone.documents.kinds import kinds
from jianguan.backbone.documents.models import Document, Draft
from jianguan.engines.documents import render_docx, render_pages, render_pdf
from jianguan.kit.digests import hexdigest
from jianguan.rulebook import FONTS, RULEBOOK

FOLDER = RULEBOOK / "documents"
TEMPLATE = FOLDER / "official.typ"
WORD_TEMPLATE = FOLDER / "official.docx"
FORM, WORD_FORM = FOLDER / "form.typ", FOLDER / "form.docx"
UNNUMBERED, NO_DAY = "（待编号）", "　　年　月　日"
ACTING = "本文书以{level}身份制发，依据第十七条代行相应职责"


def printed(draft: Draft, *, number: str, day: dt.date, code: str, signer: str) -> dict[str, Any]:
    """The data that make the pages of a draft: plain text, in the shape ``official.typ`` describes."""
    kind = kinds()[draft.kind]
    agency = draft.capacity.agency
    names = {one.pk: one.agency.name for one in _capacities([*draft.units, *draft.copied])}
    addressees = [names[one] for one in draft.units if one in names] + [one["name"] for one in draft.externals]
    notes = [draft.note] if draft.note else []
    if draft.capacity.mode == CapacityMode.ACTING:
        notes.append(ACTING.format(level=draft.capacity.get_level_display()))
    written = rules.filled(draft.body, {"date": rules.day_words(day)})
    return {
        "layout": kind.layout,
        "head": agency.name if kind.layout in {"form", "letter"} else f"{agency.name}文件",
        "number": number or UNNUMBERED,
        "signer": signer,
        "title": draft.title,
        "addressees": list(dict.fromkeys(addressees)),
        "blocks": rules.blocks(written, draft.tables),
        "attachments": list(draft.attachments),
        "agency": agency.name,
        "date": rules.day_words(day) if number else NO_DAY,
        "note": "；".join(notes),
        "copies": [names[one] for one in draft.copied if one in names],
        "printed_by": agency.name,
        "printed_on": rules.day_words(day) if number else "",
        "code": code,
        "draft": not number,
        "synthetic": settings.DEMO,
    }


def _capacities(ids: Sequence[int]) -> list[Capacity]:
    return list(Capacity.objects.filter(pk__in=ids).select_related("agency"))


def pdf(data: Mapping[str, Any]) -> bytes:
    """The PDF of what is printed."""
    return render_pdf(_template(data), data, FONTS)


def pages(data: Mapping[str, Any]) -> list[bytes]:
    """Every page of what is printed, as PNG."""
    return render_pages(_template(data), data, FONTS)


def word(data: Mapping[str, Any]) -> bytes:
    """The Word file of what is printed."""
    return render_docx(WORD_FORM if data["layout"] == "form" else WORD_TEMPLATE, data)


def _template(data: Mapping[str, Any]) -> Path:
    return FORM if data["layout"] == "form" else TEMPLATE


def data_of(document: Document) -> dict[str, Any]:
    """What was printed of an issued document; empty for one that was not drafted here."""
    return dict(document.data.get("printed", {}))


def template_digest(data: Mapping[str, Any]) -> str:
    """SHA-256 of the template: kept with every document, so that a later look is known to be of another layout."""
    return hexdigest(_template(data).read_bytes())
