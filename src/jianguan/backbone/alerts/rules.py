"""Rules of alerts on plain values."""

import datetime as dt

SHORTEST_NOTE = 4
LONGEST_NOTE = 500


def receipt_problems(note: str, *, received: bool) -> list[str]:
    """Return why an alert cannot be received with this note, as Chinese sentences."""
    found = ["该预警已经签收"] if received else []
    if not SHORTEST_NOTE <= len(note.strip()) <= LONGEST_NOTE:
        found.append(f"处理意见须有 {SHORTEST_NOTE} 至 {LONGEST_NOTE} 个字")
    return found


GAP_AFTER = dt.timedelta(hours=24)
"""Nothing for so long after the due moment is a gap (缺报), less is a delay (迟报)."""


def is_gap(late: dt.timedelta, *, later_day_arrived: bool) -> bool:
    """Whether a day that is overdue by ``late`` is missing, rather than merely late."""
    return late >= GAP_AFTER or later_day_arrived
