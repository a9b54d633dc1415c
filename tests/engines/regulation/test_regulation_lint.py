import msgspec
import pytest

from jianguan.engines.regulation.lint import has_errors, lint
from jianguan.engines.regulation.parse import parse
from jianguan.engines.regulation.report import PROBLEM_NAMES, lint_data, lint_text
from jianguan.engines.regulation.rulebook import load


@pytest.fixture(scope="module")
def rulebook(rulebook_directory):
    return load(rulebook_directory)


def of_kind(problems, kind):
    return [problem.item for problem in problems if problem.kind == kind]


def without(rulebook, **changed):
    return msgspec.structs.replace(rulebook, **changed)


def test_every_operative_item_of_the_official_text_has_a_norm_or_a_reason(official, rulebook):
    problems = lint(official, rulebook)
    assert of_kind(problems, "orphan") == []
    assert not has_errors(problems), lint_text(problems)


def test_every_soft_word_of_the_official_text_is_listed(official, rulebook):
    expected = [
        "4.4",
        "4.5",
        "4.7",
        "5.5",
        "6.2",
        "6.2",
        "8.2",
        "9.1",
        "9.3",
        "10.3",
        "12.1",
        "12.1",
        "12.2",
        "13.1",
        "13.2",
        "13.2",
        "14.4",
    ]
    bare = lint(official)
    assert of_kind(bare, "soft_word") == expected
    mapped = [problem for problem in lint(official, rulebook) if problem.kind == "soft_word"]
    assert {problem.severity for problem in mapped} == {"info"}


def test_scope_mismatches_and_text_defects_are_listed(official):
    problems = lint(official)
    assert {"7.2", "8.1", "9.2"} <= set(of_kind(problems, "scope_mismatch"))
    assert {"4.7", "6.7", "8", "13.2"} <= set(of_kind(problems, "text_defect"))


def test_an_item_that_lost_its_norms_is_an_orphan(official, rulebook):
    norms = [norm for norm in rulebook.norms if norm.provision != "6.6"]
    problems = lint(official, without(rulebook, norms=norms))
    assert of_kind(problems, "orphan") == ["6.6"]
    assert of_kind(problems, "no_quota") == ["6.6"]
    assert has_errors(problems)


def test_a_share_without_a_population_is_an_error(official, rulebook):
    norms = [
        msgspec.structs.replace(norm, population=None) if norm.provision == "6.7" else norm for norm in rulebook.norms
    ]
    assert "6.7" in of_kind(lint(official, without(rulebook, norms=norms)), "no_population")


def test_a_norm_whose_bearer_nobody_is_has_no_bearer(official, rulebook):
    capacities = [one for one in rulebook.agencies.capacities if one.level != "VEHICLE_OFFICE"]
    agencies = msgspec.structs.replace(rulebook.agencies, capacities=capacities)
    orphaned = of_kind(lint(official, without(rulebook, agencies=agencies)), "no_bearer")
    assert {"6.1", "6.6", "6.11"} <= set(orphaned)


def test_a_norm_of_a_provision_that_is_gone_is_an_error(official_text, rulebook):
    shorter = parse(official_text.replace("（十一）组织核查上级", "组织核查上级"))
    assert "6.11" in of_kind(lint(shorter, rulebook), "stale_norm")


@pytest.mark.parametrize(
    ("words", "broken"),
    [
        ("依照本规定第九条办理。", True),
        ("依照第二条第（五）项办理。", True),
        ("依照第八章办理。", True),
        ("依照第二条第（一）项和第三条办理。", False),
        ("依照《仓库法》第九十条办理。", False),
    ],
)
def test_only_references_within_the_text_can_break(small_text, words, broken):
    text = small_text.replace("定期检查消防设施。", words)
    assert of_kind(lint(parse(text)), "cross_reference") == (["2.2"] if broken else [])


def test_a_duty_of_nobody_is_told(small_text):
    assert of_kind(lint(parse(small_text.replace("市级仓库", "仓库"))), "no_bearer") == ["2.1", "2.2"]


def test_words_that_only_look_soft_are_left_alone(small_text):
    assert of_kind(lint(parse(small_text.replace("定期检查", "规定期限内检查"))), "soft_word") == []


def test_the_report_names_every_kind_in_chinese_and_counts(official, rulebook):
    problems = lint(official, rulebook)
    shown, data = lint_text(problems), lint_data(problems)
    assert all(PROBLEM_NAMES[problem.kind] in shown for problem in problems)
    assert data["errors"] + data["warnings"] + data["infos"] == len(data["problems"]) == len(problems)
