"""Fill a Word template (docxtpl) with the data that also make the PDF. Values are text: no markup, no template code."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from docxtpl import DocxTemplate

STILL = (2020, 3, 19, 0, 0, 0)
"""Time of every part of the file, so that equal input gives equal bytes."""


def render_docx(template: Path, data: Mapping[str, Any]) -> bytes:
    """Return the Word file of ``template`` filled with ``data``.

    Raises FileNotFoundError without the template, jinja2.TemplateError when it names what the data do not hold.
    """
    if not template.exists():
        raise FileNotFoundError(f"文书所需文件不存在：{template}")
    document = DocxTemplate(str(template))
    strict = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True)
    document.render(dict(data), strict, autoescape=True)
    made = io.BytesIO()
    document.save(made)
    return _still(made)


def _still(made: io.BytesIO) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as still:
        for name in sorted(parts.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            still.writestr(zipfile.ZipInfo(name, STILL), parts.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
