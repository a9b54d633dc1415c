"""Law and tests agree: every provision with a norm is cited by a test, every citation names a provision."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from jianguan.engines.regulation.book import RuleBook
from jianguan.engines.regulation.rulebook import load
from jianguan.rulebook import RULEBOOK

TESTS = Path(__file__).resolve().parents[1]


@functools.cache
def book() -> RuleBook:
    return load(RULEBOOK)


def citations() -> Iterator[tuple[str, str]]:
    """Yield (provision, where) for every ``pytest.mark.clause(...)`` of every test file."""
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.clause"):
                for argument in node.args:
                    assert isinstance(argument, ast.Constant), f"{file}:{node.lineno}: a citation is a plain string"
                    yield str(argument.value), f"{file.relative_to(TESTS)}:{node.lineno}"


def test_every_provision_with_a_norm_is_cited_by_a_test() -> None:
    cited = {provision for provision, _ in citations()}
    assert sorted({norm.provision for norm in book().norms} - cited) == []


def test_every_citation_names_a_provision_of_the_text() -> None:
    known = {item.id for item in book().text.items} | {article.id for article in book().text.article_texts}
    assert [(provision, where) for provision, where in citations() if provision not in known] == []


def test_every_operative_item_has_a_test_named_after_it_in_the_file_of_its_article() -> None:
    missing = []
    for item in book().text.items:
        if item.operative:
            name = f"def test_clause_{item.id.replace('.', '_')}_"
            file = TESTS / "clauses" / f"test_article_{item.article}.py"
            if not file.exists() or name not in file.read_text(encoding="utf-8"):
                missing.append(item.id)
    assert missing == []
