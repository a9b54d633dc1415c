"""Load a rule book directory (规则库): read every file, check every rule, or name every problem."""

import json
from pathlib import Path

from jianguan.engines.regulation.book import (
    ConflictingValues,
    NoValueInForce,
    RuleBook,
    value_at,
)
from jianguan.engines.regulation.checks import check
from jianguan.engines.regulation.loading import LoadProblem, Reader
from jianguan.engines.regulation.record import TextRecord
from jianguan.engines.regulation.schema import (
    AgencyFile,
    AgencySeed,
    CapacitySeed,
    Checklist,
    Instrument,
    Norm,
    Parameter,
    Role,
)

__all__ = [
    "ConflictingValues",
    "LoadProblem",
    "NoValueInForce",
    "RuleBook",
    "RuleBookError",
    "load",
    "value_at",
]


class RuleBookError(ValueError):
    """The rule book cannot be used; ``problems`` names every fault found."""

    def __init__(self, directory: Path, problems: list[LoadProblem]) -> None:
        self.problems = problems
        lines = "\n".join(f"- {problem}" for problem in problems)
        super().__init__(f"规则库 {directory.name} 有 {len(problems)} 个问题：\n{lines}")


def load(directory: Path) -> RuleBook:
    """Read and check a rule book directory (its files: see :mod:`schema`).

    ``checklists/`` and ``roles.yaml`` may be absent. Raises :class:`RuleBookError` with all problems at once;
    nothing is picked silently.
    """
    reader = Reader(directory)
    if not directory.is_dir():
        reader.problem(directory.name, "", "目录须存在", "没有这个规则库目录")
        raise RuleBookError(directory, reader.problems)
    raw_instrument = reader.yaml("instrument.yaml")
    instrument = reader.record("instrument.yaml", raw_instrument, Instrument) if raw_instrument is not None else None
    text = _text(reader)
    norm_files = reader.files_in("norms")
    if not norm_files:
        reader.problem("norms/", "", "文件须齐全", "没有任何规范要素文件（norms/*.yaml）")
    norms = [norm for file in norm_files for norm in reader.records(file, reader.yaml(file), Norm)]
    parameters = reader.records("parameters.yaml", reader.yaml("parameters.yaml"), Parameter)
    agencies = _agencies(reader)
    checklists = [
        checklist
        for file in reader.files_in("checklists")
        for checklist in [reader.record(file, reader.yaml(file), Checklist)]
        if checklist is not None
    ]
    roles = []
    if (directory / "roles.yaml").exists():
        roles = reader.records("roles.yaml", reader.yaml("roles.yaml"), Role)
    if instrument is None or text is None:
        raise RuleBookError(directory, reader.problems)
    book = RuleBook(
        instrument=instrument,
        text=text,
        norms=norms,
        parameters=parameters,
        agencies=agencies,
        checklists=checklists,
        roles=roles,
    )
    problems = reader.problems + check(book, reader.files)
    if problems:
        raise RuleBookError(directory, problems)
    return book


def _text(reader: Reader) -> TextRecord | None:
    """``articles.json``."""
    try:
        raw = json.loads((reader.directory / "articles.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        reader.problem("articles.json", "", "文件须齐全", "文件不存在，请用 jianguan regulation read FILE --json 生成")
    except ValueError:
        reader.problem("articles.json", "", "JSON 格式", "不是完整的 JSON 文件")
    else:
        return reader.record("articles.json", raw, TextRecord)
    return None


def _agencies(reader: Reader) -> AgencyFile:
    """``agencies.yaml``, record by record."""
    file = "agencies.yaml"
    raw = reader.yaml(file)
    if raw is not None and (not isinstance(raw, dict) or set(raw) != {"agencies", "capacities"}):
        reader.problem(file, "", "文件结构", "应有且只有 agencies 和 capacities 两个列表")
        raw = None
    raw = raw or {"agencies": [], "capacities": []}
    return AgencyFile(
        agencies=reader.records(file, raw["agencies"], AgencySeed),
        capacities=reader.records(file, raw["capacities"], CapacitySeed),
    )
