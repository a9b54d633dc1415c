"""Reads of the provision pages: the text, its norms and what was decided about them."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from jianguan.backbone.rules.models import CadenceAdoption, Norm, ParameterValue, Provision
from jianguan.web.rules.tabs import with_unit


@dataclass(frozen=True, slots=True)
class Reading:
    """One norm of a provision with its numbers through time and the decisions about its cadence."""

    norm: Norm
    in_force: bool
    values: list[tuple[ParameterValue, str]]
    adoptions: list[CadenceAdoption]


def provision(item: str) -> Provision:
    """The provision with this id in the version in force; raises Provision.DoesNotExist."""
    return Provision.objects.select_related("version").get(item=item, version__text_known=True)


def provisions() -> list[Provision]:
    """Every provision in the order of the text."""
    return list(Provision.objects.filter(version__text_known=True).select_related("version").order_by("order"))


def neighbours(order: int) -> tuple[str, str]:
    """Ids of the provision before and after, '' at the ends."""
    near = dict(Provision.objects.filter(order__in=(order - 1, order + 1)).values_list("order", "item"))
    return near.get(order - 1, ""), near.get(order + 1, "")


def readings(provision_id: int, on: dt.date) -> list[Reading]:
    """The norms of a provision, those in force first, with their parameters and adoptions."""
    norms = list(Norm.objects.filter(provision_id=provision_id).select_related("provision").order_by("order", "valid"))
    keys = {key for norm in norms for key in (norm.quota_parameter, norm.deadline_parameter) if key}
    values: dict[str, list[tuple[ParameterValue, str]]] = defaultdict(list)
    for value in (
        ParameterValue.objects.filter(parameter__key__in=keys)
        .select_related("parameter", "capacity__agency")
        .order_by("-valid_from", "-recorded_at")
    ):
        values[value.parameter.key].append((value, with_unit(value.value, value.parameter.unit)))
    adopted: dict[str, list[CadenceAdoption]] = defaultdict(list)
    for adoption in (
        CadenceAdoption.objects.filter(norm_key__in=[norm.key for norm in norms])
        .select_related("capacity__agency", "decision")
        .order_by("-valid_from", "-recorded_at")
    ):
        adopted[adoption.norm_key].append(adoption)
    found = [
        Reading(
            norm,
            not norm.valid.isempty and on in norm.valid,
            values[norm.quota_parameter] + values[norm.deadline_parameter],
            adopted[norm.key],
        )
        for norm in norms
    ]
    return sorted(found, key=lambda reading: not reading.in_force)
