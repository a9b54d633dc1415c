"""Typeset a document: a typst template, data as JSON, fonts from a folder. The same input gives the same bytes."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import typst

EPOCH = dt.datetime(2020, 3, 19, tzinfo=dt.UTC)
"""Creation time written into every PDF: the real time belongs to the record, and equal input must give equal bytes."""
SCREEN = 110
"""Dots per inch of pages that are looked at on a screen: A4 is 909 dots wide."""


class BrokenTemplate(ValueError):
    """The template cannot be typeset with these data; the message is that of typst."""


def render_pdf(template: Path, data: Mapping[str, object], fonts: Path) -> bytes:
    """Typeset ``template`` with ``data`` under ``sys.inputs.data`` (one JSON object) and return the PDF.

    Only fonts below ``fonts`` are used, so that every machine gives the same pages, and the template can read no
    file outside its own folder. Raises FileNotFoundError without the template or the folder of fonts, and
    BrokenTemplate when the template cannot be typeset with the data.
    """
    return _typeset(template, data, fonts, "pdf")[0]


def render_pages(template: Path, data: Mapping[str, object], fonts: Path, dots_per_inch: int = SCREEN) -> list[bytes]:
    """Typeset as ``render_pdf`` and return every page as a PNG picture. Raises as ``render_pdf``."""
    return _typeset(template, data, fonts, "png", dots_per_inch)


def _typeset(
    template: Path, data: Mapping[str, object], fonts: Path, form: Literal["pdf", "png"], dots_per_inch: int = SCREEN
) -> list[bytes]:
    for path in (template, fonts):
        if not path.exists():
            raise FileNotFoundError(f"文书所需文件不存在：{path}")
    try:
        made = typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            format=form,
            ppi=dots_per_inch,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
            timestamp=int(EPOCH.timestamp()),
        )
    except typst.TypstError as error:
        raise BrokenTemplate(f"文书模板 {template.name} 无法排版：{error}") from error
    return made if isinstance(made, list) else [made]
