"""Typesetting: the same data give the same bytes, whatever they say stays text, nothing breaks the page."""

import io
import itertools
import re
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jianguan.engines.documents import BrokenTemplate, render_docx, render_pages, render_pdf
from jianguan.rulebook import FONTS, RULEBOOK

TEMPLATE, WORD = RULEBOOK / "documents" / "official.typ", RULEBOOK / "documents" / "official.docx"
A4_AT_72 = (595, 842)


def paper(**given: Any) -> dict[str, Any]:
    """What is printed of a plain bulletin."""
    return {
        "layout": "file",
        "head": "吉林省公安厅交通警察总队文件",
        "number": "吉林省通报〔2026〕1号",
        "signer": "",
        "title": "关于监管问题的通报",
        "addressees": ["长春市公安局交通警察支队"],
        "blocks": [{"kind": "heading", "text": "一、情况"}, {"kind": "paragraph", "text": "正文。"}],
        "attachments": [],
        "agency": "吉林省公安厅交通警察总队",
        "date": "2026年11月3日",
        "note": "",
        "copies": [],
        "printed_by": "吉林省公安厅交通警察总队",
        "printed_on": "2026年11月3日",
        "code": "0123-4567-89AB",
        "draft": False,
        "synthetic": True,
    } | given


def words(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        xml = parts.read("word/document.xml").decode()
    texts = re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", xml)
    return (
        "".join(texts)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#34;", '"')
        .replace("&#39;", "'")
        .replace("&amp;", "&")
    )


def size(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def test_equal_data_give_equal_bytes_in_every_form() -> None:
    assert render_pdf(TEMPLATE, paper(), FONTS) == render_pdf(TEMPLATE, paper(), FONTS)
    assert render_docx(WORD, paper()) == render_docx(WORD, paper())


@pytest.mark.parametrize("layout", ["file", "letter", "report"])
def test_every_layout_is_a4_and_a_long_body_takes_more_pages(layout: str) -> None:
    (sheet,) = render_pages(TEMPLATE, paper(layout=layout, signer="测试员"), FONTS, 72)
    assert size(sheet) == A4_AT_72
    long = [{"kind": "paragraph", "text": "监管工作情况" * 200}] * 5
    assert len(render_pages(TEMPLATE, paper(layout=layout, blocks=long), FONTS, 72)) > 5


def test_a_page_holds_twenty_two_lines_of_twenty_eight_characters() -> None:
    def pages(lines: int) -> int:
        block = {"kind": "paragraph", "text": "字" * (28 * lines - 2)}
        return len(render_pages(TEMPLATE, paper(layout="letter", blocks=[block]), FONTS, 40))

    # A letter's first page leaves room for some lines; from there on every 22 lines are one page more.
    counts = [pages(lines) for lines in (40, 62, 84, 106)]
    assert [after - before for before, after in itertools.pairwise(counts)] == [1, 1, 1]


@settings(max_examples=15)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf", "Co", "Cn", "Zl", "Zp")), min_size=1, max_size=60))
def test_any_text_in_any_field_is_typeset_and_kept_word_for_word(text: str) -> None:
    data = paper(
        title=text, head=text, number=text, agency=text, note=text, addressees=[text], copies=[text],
        attachments=[text, text],
        blocks=[
            {"kind": "paragraph", "text": text},
            {"kind": "table", "caption": text, "columns": [text, text], "rows": [[text, text]]},
        ],
    )  # fmt: skip
    assert render_pdf(TEMPLATE, data, FONTS).startswith(b"%PDF-")
    assert text in words(render_docx(WORD, data))


@pytest.mark.parametrize(
    "evil", ['#import "x": *', "{{7*7}}", "{% for x in y %}", "=cmd|' /C calc'!A0", "</w:t></w:p>", "&amp;<b>", "$x^2$"]
)
def test_code_of_any_language_is_printed_as_it_stands(evil: str) -> None:
    data = paper(title=evil, blocks=[{"kind": "paragraph", "text": evil}])
    assert words(render_docx(WORD, data)).count(evil) == 2
    assert render_pdf(TEMPLATE, data, FONTS).startswith(b"%PDF-")


def test_long_names_many_attachments_and_long_tables_break_over_pages() -> None:
    name = "吉林省长白山保护开发区管理委员会公安局交通管理支队车辆管理所驾驶人考试监管中心联合办公室"
    data = paper(
        head=f"{name}文件", agency=name, addressees=[f"{name}第{n}科" for n in range(60)], attachments=[name] * 30,
        blocks=[{"kind": "table", "columns": ["单位", "digest"], "rows": [[name, "f" * 200]] * 120}],
    )  # fmt: skip
    sheets = render_pages(TEMPLATE, data, FONTS, 40)
    assert len(sheets) > 8
    assert {size(sheet) for sheet in sheets} == {size(sheets[0])}


def test_a_broken_template_or_a_missing_one_says_so(tmp_path: Any) -> None:
    broken = tmp_path / "broken.typ"
    broken.write_text("#panic(1)", encoding="utf-8")
    with pytest.raises(BrokenTemplate, match="无法排版"):
        render_pdf(broken, {}, FONTS)
    for make in (lambda path: render_pdf(path, {}, FONTS), lambda path: render_docx(path, {})):
        with pytest.raises(FileNotFoundError):
            make(tmp_path / "none")
