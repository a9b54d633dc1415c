"""Authority (代报权限): for whom a source may report, and whose records it may supersede.

The agencies lie above this floor; the room that knows who supervises whom says so through ``register``. Until then
nobody has subordinates. A declaration never widens what supervision gives: of a list only subordinates count.
"""

import datetime as dt
from collections.abc import Callable, Collection

from django.db.models import Q

from jianguan.facts.models import Batch, BatchState, ReportsFor, Source
from jianguan.facts.scoped import rows_of

Subordinates = Callable[[str, dt.date], frozenset[str]]
Everybody = Callable[[], frozenset[str]]
_known: list[Subordinates] = []
_everybody: list[Everybody] = []


class WrongDeclaration(ValueError):
    """A source declares to report for a capacity that its own does not supervise."""


def register(subordinates: Subordinates, everybody: Everybody) -> None:
    """Say who knows the keys of all capacities below a capacity (by key) on a day, and of all there ever were."""
    _known[:], _everybody[:] = [subordinates], [everybody]


def below(capacity: str, on: dt.date) -> frozenset[str]:
    """Return the keys of the capacities that a capacity supervises on a day, at any depth."""
    return frozenset[str]().union(*(known(capacity, on) for known in _known))


def check(capacity: str, reports_for: str, listed: Collection[str], on: dt.date) -> None:
    """Refuse a declaration that names whom the capacity does not supervise.

    Raises WrongDeclaration with a Chinese message.
    """
    if reports_for not in ReportsFor.values:
        raise WrongDeclaration(f"代报范围 {reports_for} 未定义")
    if (reports_for == ReportsFor.LISTED) != bool(listed):
        raise WrongDeclaration("代报范围为“列明的下级”时须列明履职身份，否则不得列明")
    if listed and (strange := set(listed) - below(capacity, on)):
        raise WrongDeclaration(f"{capacity or '全省'}不监管{'、'.join(sorted(strange))}，不能代其报送")


def declare(source: Source, reports_for: str, listed: Collection[str], on: dt.date) -> None:
    """Change whom a source reports for beside its own capacity; what came before stays as it was judged.

    Raises WrongDeclaration.
    """
    check(source.capacity_key, reports_for, listed, on)
    source.reports_for, source.listed = reports_for, sorted(listed)
    with rows_of(source.capacity_id):
        source.save(update_fields=["reports_for", "listed"])


def allowed(source: Source, on: dt.date) -> frozenset[str]:
    """Return the keys of the capacities a source may name in its rows; of the whole province all there ever were.

    Empty while nobody has said which there are: any.
    """
    if not source.capacity_key:
        return frozenset[str]().union(*(everybody() for everybody in _everybody))
    under = below(source.capacity_key, on) if source.reports_for != ReportsFor.OWN else frozenset()
    if source.reports_for == ReportsFor.LISTED:
        under &= frozenset(source.listed)
    return under | {source.capacity_key}


def reports_for(source: Source, capacity: str, on: dt.date) -> bool:
    """Return whether a source reports for a capacity (by key) on a day."""
    return not source.capacity_key or capacity in allowed(source, on)


def supersedable(source: Source, on: dt.date) -> frozenset[int]:
    """Return the ids of the sources whose records a source may supersede.

    They are its own and those of the capacities below it that it declared to report for; never those of an equal.
    """
    covered = Q(pk=source.pk)
    if source.reports_for == ReportsFor.SUBORDINATES and not source.capacity_key:
        covered |= ~Q(capacity_key="")
    elif source.reports_for != ReportsFor.OWN:
        covered |= Q(capacity_key__in=allowed(source, on) - {source.capacity_key})
    return frozenset(Source.objects.filter(covered, contract=source.contract).values_list("pk", flat=True))


def batches(sources: Collection[int]) -> list[int]:
    """Return the ids of the batches of sources that are in the lake."""
    return list(Batch.objects.filter(source__in=sources, state=BatchState.COMMITTED).values_list("pk", flat=True))
