"""Sessions in the database, whose end moves on by the minute and not with every request."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db

from jianguan.kit import clock

STEP = dt.timedelta(minutes=1)
"""A session that was used ends up to this much earlier than it would if every request wrote it."""


class SessionStore(db.SessionStore):
    """Django's, read at every request – a log-out takes effect at once – and written when its end moves by ``STEP``."""

    def _get_session_from_db(self) -> Any:
        found = super()._get_session_from_db()  # type: ignore[misc]  # left out of Django's stubs
        idle = dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
        if found is not None and found.expire_date < clock.now() + idle - STEP:
            self.modified = True
        return found
