"""How each of the ten ledger states (台账状态) looks: word, class of theme.css, icon and one sign for narrow cells."""

from typing import NamedTuple


class Look(NamedTuple):
    """Appearance of one state; `word` is always shown or read out, colour never stands alone."""

    word: str
    css: str
    icon: str
    sign: str
    meaning: str


LOOKS = (
    Look("已履行", "met", "circle-check", "✓", "期内足量完成，证据齐全"),
    Look("逾期履行", "late", "clock-exclamation", "逾", "已完成，但晚于期限"),
    Look("不足", "short", "alert-triangle", "缺", "做了，但数量未达到要求"),
    Look("未履行", "missed", "x", "未", "期限已过，没有完成"),
    Look("待履行", "open", "hourglass", "待", "期限未到，尚须办理"),
    Look("未到期", "not-due", "calendar", "·", "履职期间尚未开始"),
    Look("免除", "excused", "ban", "免", "总体为零或依法免除，有证明"),
    Look("不可证", "unprovable", "help-circle", "？", "总体不明、数据中断或证据缺失，无法证明"),
    Look("存疑", "disputed", "scale", "疑", "已提出异议，等待复核"),
    Look("未定期限", "no-cadence", "circle-dashed", "○", "条款只作原则要求，主管机构尚未确定频次"),
)
_BY_WORD = {look.word: look for look in LOOKS}


def look_of(word: str) -> Look:
    """Appearance of the state with this Chinese word; a word that is none of the ten looks like 不可证, never green."""
    return _BY_WORD.get(word) or Look(word, "unprovable", "help-circle", "？", "未登记的状态")
