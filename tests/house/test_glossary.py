"""Glossary, models and concept pages use the same words."""

import re

import pytest

from jianguan.site.security import own_models
from testbed import CHECKOUT

DOCS = CHECKOUT / "docs"
LONGEST_PAGE = 60
CONCEPTS = {
    "agency": "机构",
    "alert": "预警",
    "approval": "审批",
    "capacity": "履职身份",
    "case": "事项",
    "check": "检查",
    "decision": "决定",
    "document-and-service": "文书",
    "draw": "抽取",
    "event-and-checkpoint": "事件",
    "evidence": "佐证材料",
    "finding": "问题",
    "indicator": "指标",
    "ledger": "台账",
    "norm": "规范要素",
    "parameter": "参数",
    "population": "抽查总体",
    "post-and-person": "岗位",
    "provision": "条款",
    "registration": "登记",
    "subject": "监管对象",
    "task": "履职任务",
}


def glossary() -> dict[str, str]:
    """Model label -> Chinese term, as the glossary says."""
    text = (DOCS / "zh" / "glossary.md").read_text(encoding="utf-8")
    return {label: term for term, label in re.findall(r"^\| (\S+) \| [^|]+ \| `(\w+\.\w+)` \|", text, re.MULTILINE)}


def test_the_glossary_holds_every_model_under_its_chinese_name_and_no_other() -> None:
    models = {
        model._meta.label: str(model._meta.verbose_name)
        for model in own_models()
        if not hasattr(model, "pgh_tracked_model") and not model._meta.auto_created
    }
    assert glossary() == models


@pytest.mark.parametrize("name", CONCEPTS)
def test_every_concept_has_a_short_page_that_starts_with_its_chinese_name(name: str) -> None:
    lines = (DOCS / "concepts" / f"{name}.md").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert CONCEPTS[name] in lines[0]
    assert len(lines) <= LONGEST_PAGE


def test_there_is_no_concept_page_beside_the_vocabulary() -> None:
    assert {page.stem for page in (DOCS / "concepts").glob("*.md")} == set(CONCEPTS)


def test_a_concept_without_a_table_says_so() -> None:
    for name in ("indicator",):
        assert "No table exists yet" in (DOCS / "concepts" / f"{name}.md").read_text(encoding="utf-8")
