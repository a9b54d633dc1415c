"""What the synthetic province adopted for soft words (合成数据, clauses 4.5, 5.2, 6.10): by its leader, by the action.

Two norms of these clauses stay without a number, so that 未定期限 can be seen as well: 4.5-spot-check, 6.10-covert.
"""

import datetime as dt

from jianguan.backbone.people import queries as people
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.rules import actions
from jianguan.backbone.rules.models import CadenceAdoption

MONTHLY, WEEKLY = "monthly", "weekly"
ADOPTED = {
    "4.5-patrol-video": MONTHLY,
    "4.5-on-site": MONTHLY,
    "5.2-office": MONTHLY,
    "5.2-venues": MONTHLY,
    "6.10-patrol-video": WEEKLY,
    "6.10-patrol-on-site": MONTHLY,
}
SETTLED = dt.timedelta(days=7)
"""In the first week of a month the month before is the one to look at."""
REASON = "合成数据：演示用的履职周期，按条文“电子巡察”“适时”“定期”确定次数，可由后续决定调整。"


def add_cadences(today: dt.date) -> int:
    """Adopt what is not adopted yet, from the first of the month that is looked at; return how many were adopted."""
    known = set(CadenceAdoption.objects.values_list("norm_key", flat=True))
    missing = {norm: cadence for norm, cadence in ADOPTED.items() if norm not in known}
    if not missing:
        return 0
    leader = Appointment.objects.filter(capacity__key="jilin@PROVINCE", post__role="leader").earliest("pk")
    by, since = people.actor_of(leader, today), (today - SETTLED).replace(day=1)
    for norm, cadence in missing.items():
        actions.adopt_cadence(by=by, norm_key=norm, cadence=cadence, valid_from=since, reason=REASON)
    return len(missing)
