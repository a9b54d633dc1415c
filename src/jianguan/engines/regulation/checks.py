"""The rules between the records of a rule book. Every check yields problems; none of them picks or repairs."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from jianguan.engines.regulation.book import RuleBook, overlap
from jianguan.engines.regulation.capacities import check_agencies, check_capacities
from jianguan.engines.regulation.loading import LoadProblem
from jianguan.engines.regulation.provisions import digest
from jianguan.engines.regulation.schema import Cadence, InForce, Measure, Norm, Parameter, ParameterValue

_DURATIONS = {"years", "months", "days", "working_days", "hours", "time_of_day"}


def check(book: RuleBook, files: dict[str, str]) -> list[LoadProblem]:
    """Every broken rule of the book. ``files`` maps 'Kind:id' to the file of the record."""
    rules: tuple[Callable[[RuleBook, dict[str, str]], Iterator[LoadProblem]], ...] = (
        _text,
        _instrument,
        _unique,
        _norms,
        _one_rule_for_one_case,
        _parameters,
        _checklists,
        check_agencies,
        check_capacities,
    )
    return [problem for rule in rules for problem in rule(book, files)]


def _text(book: RuleBook, files: dict[str, str]) -> Iterator[LoadProblem]:
    passages = [(item.id, item.text, item.digest) for item in book.text.items]
    passages += [(article.id, article.text, article.digest) for article in book.text.article_texts]
    for id_, text, expected in passages:
        if digest(text) != expected:
            yield LoadProblem("articles.json", id_, "摘要须相符", "条文与其 SHA-256 摘要不符，文件可能被改动过")


def _instrument(book: RuleBook, files: dict[str, str]) -> Iterator[LoadProblem]:
    file, instrument = "instrument.yaml", book.instrument
    versions = {version.urn for version in instrument.versions}
    if instrument.urn not in versions:
        yield LoadProblem(file, instrument.urn, "版本须存在", "versions 中没有本法规自己的版本")
    for version in instrument.versions:
        if version.repealed_by is not None and version.repealed_by not in versions:
            message = f"repealed_by 所指的 {version.repealed_by} 不在 versions 中"
            yield LoadProblem(file, version.urn, "废止关系", message)
    for a, b in combinations(instrument.versions, 2):
        if overlap(a.in_force, b.in_force):
            yield LoadProblem(file, f"{a.urn} 与 {b.urn}", "有效期不重叠", "两个版本的有效期重叠")
    for provision in instrument.non_operative:
        if provision not in book.text.provision_ids:
            yield LoadProblem(file, provision, "条款须存在", f"non_operative 中的条款 {provision} 不在法规文本中")


def _unique(book: RuleBook, files: dict[str, str]) -> Iterator[LoadProblem]:
    """No id twice."""
    kinds: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("Norm", "规范要素", (norm.id for norm in book.norms)),
        ("Parameter", "参数", (parameter.key for parameter in book.parameters)),
        ("AgencySeed", "机构", (agency.id for agency in book.agencies.agencies)),
        ("CapacitySeed", "履职身份", (capacity.id for capacity in book.agencies.capacities)),
        ("Role", "角色", (role.id for role in book.roles)),
        ("Checklist", "检查表", (f"{checklist.id} 第{checklist.version}版" for checklist in book.checklists)),
        ("Version", "版本", (version.urn for version in book.instrument.versions)),
    )
    for kind, label, ids in kinds:
        for id_, times in Counter(ids).items():
            if times > 1:
                yield LoadProblem(files.get(f"{kind}:{id_}", ""), id_, "标识唯一", f"{label} {id_} 出现了 {times} 次")


def _start(book: RuleBook) -> InForce | None:
    """Validity of the instrument's own version."""
    own = [version.in_force for version in book.instrument.versions if version.urn == book.instrument.urn]
    return own[0] if own else None


def _empty(in_force: InForce) -> bool:
    return in_force.until is not None and in_force.until <= in_force.since


def _norms(book: RuleBook, files: dict[str, str]) -> Iterator[LoadProblem]:
    ids = {norm.id for norm in book.norms}
    parameters = {parameter.key: parameter for parameter in book.parameters}
    start = _start(book)
    for norm in book.norms:
        for rule, message in _norm_faults(norm, ids, parameters, book.text.provision_ids):
            yield LoadProblem(files.get(f"Norm:{norm.id}", ""), norm.id, rule, message)
        if start is not None and norm.in_force.since < start.since:
            message = f"自 {norm.in_force.since} 起，早于法规施行日 {start.since}"
            yield LoadProblem(files.get(f"Norm:{norm.id}", ""), norm.id, "不早于施行日", message)


def _norm_faults(
    norm: Norm, ids: set[str], parameters: dict[str, Parameter], provisions: set[str]
) -> Iterator[tuple[str, str]]:
    """Rule and message of every fault of one norm."""
    if norm.provision not in provisions:
        yield "条款须存在", f"条款 {norm.provision} 不在法规文本中"
    if not re.match(rf"{re.escape(norm.provision)}[a-z]?-.", norm.id):
        yield "标识写法", f"标识应以条款号“{norm.provision}-”（或其分段，如“{norm.provision}a-”）开头"
    if norm.overrides is not None and (norm.overrides not in ids or norm.overrides == norm.id):
        yield "优先关系", f"overrides 所指的规范要素 {norm.overrides} 不存在或就是自己"
    if _empty(norm.in_force):
        yield "有效期", f"有效期 {norm.in_force.since} 至 {norm.in_force.until} 为空"
    if (norm.cadence is Cadence.SOFT) and not norm.cadence_word:
        yield "周期用词", "cadence 为 soft 时须写明法规原词 cadence_word"
    yield from _quota_faults(norm, parameters)
    if norm.excused_when_empty is not None and not (
        _daily_acts(norm) and norm.excused_when_empty.startswith("population:")
    ):
        yield "总体为空免除", "excused_when_empty 只用于每日的次数要求，写作 population:类别"
    if norm.deadline is not None:
        if norm.deadline not in parameters:
            yield "参数须存在", f"deadline 引用了不存在的参数 {norm.deadline}"
        elif parameters[norm.deadline].unit not in _DURATIONS:
            yield "参数单位", f"deadline 引用的参数 {norm.deadline} 不是期限单位"


def _quota_faults(norm: Norm, parameters: dict[str, Parameter]) -> Iterator[tuple[str, str]]:
    quota = norm.quota
    if quota is None:
        return
    if (quota.at_least is None) == (quota.parameter is None):
        yield "数量要求", "quota 须在 at_least 和 parameter 中恰好写一个"
    if quota.parameter is not None and quota.parameter not in parameters:
        yield "参数须存在", f"quota 引用了不存在的参数 {quota.parameter}"
    if quota.per is not None and not (_daily_acts(norm) and norm.object and quota.at_least):
        yield "按对象计数", "per: subject 只用于每日的次数要求，并须写明 object 和 at_least"


def _daily_acts(norm: Norm) -> bool:
    return norm.measure is Measure.ACTIVITY and norm.cadence is Cadence.DAILY


def _one_rule_for_one_case(book: RuleBook, files: dict[str, str]) -> Iterator[LoadProblem]:
    """Two norms of a provision that judge the same case on the same day need an order (``overrides``)."""
    for a, b in combinations(book.norms, 2):
        if a.id == b.id or a.measure is None or _case(a) != _case(b) or not overlap(a.in_force, b.in_force):
            continue
        if a.overrides != b.id and b.overrides != a.id:
            file = "、".join(dict.fromkeys(files.get(f"Norm:{norm.id}", "") for norm in (a, b)))
            message = f"条款 {a.provision} 对同一情形有两条规则 {a.id} 和 {b.id}，且没有用 overrides 说明谁优先"
            yield LoadProblem(file, f"{a.id} 与 {b.id}", "一事一规", message)


def _case(norm: Norm) -> tuple[object, ...]:
    """What a norm is about; two norms that agree in all of it judge the same case."""
    part = norm.id.partition("-")[0]  # the provision, or a part of it such as 13.1a
    return (
        norm.provision,
        part,
        norm.modality,
        norm.bearer,
        norm.counterpart,
        norm.object,
        norm.measure,
        norm.source,
        norm.cadence,
        norm.population,
    )


def _parameters(book: RuleBook, files: dict[str, str]) -> Iterator[LoadProblem]:
    file = "parameters.yaml"
    start = _start(book)
    for parameter in book.parameters:
        if parameter.provision is not None and parameter.provision not in book.text.provision_ids:
            yield LoadProblem(file, parameter.key, "条款须存在", f"条款 {parameter.provision} 不在法规文本中")
        if not parameter.values and parameter.origin == "law":
            yield LoadProblem(file, parameter.key, "须有取值", "法规写明的参数没有任何取值")
        for value in parameter.values:
            if _empty(value.in_force):
                message = f"取值 {value.value} 的有效期 {value.in_force.since} 至 {value.in_force.until} 为空"
                yield LoadProblem(file, parameter.key, "有效期", message)
            if start is not None and value.in_force.since < start.since:
                message = f"取值 {value.value} 自 {value.in_force.since} 起，早于法规施行日 {start.since}"
                yield LoadProblem(file, parameter.key, "不早于施行日", message)
        for a, b in combinations(parameter.values, 2):
            if overlap(a.in_force, b.in_force) and _known_together(a, b):
                message = f"取值 {_named(a)} 与 {_named(b)} 的有效期重叠"
                yield LoadProblem(file, parameter.key, "有效期不重叠", message)


def _known_together(a: ParameterValue, b: ParameterValue) -> bool:
    """Whether both values were on record on one day."""
    return overlap(_on_record(a), _on_record(b))


def _on_record(value: ParameterValue) -> InForce:
    return InForce(since=value.recorded_on, until=value.withdrawn_on)


def _named(value: ParameterValue) -> str:
    return f"{value.value}（{value.in_force.since} 至 {value.in_force.until or '今'}，{value.reference}）"


def _checklists(book: RuleBook, files: dict[str, str]) -> Iterator[LoadProblem]:
    for checklist in book.checklists:
        file = f"checklists/（{checklist.id}）"
        if checklist.provision not in book.text.provision_ids:
            yield LoadProblem(file, checklist.id, "条款须存在", f"条款 {checklist.provision} 不在法规文本中")
        for id_, times in Counter(item.id for item in checklist.items).items():
            if times > 1:
                yield LoadProblem(file, f"{checklist.id} / {id_}", "标识唯一", f"检查项 {id_} 出现了 {times} 次")
    for a, b in combinations(book.checklists, 2):
        if a.id == b.id and a.version != b.version and overlap(a.in_force, b.in_force):
            message = f"检查表 {a.id} 的第{a.version}版与第{b.version}版有效期重叠"
            yield LoadProblem("checklists/", a.id, "有效期不重叠", message)
