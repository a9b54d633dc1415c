import pytest

from jianguan.engines.regulation.defects import find_defects
from jianguan.engines.regulation.parse import parse
from jianguan.engines.regulation.provisions import DefectKind as Kind


def found(regulation):
    return {(defect.item, defect.kind, defect.quote) for defect in find_defects(regulation)}


@pytest.mark.parametrize(
    ("item", "kind", "words"),
    [
        ("4.7", Kind.TRUNCATED, "监管过程中发现"),
        ("8", Kind.REPEATED, "部门部门"),
        ("6.7", Kind.WRONG_WORD, "职能查验终端"),
        ("6.7", Kind.WRONG_WORD, "相关细心"),
        ("7.2", Kind.SCOPE_MISMATCH, "危险化学品"),
        ("8.1", Kind.SCOPE_MISMATCH, "剧毒化学品"),
        ("9.2", Kind.SCOPE_MISMATCH, "剧毒化学品"),
        ("9.3", Kind.PUNCTUATION, "维护道路交通秩序；"),
        ("13.2", Kind.WRONG_WORD, "校运输企业"),
        ("15.2", Kind.NUMBERING, "(二)"),
        ("4.2", Kind.SCOPE_MISMATCH, "省级、市级、车管所三级"),
        ("19", Kind.CITATION, "交通管理领域监管实施细则"),
    ],
)
def test_every_known_defect_of_the_official_text_is_found(official, item, kind, words):
    assert any(i == item and k is kind and words in quote for i, k, quote in found(official))


def test_every_quote_stands_in_the_provision_it_is_reported_for(official):
    texts = {article.id: article.text for article in official.articles}
    texts |= {item.id: item.marker + item.text for item in official.items if item.marker}
    assert all(quote in texts[item] for item, _, quote in found(official))


def test_a_clean_text_has_no_defects(small_text):
    assert find_defects(parse(small_text)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("货物；", "货物", ("2.1", Kind.TRUNCATED)),
        ("设施。", "设施；", ("2.2", Kind.PUNCTUATION)),
        ("管理部门应当", "管理部门管理\n\n部门应当", ("2", Kind.REPEATED)),
        ("（二）", "(二)", ("2.2", Kind.NUMBERING)),
        ("本规定自公布之日起施行。", "本规定由", ("3", Kind.INCOMPLETE)),
    ],
)
def test_general_rules_find_the_same_faults_in_any_text(small_text, old, new, expected):
    assert expected in {(item, kind) for item, kind, _ in found(parse(small_text.replace(old, new)))}


def test_a_text_that_lost_its_head_says_so(official_text):
    headless = parse(official_text[official_text.index("（八）对群众") :])
    assert headless.title == ""
    assert ("", Kind.INCOMPLETE, "") in found(headless)
    assert any(kind is Kind.MISSING and quote == "第1条至第4条" for _, kind, quote in found(headless))
