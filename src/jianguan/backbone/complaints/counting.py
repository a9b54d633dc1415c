"""Rate limits in the database, no outside service: so many times in a span, for one address and for all."""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.db import connection

from jianguan.backbone.complaints.models import Count
from jianguan.backbone.complaints.rules import LIMITS
from jianguan.facts.pseudonyms import Keys, keys
from jianguan.kit import clock

KEPT = dt.timedelta(days=2)
EVERYBODY = ""


class TooOften(ValueError):
    """Refused for now. ``seconds``: when to try again. The message is Chinese and shown to the visitor."""

    def __init__(self, word: str, seconds: int) -> None:
        super().__init__(f"{word}，请在 {-(-seconds // 60)} 分钟后再试")
        self.seconds = seconds


def own_keys() -> Keys:
    """The keys of this room, made on first use, kept beside the database and not in it."""
    return keys(Path(settings.JIANGUAN_HOME) / "complaints.key")


def allow(deed: str, who: str = EVERYBODY) -> None:
    """Count one deed of somebody (an address, a complaint, a key). Raises TooOften past the limit of ``LIMITS``."""
    limit = LIMITS[deed]
    now = clock.now()
    since = dt.datetime.fromtimestamp(int(now.timestamp()) // limit.seconds * limit.seconds, clock.CHINA)
    if _counted(f"{deed} {who}", since) > limit.times:
        raise TooOften(limit.word, int((since - now).total_seconds()) + limit.seconds)


def first_use(of: str, issued_at: dt.datetime) -> bool:
    """Whether a word that was given out at a moment is used for the first time."""
    return _counted(f"once {of}", issued_at) == 1


def sweep() -> int:
    """Forget counts of days ago; returns how many."""
    return Count.objects.filter(since__lt=clock.now() - KEPT).delete()[0]


def _counted(what: str, since: dt.datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO complaints_count (who, since, times) VALUES (%s, %s, 1)"
            " ON CONFLICT (who, since) DO UPDATE SET times = complaints_count.times + 1 RETURNING times",
            [own_keys().of(what), since],
        )
        return int(cursor.fetchone()[0])
