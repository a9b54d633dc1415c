"""Why a state is what it is, in one Chinese sentence with the numbers (design rule 7)."""

import datetime as dt
from typing import NamedTuple

from jianguan.backbone.ledger.rules import State
from jianguan.engines.regulation.schema import Measure

PERIOD_WORDS = {
    1: ("每日", "当日"),
    7: ("每周", "本周"),
    31: ("每月", "本月"),
    92: ("每季度", "本季度"),
    366: ("每年", "本年"),
}
POPULATION_WORDS = {
    "archive": "业务档案",
    "body_camera_file": "执法记录仪资料",
    "exam_sitting": "考试档案",
    "inspected_vehicle": "查验车辆",
    "online_learner": "网络教育驾驶人",
}
SUBJECT_WORDS = {"exam_site": "考场"}
ITEM_VERBS = {Measure.FILING: "报备", Measure.TIMELY: "办结"}


class Known(NamedTuple):
    """The words and numbers of one judged row. ``days`` is the length of its period.

    ``drawn``: whether a population was drawn from; without a draw nothing counts as reviewed.
    ``begins``: the first day of the first period, for days before it. ``per_kind``: the kind of subject for each of
    which it is owed, empty where it is owed once.
    """

    provision: str
    title: str
    measure: Measure
    per_kind: str
    population: str
    cadence_word: str
    quota_parameter: str
    days: int
    state: State
    has_task: bool
    source_known: bool
    required: int | None
    done: int
    size: int | None
    percent: int | None
    overdue: bool
    begins: dt.date | None = None
    drawn: bool = True


def words(days: int) -> tuple[str, str]:
    """'每日' and '当日' and their like for a period of so many days."""
    return next(pair for length, pair in PERIOD_WORDS.items() if days <= length)


def sentence(known: Known) -> str:  # noqa: PLR0911 - one sentence a case
    """The reason of one row of the ledger."""
    head = f"条款{known.provision} "
    each, this = words(known.days)
    match known.state:
        case State.EXCUSED if known.measure is Measure.RATIO and known.size == 0:
            return f"{head}{this}{_population(known)}经证实为0件，免除抽查。"
        case State.EXCUSED if known.size == 0:
            return f"{head}{this}无考试，已证实，免除“{known.title}”。"
        case State.EXCUSED if known.measure in ITEM_VERBS and known.required == 0:
            return f"{head}{this}无应办事项（{known.title}），免除。"
        case State.EXCUSED:
            return f"{head}“{known.title}”经决定免除{this}履职。"
        case State.DISPUTED:
            return f"{head}“{known.title}”{this}的认定已提出异议，等待复核。"
        case State.NO_CADENCE:
            return f"{head}“{known.title}”原文用语为“{known.cadence_word}”，主管机关尚未确定周期，不作判断。"
    if known.begins is not None:
        return f"{head}“{known.title}”首个完整的履职期间自{known.begins}开始，此前未到期。"
    if not known.has_task:
        if known.state is State.NOT_DUE:
            return f"{head}“{known.title}”履职期间尚未开始。"
        return f"{head}“{known.title}”该期未开立任务，无法证明是否履行。"
    if known.state is State.NOT_DUE:
        waiting = "至今无应办事项" if known.required == 0 else "履职期间尚未开始"
        return f"{head}“{known.title}”{waiting}。"
    if not known.source_known:
        return f"{head}“{known.title}”数据来源尚未接入，无法证明是否履行。"
    return head + _counted(known, each, this)


def _population(known: Known) -> str:
    return POPULATION_WORDS.get(known.population, "抽查总体")


def _counted(known: Known, each: str, this: str) -> str:  # noqa: PLR0911 - one sentence a measure
    match known.measure:
        case Measure.RATIO:
            return _ratio(known, each, this)
        case Measure.PRESENCE:
            return _presence(known, this)
        case Measure.COVERAGE:
            return _coverage(known, this)
        case Measure.ACTIVITY if known.per_kind:
            return _each(known, each, this)
        case Measure.RETENTION:
            return _retention(known, this)
        case Measure.FILING | Measure.TIMELY:
            return _items(known, this)
        case _:
            return (
                f"要求{each}“{known.title}”不少于{known.required}次，{this}已做{known.done}次，{_verdict(known, '次')}"
            )


def _each(known: Known, each: str, this: str) -> str:
    what = SUBJECT_WORDS.get(known.per_kind, "监管对象")
    if known.required is None:
        return f"“{known.title}”{this}没有登记在用的{what}，应查{what}未知，无法证明是否履行。"
    return (
        f"要求{each}每个{what}“{known.title}”，{this}应有{known.required}个{what}，已做{known.done}个，"
        f"{_verdict(known, f'个{what}')}"
    )


def _verdict(known: Known, unit: str) -> str:
    missing = max(0, (known.required or 0) - known.done)
    match known.state:
        case State.MET:
            return "已按期履行。"
        case State.LATE:
            return "足量但晚于期限，为逾期履行。"
        case State.OPEN if known.overdue:
            return f"已过期限，尚可补办，缺{missing}{unit}。"
        case State.OPEN:
            return f"期限未到，尚缺{missing}{unit}。"
        case _:
            return f"缺{missing}{unit}。"


def _ratio(known: Known, each: str, this: str) -> str:
    what = _population(known)
    if known.percent is None:
        return f"“{known.title}”的比例（参数{known.quota_parameter}）没有数值，无法判断应抽件数。"
    demand = f"要求{each}不少于{known.percent}%，{this}{what}"
    if known.required is None:
        return f"{demand}总体未知或未封存，应抽件数无法确定，已审{known.done}件。"
    if not known.drawn:
        return f"{demand}{known.size}件，应抽{known.required}件，尚未抽取，未经抽取的查看不计，{_verdict(known, '件')}"
    return f"{demand}{known.size}件，应抽{known.required}件，已审{known.done}件，{_verdict(known, '件')}"


def _presence(known: Known, this: str) -> str:
    if known.state is State.MET:
        return f"“{known.title}”{this}有{known.done}项有效登记，应有{known.required}项，已履行。"
    return f"“{known.title}”{this}应有{known.required}项有效登记，实有{known.done}项，{_verdict(known, '项')}"


def _coverage(known: Known, this: str) -> str:
    if known.required is None:
        return f"“{known.title}”{this}应覆盖的点位未知，无法证明是否覆盖。"
    return f"“{known.title}”{this}应覆盖{known.required}处，已覆盖{known.done}处，{_verdict(known, '处')}"


def _retention(known: Known, this: str) -> str:
    if known.required is None:
        return f"“{known.title}”{this}没有调取演练，无法证明资料在保存期内完整。"
    return f"“{known.title}”{this}调取演练{known.required}件，成功{known.done}件，{_verdict(known, '件')}"


def _items(known: Known, this: str) -> str:
    verb = ITEM_VERBS[known.measure]
    if known.required is None:
        return f"“{known.title}”{this}没有应办记录，但发现这类事项的预警尚未接入，无法证明确无应办事项。"
    return f"“{known.title}”{this}应{verb}{known.required}件，已{verb}{known.done}件，{_verdict(known, '件')}"
