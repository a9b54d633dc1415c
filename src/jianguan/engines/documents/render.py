"""Typeset a document: a typst template, data as JSON, fonts from a folder. The same input gives the same bytes."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import typst

EPOCH = dt.datetime(2020, 3, 19, tzinfo=dt.UTC)
"""Creation time written into every PDF: the real time belongs to the record, and equal input must give equal bytes."""


class BrokenTemplate(ValueError):
    """The template cannot be typeset with these data; the message is that of typst."""


def render_pdf(template: Path, data: Mapping[str, object], fonts: Path) -> bytes:
    """Typeset ``template`` with ``data`` under ``sys.inputs.data`` (one JSON object) and return the PDF.

    Only fonts below ``fonts`` are used, so that every machine gives the same pages, and the template can read no
    file outside its own folder. Raises FileNotFoundError without the template or the folder of fonts, and
    BrokenTemplate when the template cannot be typeset with the data.
    """
    for path in (template, fonts):
        if not path.exists():
            raise FileNotFoundError(f"文书所需文件不存在：{path}")
    try:
        pdf: bytes = typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
            timestamp=int(EPOCH.timestamp()),
        )
    except typst.TypstError as error:
        raise BrokenTemplate(f"文书模板 {template.name} 无法排版：{error}") from error
    return pdf
