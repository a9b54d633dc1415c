import hashlib
import json
import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jianguan.engines.regulation.parse import NotARegulation, decode, parse
from jianguan.engines.regulation.preamble import chinese_number
from jianguan.engines.regulation.provisions import DefectKind
from jianguan.engines.regulation.record import record
from jianguan.engines.regulation.report import read_data, read_text
from jianguan.engines.regulation.schema import Level

ITEM_MARK = re.compile(r"[（(]([一二三四五六七八九十]+)[)）]")
PROPERTY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def reading(regulation):
    """What must not depend on how the text was laid out."""
    head = (regulation.title, regulation.number, regulation.issued_on, regulation.chapters)
    return head, [(item.id, item.text, item.digest, item.operative, item.levels) for item in regulation.items]


def item(regulation, id_):
    return next(one for one in regulation.items if one.id == id_)


# --- the official text -------------------------------------------------------------------------------------


def test_the_official_text_has_19_articles_and_51_operative_items(official):
    assert [article.number for article in official.articles] == list(range(1, 20))
    counts = Counter(one.article for one in official.operative_items)
    assert [counts[n] for n in range(4, 16)] == [8, 8, 11, 2, 2, 3, 5, 1, 2, 2, 4, 3]
    assert len(official.operative_items) == 51
    assert len(official.articles[2].items) == 5


def test_the_head_of_the_official_text_is_read(official):
    assert official.title == "吉林省公安机关交通管理部门监管实施细则（修订稿）"
    assert official.number == "吉公通字〔2020〕2号"
    assert str(official.issued_on) == "2020-03-19"
    assert [chapter.title for chapter in official.chapters][::6] == ["总则", "附则"]
    assert official.anomalies == []


def test_words_broken_across_lines_are_joined_without_a_gap(official):
    assert "设置专门的监管机构或由车管所领导专职负责监管工作，配备相应的警力" in item(official, "6.1").text
    assert item(official, "5.1").lead_in.startswith("对机动车和驾驶人业务监管，市级公安机关交通管理部门应当")


def test_markers_leave_the_text_and_digests_cover_exactly_the_text(official):
    assert "每日抽查不少于5%的当天音视频信息档案" in item(official, "6.6").text
    assert all("*" not in one.text and "\n" not in one.text for one in official.items)
    assert all(one.digest == hashlib.sha256(one.text.encode()).hexdigest() for one in official.items)


def test_faults_of_the_text_stay_in_the_text(official):
    assert item(official, "4.7").text.endswith("及时通报监管过程中发现")
    assert "部门部门应当" in official.articles[7].lead_in
    assert "职能查验终端" in item(official, "6.7").text


def test_article_11_counts_as_one_item_and_framework_articles_as_none(official):
    assert item(official, "11").operative
    assert item(official, "15.2").marker == "(二)"
    assert not any(item(official, id_).operative for id_ in ("1", "2", "3.1", "16", "17", "18", "19"))


@pytest.mark.parametrize(
    ("id_", "levels"),
    [
        ("4.1", [Level.PROVINCE]),
        ("6.6", [Level.VEHICLE_OFFICE]),
        ("9.1", [Level.COUNTY]),
        ("11", [Level.CITY]),
        ("13.1", [Level.CITY, Level.COUNTY]),
    ],
)
def test_the_lead_in_names_the_bearer(official, id_, levels):
    assert item(official, id_).levels == levels


def test_the_shipped_articles_are_what_the_parser_makes_of_the_shipped_text(official, rulebook_directory):
    shipped = json.loads((rulebook_directory / "articles.json").read_text(encoding="utf-8"))
    assert shipped == read_data(official)
    assert (shipped["articles"], shipped["operative_items"], len(shipped["items"])) == (19, 51, 56)


def test_the_reading_for_people_shows_every_item_and_every_defect(official):
    shown = read_text(official)
    assert all(one.text in shown for one in official.items)
    assert all(defect.note in shown for defect in record(official).defects)


# --- the same text in other clothes ------------------------------------------------------------------------


@PROPERTY
@given(data=st.data())
def test_breaking_lines_anywhere_changes_nothing(official_text, official, data):
    plain = official_text.replace("**", "")
    cuts = data.draw(st.sets(st.integers(0, len(plain)), max_size=300))
    broken = "".join(("\n\n" if n in cuts else "") + character for n, character in enumerate(plain))
    assert reading(parse(broken)) == reading(official)


@PROPERTY
@given(data=st.data())
def test_joining_lines_of_the_body_changes_nothing(official_text, official, data):
    head, body = official_text[: official_text.index("第一条")], official_text[official_text.index("第一条") :]
    lines = re.split(r"\n+", body.replace("- （", "（"))
    joints = data.draw(st.lists(st.sampled_from(["", "\n", "\r\n\r\n"]), min_size=len(lines), max_size=len(lines)))
    joined = "".join(line + joint for line, joint in zip(lines, joints, strict=True))
    assert reading(parse(head + joined)) == reading(official)


@PROPERTY
@given(data=st.data())
def test_bold_markers_dashes_and_widths_change_nothing(official_text, official, data):
    def dress(match):
        mark = data.draw(st.sampled_from(["（{}）", "({})", "({}）", "**（{}）**", "({}) "])).format(match[1])
        return data.draw(st.sampled_from(["", "\n- ", "\n\n* "])) + mark

    dressed = ITEM_MARK.sub(dress, official_text)
    dressed = re.sub(r"\d+", lambda m: data.draw(st.sampled_from(["{}", "**{}**"])).format(m[0]), dressed)
    assert reading(parse(dressed)) == reading(official)


@PROPERTY
@given(data=st.data())
def test_a_text_cut_off_anywhere_is_read_as_far_as_it_goes_or_refused(official_text, official, data):
    end = data.draw(st.integers(0, len(official_text)))
    if "第一条" not in official_text[:end]:
        with pytest.raises(NotARegulation, match=r"[\u4e00-\u9fff]"):
            parse(official_text[:end])
        return
    cut = parse(official_text[:end])
    whole = [(one.id, one.digest) for one in official.items]
    kept = [(one.id, one.digest) for one in cut.items][:-1]
    assert kept == whole[: len(kept)]
    if len(cut.articles) < 19:
        assert DefectKind.INCOMPLETE in {defect.kind for defect in record(cut).defects}


@settings(max_examples=150)
@given(st.text(alphabet="第一二三十条章（）(). 。；：\n应当规定", max_size=120))
def test_any_heap_of_markers_is_read_or_refused(text):
    try:
        regulation = parse(text)
    except NotARegulation:
        return
    assert len({one.id for one in regulation.items}) == len(regulation.items)
    assert read_text(regulation)


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    try:
        regulation = parse(decode(data))
    except NotARegulation:
        return
    assert regulation.articles


# --- other texts -------------------------------------------------------------------------------------------


def test_another_regulation_of_the_form_is_read(small_text):
    small = parse(small_text)
    assert small.title == "测试省仓库管理规定（合成数据）"
    assert (small.number, str(small.issued_on)) == ("测仓字〔2021〕7号", "2021-05-06")
    assert [one.id for one in small.items] == ["1", "2.1", "2.2", "3"]
    assert [one.id for one in small.operative_items] == ["2.1", "2.2"]
    assert small.anomalies == []


def test_a_text_in_gb18030_is_read(small_text):
    assert reading(parse(decode(small_text.encode("gb18030")))) == reading(parse(small_text))


def test_a_table_of_contents_and_sections_do_not_confuse_the_chapters(small_text):
    text = small_text.replace("第一章 总则\n", "目录\n\n第一章 总则\n\n第二章 职责\n\n第三章 附则\n\n第一章 总则\n", 1)
    text = text.replace("第二章 职责\n\n第二条", "第二章 职责\n\n第一节 市级\n\n第二条")
    regulation = parse(text)
    assert [(chapter.number, chapter.title) for chapter in regulation.chapters] == [
        (1, "总则"),
        (2, "职责"),
        (3, "附则"),
    ]
    assert regulation.articles[1].section == "市级"


def test_references_at_the_start_of_a_line_are_not_taken_for_articles(small_text):
    text = small_text.replace("定期检查消防设施。", "依照\n\n第三条的规定和前款\n（三）项检查。\n\n第一条的目的不变。")
    regulation = parse(text)
    assert len(regulation.articles) == 3
    assert item(regulation, "2.2").text == "依照第三条的规定和前款（三）项检查。第一条的目的不变。"


def test_numbers_run_far_beyond_the_official_text():
    numerals = ["一", "二", "三", "四", "五", "六", "七", "八", "九"]

    def spelled(n):
        hundreds, rest = divmod(n, 100)
        tens, ones = divmod(rest, 10)
        word = f"{numerals[hundreds - 1]}百" if hundreds else ""
        if tens:
            word += ("" if tens == 1 and not hundreds else numerals[tens - 1]) + "十"
        elif hundreds and ones:
            word += "零"
        return word + (numerals[ones - 1] if ones else "")

    text = "长规定\n\n" + "\n\n".join(
        f"第{spelled(n).replace('百十', '百一十')}条 应当做第{n}件事。" for n in range(1, 300)
    )
    assert [article.number for article in parse(text).articles] == list(range(1, 300))
    assert chinese_number("一百九十九") == 199
    assert chinese_number("一二三") is None


def test_missing_and_repeated_numbers_become_defects(small_text):
    gap = parse(small_text.replace("第二条", "第五条").replace("（二）", "（四）").replace("第三条", "第六条"))
    assert [(one.item, one.kind, one.quote) for one in gap.anomalies] == [
        ("5", DefectKind.MISSING, "第2条至第4条"),
        ("5.4", DefectKind.MISSING, "第2项至第3项"),
    ]
    twice = parse(small_text.replace("第三条", "第二条"))
    assert [one.kind for one in twice.anomalies] == [DefectKind.NUMBERING]
    assert len(twice.articles) == 2


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空"),
        (b" \n\t ", "空"),
        ("\x7fELF\x00\x01\x02第一条".encode(), "二进制"),
        (b"\xff\xfe\xff\x81\xff", "编码"),
        ('{"第一条": "应当"}'.encode(), "JSON"),
        (b"<!DOCTYPE html><p>x</p>", "网页"),
        (b"Article 1. The quick brown fox must supervise.", "没有找到"),
        ("吉林省公安机关交通管理部门监管实施细则".encode(), "没有找到"),
        ("今天新闻。\n第三条 讨论很热烈。".encode(), "孤立"),
    ],
)
def test_a_foreign_file_is_refused_with_a_chinese_reason(data, word):
    with pytest.raises(NotARegulation, match=word):
        parse(decode(data))
