"""The evidence behind a ledger row: reviews of what was drawn, how far it was looked at, events, parameters."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from jianguan.backbone.audit.events import TITLES
from jianguan.backbone.audit.models import Event
from jianguan.backbone.review import queries as reviewing
from jianguan.backbone.rules.models import ParameterValue
from jianguan.backbone.scope.scope import Scope
from jianguan.web.records import SHOWN
from jianguan.web.rules.tabs import with_unit


def with_reviews(scope: Scope, person_id: int, refs: Sequence[str]) -> list[str]:
    """The references, after those of populations and draws the reviews of their members; not those to be blind to."""
    ids = [int(ref.partition("/")[2]) for ref in refs if ref.startswith("population/")]
    found = reviewing.reviews(scope, person_id).filter(item__population__in=ids, assignment__kind="first")
    return [*refs, *(f"review/{number}" for number in found.order_by("pk").values_list("pk", flat=True))]


def looked(scope: Scope, refs: Sequence[str]) -> list[str]:
    """How far each population among the references was looked at, by records and by seconds, in words."""
    ids = [int(ref.partition("/")[2]) for ref in refs if ref.startswith("population/")]
    return [
        f"{one.day} {one.title}：应审 {one.owed} 件，已审计入 {one.done} 件；"
        f"应看 {one.owed_ms // 1000} 秒，认可 {one.done_ms // 1000} 秒"
        for one in reviewing.progress_of(scope, ids)
        if one.owed is not None
    ]


def events(scope: Scope, objects: Iterable[str]) -> list[dict[str, Any]]:
    """The events of these objects ('TYPE/ID') that the scope may see, oldest first."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for one in objects:
        kind, _, number = one.partition("/")
        wanted[kind].append(number)
    anyone = Q(pk__in=[])
    for kind, ids in wanted.items():
        anyone |= Q(object_type=kind, object_id__in=ids)
    found = Event.objects.filter(anyone, capacity_id__in=scope.capacity_ids).order_by("pk")[:SHOWN]
    titles = {kind.value: title for kind, title in TITLES.items()}
    return [{"event": one, "title": titles.get(one.kind, one.kind)} for one in found]


def parameters(pinned: dict[str, Any]) -> list[str]:
    """The pinned values in words: '考试…比例 5%，自 2020-03-19 起（第六条（六））'."""
    ids = [value["id"] for key, value in pinned.items() if key != "cadence"]
    words = [
        f"{one.parameter.title} {with_unit(one.value, one.parameter.unit)}，自 {one.valid_from} 起（{one.reference}）"
        for one in ParameterValue.objects.filter(pk__in=ids).select_related("parameter").order_by("pk")
    ]
    if "cadence" in pinned:
        words.append("周期按已采纳的决定")
    return words
