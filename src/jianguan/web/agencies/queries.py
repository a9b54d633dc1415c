"""Reads of the agency pages: what an agency was called, under whom it stood, and who supervises it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import (
    AdministrativeParent,
    Agency,
    AgencyCode,
    Capacity,
    CapacityMode,
    Oversight,
)
from jianguan.backbone.agencies.queries import Branch
from jianguan.backbone.scope.scope import Scope


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything dated about one agency, newest first."""

    agency: Agency
    codes: list[AgencyCode]
    parents: list[AdministrativeParent]
    capacities: list[Capacity]
    oversight: list[Oversight]

    def parent(self, on: dt.date) -> Agency | None:
        """The administrative parent on a day."""
        return next((link.parent for link in self.parents if on in link.valid), None)

    def superior(self, capacity_id: int, on: dt.date) -> Capacity | None:
        """The supervising superior of one of its capacities on a day."""
        return next(
            (link.superior for link in self.oversight if link.capacity_id == capacity_id and on in link.valid), None
        )


def branches(scope: Scope, on: dt.date) -> list[Branch]:
    """The part of the tree of oversight that is in scope, depth first."""
    return [branch for branch in agencies.tree(on) if branch.capacity.pk in scope]


def administrative_parents(on: dt.date) -> dict[int, str]:
    """Short name of the administrative parent by agency id on a day."""
    return dict(AdministrativeParent.objects.filter(valid__contains=on).values_list("agency_id", "parent__short"))


def dossier(scope: Scope, slug: str) -> Dossier:
    """One agency that acts in a capacity of the scope; raises Agency.DoesNotExist for any other."""
    agency = Agency.objects.filter(slug=slug, capacities__in=scope.capacity_ids).distinct().get()
    return Dossier(
        agency,
        list(AgencyCode.objects.filter(agency=agency).order_by("-valid")),
        list(AdministrativeParent.objects.filter(agency=agency).select_related("parent").order_by("-valid")),
        list(Capacity.objects.filter(agency=agency).select_related("agency").order_by("pk")),
        list(
            Oversight.objects.filter(capacity__agency=agency)
            .select_related("superior__agency", "capacity__agency")
            .order_by("-valid")
        ),
    )


def capacity(scope: Scope, key: str) -> Capacity:
    """One capacity of the scope; raises Capacity.DoesNotExist for any other."""
    return Capacity.objects.select_related("agency").get(key=key, pk__in=scope.capacity_ids)


def subordinates(scope: Scope, capacity_id: int, on: dt.date) -> list[Capacity]:
    """The capacities directly below one, on a day."""
    return list(
        Capacity.objects.filter(
            Q(oversight__superior_id=capacity_id, oversight__valid__contains=on),
            pk__in=scope.capacity_ids,
            valid__contains=on,
        )
        .select_related("agency")
        .order_by("agency__order", "level")
    )


def article_17(found: Dossier, on: dt.date) -> list[str]:
    """Where supervision departs from administration, in Chinese sentences; empty where they agree."""
    sentences = []
    parent = found.parent(on)
    for one in found.capacities:
        if on not in one.valid:
            continue
        superior = found.superior(one.pk, on)
        if one.mode == CapacityMode.ACTING:
            sentences.append(
                f"{one.title}依第{one.basis}条设立：只对由其监管的县级身份承担市级职责，"
                f"不承担市级的其他职责；其监管上级是{superior.title if superior else '（无）'}。"
            )
        elif superior is not None and superior.mode == CapacityMode.ACTING:
            sentences.append(
                f"{one.title}的监管上级是{superior.title}（第十七条）；“报上一级”报给它，"
                f"不报给行政隶属的{parent.short if parent else '上级机构'}。"
            )
        elif superior is not None and parent is not None and superior.agency_id not in {parent.pk, found.agency.pk}:
            sentences.append(
                f"{one.title}由{superior.title}监管，行政隶属{parent.short}：两种关系分别有效，监管以前者为准。"
            )
    return sentences
