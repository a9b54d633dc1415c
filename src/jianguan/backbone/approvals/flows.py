"""Flows of approvals (审批流程) as the rule book writes them: stages, seats, what each fills in; and their lint."""

from collections.abc import Collection
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from jianguan.backbone.people.permissions import Permission
from jianguan.engines.regulation.schema import Level

Phase = Literal["approve", "execute", "verify", "deliver"]
PHASES: tuple[str, ...] = ("approve", "execute", "verify", "deliver")
"""In the order in which a flow may go through them."""
At = Literal["applicant", "chosen", "city", "city-technology", "province", "superior", "technology"]
OPTIONAL = {"chosen", "city", "city-technology", "superior"}
"""Where there may be nobody: the stage may then be left out, if the flow says so."""
KEY = r"^[a-z][a-z0-9-]{1,39}$"
Key = msgspec.Meta(pattern=KEY)


class FlowRefused(ValueError):
    """A flow that cannot be used; ``problems`` are Chinese sentences, each names its place."""

    def __init__(self, name: str, problems: list[str]) -> None:
        super().__init__(f"审批流程 {name} 有 {len(problems)} 个问题：" + "；".join(problems))
        self.problems = problems


class Blank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to fill in.

    ``file`` is kept by digest (picture or PDF); ``digest`` is a file of which only both digests are kept, because it
    holds what the platform must not hold; ``same_as`` names the earlier ``digest`` that it must equal. ``person``:
    somebody of the same unit who may execute. ``sensitive`` is masked, a file closed, until it is revealed with a
    reason. ``past``: the day of something that has happened, so none after today.
    """

    name: str
    label: str
    kind: Literal["text", "long", "day", "number", "file", "digest", "person", "choice"] = "text"
    required: bool = True
    sensitive: bool = False
    past: bool = False
    options: tuple[str, ...] = ()
    same_as: str = ""


class Seat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One signature of a stage (签批席位): who by permission; ``named``: only whom that earlier ``person`` names."""

    key: str
    word: str
    permission: str
    fields: tuple[Blank, ...] = ()
    named: str = ""


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stage (环节): all its seats must be filled, in any order, by different persons;
    one seat where it is executed or verified, so that a second look comes after what it looks at.

    ``at`` finds the unit from the applicant's; ``branch`` limits the stage to one branch; ``proves`` are KINDs of the
    ledger's source ``approval:KIND`` that the stage's deadline and its end prove.
    """

    key: str
    title: str
    phase: Phase
    at: At
    provision: str
    seats: tuple[Seat, ...]
    deadline: str = ""
    branch: str = ""
    optional: bool = False
    proves: tuple[str, ...] = ()


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of a flow. ``branch_at``: the stage that chooses the branch, empty: the applicant does.

    ``changes``: the applicant lists values before and after. ``lock``: an application may be under 首接责任 (15.2).
    ``deadline``: of filling in and of correcting; ``proves`` as of a stage. ``document``: kind of the printed form.
    """

    key: str
    version: int
    title: str
    word: str
    provision: str
    applicants: tuple[Level, ...]
    stages: tuple[Stage, ...]
    fields: tuple[Blank, ...] = ()
    changes: bool = False
    lock: bool = False
    branches: dict[str, str] = {}
    branch_at: str = ""
    deadline: str = ""
    proves: tuple[str, ...] = ()
    document: str = ""

    def stage(self, key: str) -> Stage:
        """The stage of a key; raises KeyError."""
        for one in self.stages:
            if one.key == key:
                return one
        raise KeyError(key)

    def seat(self, stage: str, key: str) -> Seat:
        """The seat of a stage; raises KeyError."""
        for one in self.stage(stage).seats:
            if one.key == key:
                return one
        raise KeyError(key)


def read(text: str, *, name: str = "") -> Flow:
    """Read a flow from YAML. Raises FlowRefused with every problem, in Chinese."""
    try:
        flow = msgspec.convert(yaml.safe_load(text), Flow)
    except (msgspec.ValidationError, yaml.YAMLError) as broken:
        raise FlowRefused(name or "（未命名）", [f"格式不对：{broken}"]) from broken
    if problems := lint(flow):
        raise FlowRefused(name or flow.key, problems)
    return flow


def read_all(folder: Path) -> list[Flow]:
    """All flows of a folder, in order of their files. Raises FlowRefused."""
    return [read(file.read_text(encoding="utf-8"), name=file.name) for file in sorted(folder.glob("*.yaml"))]


def lint(
    flow: Flow, *, provisions: Collection[str] | None = None, parameters: Collection[str] | None = None
) -> list[str]:
    """What is wrong with a flow, as Chinese sentences; ``provisions`` and ``parameters`` are the known ones."""
    found = [*_whole(flow), *_branches(flow)]
    seen: set[str] = set()
    for place, stage in enumerate(flow.stages, start=1):
        found += [f"环节{place}“{stage.title}”{words}" for words in _stage(flow, stage, seen)]
        seen |= {blank.name for seat in stage.seats for blank in seat.fields}
    if provisions is not None:
        asked = {flow.provision: "流程", **{one.provision: f"环节“{one.title}”" for one in flow.stages}}
        found += [f"{where}的依据条款{item}不存在" for item, where in asked.items() if item not in provisions]
    if parameters is not None:
        keys = {flow.deadline, *(one.deadline for one in flow.stages)} - {""}
        found += [f"时限参数{key}不存在" for key in sorted(keys) if key not in parameters]
    return found


def _whole(flow: Flow) -> list[str]:
    keys = [one.key for one in flow.stages]
    phases = [PHASES.index(one.phase) for one in flow.stages]
    names = [one.name for one in flow.fields]
    problems = {
        "没有环节": not keys,
        "没有可以申请的层级": not flow.applicants,
        "版本须从1起": flow.version < 1,
        "环节代码重复": len(keys) != len(set(keys)),
        "申请内容的名称重复": len(names) != len(set(names)),
        "第一个环节须是审批：未经审批不得执行": bool(flow.stages) and flow.stages[0].phase != "approve",
        "环节须依审批、执行、验证、移交的次序": phases != sorted(phases),
        "所有审批环节都可以省略，等于没有审批": bool(flow.stages)
        and all(one.optional or one.branch for one in flow.stages if one.phase == "approve"),
        "没有编号用字": not flow.word,
    }
    return [words for words, holds in problems.items() if holds]


def _branches(flow: Flow) -> list[str]:
    found = [f"分支“{one.branch}”没有说明" for one in flow.stages if one.branch and one.branch not in flow.branches]
    if not flow.branch_at:
        return found
    keys = [one.key for one in flow.stages]
    if flow.branch_at not in keys:
        return [*found, f"选择分支的环节“{flow.branch_at}”不存在"]
    chosen = keys.index(flow.branch_at)
    stage = flow.stages[chosen]
    if stage.branch or stage.optional or len(stage.seats) != 1 or stage.phase != "approve":
        found.append("选择分支的环节须是每件必经、一人签署的审批环节")
    early = [one.title for one in flow.stages[:chosen] if one.branch]
    return [*found, *(f"环节“{title}”在分支选定之前" for title in early)]


def _stage(flow: Flow, stage: Stage, seen: set[str]) -> list[str]:
    found = []
    keys = [one.key for one in stage.seats]
    if not keys:
        found.append("没有人签署")
    if len(keys) != len(set(keys)):
        found.append("的席位代码重复")
    if stage.optional and stage.at not in OPTIONAL:
        found.append("的单位总是存在，不能省略")
    if stage.phase in {"execute", "verify"} and len(keys) > 1:
        found.append("须由一人办理；执行以后的复核另设一个环节")
    names = [blank.name for seat in stage.seats for blank in seat.fields]
    if len(names) != len(set(names)) or seen & set(names):
        found.append("填写的名称与其他处重复")
    for seat in stage.seats:
        if seat.permission not in set(Permission):
            found.append(f"的权限{seat.permission}不存在")
        if seat.named and seat.named not in _persons(flow, before=stage.key):
            found.append(f"的人员由“{seat.named}”指定，但此前没有环节指定")
        for blank in seat.fields:
            if blank.kind == "choice" and not blank.options:
                found.append(f"的“{blank.label}”没有选项")
            if blank.past and blank.kind != "day":
                found.append(f"的“{blank.label}”不是日期，不能要求已经发生")
            if blank.same_as and (blank.same_as not in seen or blank.kind != "digest"):
                found.append(f"的“{blank.label}”没有可以比对的文件")
    return found


def _persons(flow: Flow, *, before: str) -> set[str]:
    found: set[str] = set()
    for stage in flow.stages:
        if stage.key == before:
            break
        found |= {blank.name for seat in stage.seats for blank in seat.fields if blank.kind == "person"}
    return found
