"""The official text, and a small made-up regulation (合成数据) of the same form."""

from pathlib import Path

import pytest

import jianguan
from jianguan.engines.regulation.parse import parse
from jianguan.engines.regulation.provisions import Regulation

RULEBOOK = Path(jianguan.__file__).parent / "rulebook" / "jilin-2020"

SMALL = """测试省仓库管理规定（合成数据）

测仓字〔2021〕7号

2021年5月6日

第一章 总则

第一条 为了测试，制定本规定。

第二章 职责

第二条 市级仓库管理部门应当履行以下职责：

（一）每日抽查不少于10%的货物；

（二）定期检查消防设施。

第三章 附则

第三条 本规定自公布之日起施行。
"""


@pytest.fixture(scope="session")
def official_text() -> str:
    return (RULEBOOK / "official.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def official(official_text: str) -> Regulation:
    return parse(official_text)


@pytest.fixture
def small_text() -> str:
    return SMALL


@pytest.fixture(scope="session")
def rulebook_directory() -> Path:
    return RULEBOOK
