"""What is known of the facts of a frame on a day (到达情况), for each capacity that owes a population."""

import datetime as dt

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.draws.frames import Frame
from jianguan.backbone.draws.terms import Terms
from jianguan.facts import arrivals
from jianguan.facts.arrivals import Feed
from jianguan.facts.authority import allowed
from jianguan.facts.contract import contract


def feeds(frame: Frame, day: dt.date, ids: set[int], of_day: Terms) -> dict[int, tuple[Feed, tuple[str, ...]]]:
    """What is known of the facts of a frame for each capacity: of those it answers for and of the whole province."""
    board = [(fact, one) for fact in frame.facts for one in arrivals.board(day, day, fact=fact)]
    named = {one.source: allowed(one.source, day) for _, one in board}
    keys = dict(Capacity.objects.values_list("key", "pk"))
    key_of = {pk: key for key, pk in keys.items()}
    found: dict[int, tuple[Feed, tuple[str, ...]]] = {}
    for capacity_id in ids:
        states: list[Feed] = []
        missing: list[str] = []
        for fact in frame.facts:
            own = [
                one
                for of, one in board
                if of == fact
                and (
                    not one.source.capacity_key
                    or key_of.get(capacity_id) in named[one.source]
                    or capacity_id in of_day.chains.get(keys.get(one.source.capacity_key, 0), ())
                )
            ]
            came = [one for one in own if one.feed is not Feed.UNKNOWN]
            whole = len(came) == len(own) and not any(one.feed is Feed.PARTIAL for one in came)
            states.append(Feed.UNKNOWN if not came else Feed.ARRIVED if whole else Feed.PARTIAL)
            if not whole or not came:
                missing.append(_missing(fact, own))
        feed = Feed.UNKNOWN if Feed.UNKNOWN in states else Feed.PARTIAL if Feed.PARTIAL in states else Feed.ARRIVED
        found[capacity_id] = feed, tuple(missing)
    return found


def _missing(fact: str, own: list[arrivals.Arrival]) -> str:
    """Which feed is missing, with the names of its sources; nobody is registered to report where there are none."""
    late = "、".join(one.source.name for one in own if one.feed is Feed.UNKNOWN)
    label = contract(fact).label
    return f"{label}（{late or '有行被退回'}）" if own else f"{label}（没有登记数据源）"
