import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianguan.engines.regulation.diff import ChangeKind, diff, pieces
from jianguan.engines.regulation.parse import parse
from jianguan.engines.regulation.report import diff_data, diff_text
from jianguan.engines.regulation.rulebook import load


@pytest.fixture(scope="module")
def rulebook(rulebook_directory):
    return load(rulebook_directory)


def kinds(difference):
    return [(change.kind, change.old_id, change.new_id) for change in difference.changes]


def test_a_text_does_not_differ_from_itself(official, rulebook):
    assert diff(official, official, rulebook).changes == []


def test_a_changed_number_shows_the_words_and_what_hangs_on_them(official, official_text, rulebook):
    new = parse(official_text.replace("抽查不少于**20%**", "抽查不少于**30%**"))
    difference = diff(official, new, rulebook)
    assert kinds(difference) == [(ChangeKind.CHANGED, "6.7", "6.7")]
    change = difference.changes[0]
    assert [(piece.op, piece.text) for piece in change.pieces if piece.op != "equal"] == [
        ("delete", "20%"),
        ("insert", "30%"),
    ]
    shares = {norm.quota.parameter for norm in rulebook.norms_of("6.7") if norm.quota and norm.quota.parameter}
    assert set(change.norms) == {norm.id for norm in rulebook.norms_of("6.7")}
    assert shares <= set(change.parameters)
    assert "[-20%-]{+30%+}" in diff_text(difference)


def test_a_changed_check_touches_its_checklist(official, official_text, rulebook):
    checklist = next(one for one in rulebook.checklists if one.provision == "6.4")
    new = parse(official_text.replace("硬盘录像机等考试设备", "硬盘录像机、网络等考试设备"))
    assert any(checklist.id in name for name in diff(official, new, rulebook).changes[0].checklists)


def test_a_changed_lead_in_touches_every_norm_of_the_article(official, official_text, rulebook):
    new = parse(official_text.replace("部门\n\n部门应当", "部门应当"))
    difference = diff(official, new, rulebook)
    assert kinds(difference) == [(ChangeKind.CHANGED, "8", "8")]
    assert set(difference.changes[0].norms) == {norm.id for norm in rulebook.norms_of("8")}


def test_an_inserted_item_renumbers_its_successors(small_text):
    new = small_text.replace("（二）", "（二）建立货物台账；\n\n（三）")
    assert kinds(diff(parse(small_text), parse(new))) == [
        (ChangeKind.RENUMBERED, "2.2", "2.3"),
        (ChangeKind.ADDED, None, "2.2"),
    ]


def test_a_removed_item_is_told_with_its_norms(official, official_text, rulebook):
    new = parse(official_text.replace("（六）督办公安部交管局通报有关我省车驾管异常业务情况；\n\n（七）", "（六）"))
    removed = [change for change in diff(official, new, rulebook).changes if change.kind is ChangeKind.REMOVED]
    assert [change.old_id for change in removed] == ["4.6"]
    assert removed[0].norms == [norm.id for norm in rulebook.norms_of("4.6")]


def test_an_inserted_article_is_one_addition(small_text):
    new = small_text.replace("第三条", "第四条").replace("第三章", "第三条 县级仓库应当协助。\n\n第三章")
    assert sorted(kinds(diff(parse(small_text), parse(new))), key=str) == [
        (ChangeKind.ADDED, None, "3"),
        (ChangeKind.RENUMBERED, "3", "4"),
    ]


def test_a_changed_head_is_told(small_text):
    difference = diff(parse(small_text), parse(small_text.replace("7号", "8号").replace("职责\n", "义务\n", 1)))
    assert [row[0] for row in difference.head] == ["文号", "章"]
    assert "测仓字〔2021〕8号" in diff_text(difference)
    assert diff_data(difference)["changes"] == []


@given(st.text("甲乙5% a。", max_size=30), st.text("甲乙5% a。", max_size=30))
def test_pieces_rebuild_both_texts(old, new):
    found = pieces(old, new)
    assert "".join(piece.text for piece in found if piece.op != "insert") == old
    assert "".join(piece.text for piece in found if piece.op != "delete") == new
