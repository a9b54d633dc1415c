"""The only place that reads the clock. Every moment is in China Standard Time (中国标准时间), Asia/Shanghai."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment, aware, in Asia/Shanghai."""
    return datetime.now(CHINA)


def today() -> date:
    """Return the present calendar day in Asia/Shanghai."""
    return now().date()
