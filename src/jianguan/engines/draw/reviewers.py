"""Who reviews what was drawn (审核人抽取): by the same seed in another domain, with recusal (回避)."""

from collections.abc import Iterator

from jianguan.engines.draw.draw import Result
from jianguan.engines.draw.manifest import Manifest
from jianguan.engines.draw.tickets import Domain, tickets

NOBODY = "-"


def orders(manifest: Manifest, result: Result) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield for every pick its id and the reviewers in the order drawn; the first reviews, the next replace.

    Whoever did the business (recusals) or declared an interest in the site is left out. An empty order says that
    nobody (无人可审) is left: somebody else must be sent, the item is never dropped.
    """
    head = manifest.header
    drawn = {pick.id for pick in result.picks}
    recused: dict[str, set[str]] = {}
    for identity, person in head.recusals:
        if identity in drawn:
            recused.setdefault(identity, set()).add(person)
    interested: dict[str, set[str]] = {}
    for site, person in head.interests:
        interested.setdefault(site, set()).add(person)
    ticket = tickets(result.seed, Domain.REVIEWER)
    nobody: set[str] = set()
    for pick in result.picks:
        barred = recused.get(pick.id, nobody) | interested.get(pick.site, nobody)
        ranked = sorted(
            (ticket(f"{pick.id}\t{person}".encode()), person) for person in head.reviewers if person not in barred
        )
        yield pick.id, tuple(person for _, person in ranked)
