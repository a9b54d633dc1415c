"""Agency (机构), Capacity (履职身份), Oversight (监管关系): who acts, at which level, under whom, and since when.

Administrative parent (行政隶属) and supervising superior are two different dated relations: in June 2020 the
administration of 公主岭 moved to 长春, its supervision under article 17 did not.
"""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from jianguan.engines.regulation.schema import Level


class AgencyKind(models.TextChoices):
    """What sort of body an agency is."""

    POLICE = "police", "公安交管部门"
    VEHICLE_OFFICE = "vehicle_office", "车管所"
    TECHNOLOGY = "technology", "科技部门"
    FOREST = "forest", "森林公安"
    RAILWAY = "railway", "铁路公安"


class CapacityLevel(models.TextChoices):
    """The level in which a capacity acts."""

    PROVINCE = Level.PROVINCE.value, "省级"
    CITY = Level.CITY.value, "市级"
    COUNTY = Level.COUNTY.value, "县级"
    VEHICLE_OFFICE = Level.VEHICLE_OFFICE.value, "车管所"
    TECHNOLOGY = Level.TECHNOLOGY.value, "科技部门"
    REFERENCE = Level.REFERENCE.value, "参照履职"


class CapacityMode(models.TextChoices):
    """Own duty, acting for another level (article 17), or by reference (article 18)."""

    OWN = "own", "本级"
    ACTING = "acting", "代行"
    REFERENCE = "reference", "参照"


@pghistory.track(append_only=True)
class Agency(models.Model):
    """A body of the police or an office of it."""

    row_scope = "open"

    slug = models.SlugField("标识", max_length=60, unique=True)
    name = models.CharField("名称", max_length=120)
    short = models.CharField("简称", max_length=30)
    kind = models.CharField("类别", max_length=20, choices=AgencyKind)
    order = models.PositiveIntegerField("排序", default=0)

    class Meta:
        verbose_name = "机构"
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.name


@pghistory.track(append_only=True)
class AgencyCode(models.Model):
    """Division code (GB/T 2260) of an agency; a change of code is a succession, never a rewrite."""

    row_scope = "open"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField("代码", max_length=12)
    valid = DateRangeField("有效期")

    class Meta:
        verbose_name = "机构代码"
        constraints = [
            ExclusionConstraint(
                name="agency_code_no_overlap",
                expressions=[("agency", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.code


@pghistory.track(append_only=True)
class AdministrativeParent(models.Model):
    """Administrative parent (行政隶属), dated. Says nothing about who supervises."""

    row_scope = "open"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="children")
    valid = DateRangeField("有效期")
    basis = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = "行政隶属"
        constraints = [
            ExclusionConstraint(
                name="administrative_parent_no_overlap",
                expressions=[("agency", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="administrative_parent_not_itself", condition=~models.Q(agency=models.F("parent"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} → {self.parent}"


@pghistory.track(append_only=True)
class Capacity(models.Model):
    """An agency acting at a level. A person acts in a post, the post in a capacity."""

    row_scope = "open"

    key = models.CharField("标识", max_length=80, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="capacities")
    level = models.CharField("层级", max_length=20, choices=CapacityLevel)
    mode = models.CharField("方式", max_length=12, choices=CapacityMode, default=CapacityMode.OWN)
    basis = models.CharField("依据条款", max_length=20)
    valid = DateRangeField("有效期")

    class Meta:
        verbose_name = "履职身份"
        ordering = ["agency__order", "level"]
        constraints = [
            ExclusionConstraint(
                name="capacity_no_overlap",
                expressions=[
                    ("agency", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """'吉林省 市级（代行）' – the words shown wherever the capacity is."""
        mode = "" if self.mode == CapacityMode.OWN else f"（{self.get_mode_display()}）"
        return f"{self.agency.short} {self.get_level_display()}{mode}"


@pghistory.track(append_only=True)
class Oversight(models.Model):
    """Supervising superior (监管关系) of a capacity, dated. 'Next level up' always means this."""

    row_scope = "open"

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="oversight")
    superior = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="overseen")
    valid = DateRangeField("有效期")
    basis = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = "监管关系"
        constraints = [
            ExclusionConstraint(
                name="oversight_no_overlap",
                expressions=[("capacity", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="oversight_not_itself", condition=~models.Q(capacity=models.F("superior"))),
        ]

    def __str__(self) -> str:
        return f"{self.capacity} → {self.superior}"
