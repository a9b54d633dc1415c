"""Provision (条款), Norm (规范要素), Parameter (参数): the rule book in the database, dated and never rewritten."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from jianguan.backbone.agencies.models import Capacity, CapacityLevel
from jianguan.backbone.decisions.models import Decision
from jianguan.engines.regulation.schema import Cadence, Measure


class MeasureKind(models.TextChoices):
    """How a norm knows that it was done."""

    ACTIVITY = Measure.ACTIVITY.value, "次数"
    COVERAGE = Measure.COVERAGE.value, "覆盖"
    FILING = Measure.FILING.value, "报备"
    PRESENCE = Measure.PRESENCE.value, "常备"
    RATIO = Measure.RATIO.value, "比例"
    RETENTION = Measure.RETENTION.value, "留存"
    TIMELY = Measure.TIMELY.value, "时限"


class CadenceKind(models.TextChoices):
    """The period in which a duty is owed."""

    DAILY = Cadence.DAILY.value, "每日"
    EVENT = Cadence.EVENT.value, "逢事"
    MONTHLY = Cadence.MONTHLY.value, "每月"
    QUARTERLY = Cadence.QUARTERLY.value, "每季"
    SOFT = Cadence.SOFT.value, "未定期限"
    STANDING = Cadence.STANDING.value, "常设"
    WEEKLY = Cadence.WEEKLY.value, "每周"
    YEARLY = Cadence.YEARLY.value, "每年"


@pghistory.track(append_only=True)
class Version(models.Model):
    """A version of the regulation with its validity; a repealed one stays readable."""

    row_scope = "open"

    urn = models.CharField(max_length=80, unique=True)
    title = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=60)
    valid = DateRangeField("施行期间")
    text_known = models.BooleanField("存有全文", default=True)
    repealed_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeals")

    class Meta:
        verbose_name = "规则版本"
        ordering = ["urn"]

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）"


class Provision(models.Model):
    """One article or item of the text, exactly as issued, with its digest and its known defects."""

    append_only = True
    row_scope = "open"

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="provisions")
    item = models.CharField("条款", max_length=20)
    order = models.PositiveIntegerField("顺序")
    article = models.PositiveIntegerField("条")
    chapter = models.CharField("章", max_length=100)
    lead_in = models.TextField("条首", blank=True)
    text = models.TextField("原文")
    digest = models.CharField("摘要", max_length=64)
    operative = models.BooleanField("设定职责")
    note = models.CharField("说明", max_length=200, blank=True)
    defects = models.JSONField("文本缺陷", default=list)

    class Meta:
        verbose_name = "条款"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["version", "item"], name="provision_once")]

    def __str__(self) -> str:
        return self.item


@pghistory.track(append_only=True)
class Norm(models.Model):
    """One executable reading of a provision. A change closes ``valid`` and adds a row with the same key."""

    row_scope = "open"

    key = models.CharField("标识", max_length=60)
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="norms")
    title = models.CharField("名称", max_length=60)
    modality = models.CharField("性质", max_length=20)
    bearer = models.CharField("责任主体", max_length=20, choices=CapacityLevel)
    counterpart = models.CharField("对象层级", max_length=20, choices=CapacityLevel, blank=True)
    executor = models.CharField("承办", max_length=20, choices=CapacityLevel, blank=True)
    object_kind = models.CharField("监管对象类别", max_length=40, blank=True)
    measure = models.CharField("计量方式", max_length=12, choices=MeasureKind, blank=True)
    source = models.CharField("履职记录来源", max_length=60, blank=True)
    cadence = models.CharField("周期", max_length=12, choices=CadenceKind, blank=True)
    cadence_word = models.CharField("原文用语", max_length=20, blank=True)
    at_least = models.PositiveIntegerField("至少次数", null=True)
    per_subject = models.BooleanField("按监管对象逐一计数", default=False)
    excused_when_empty = models.CharField("总体为空时免除", max_length=60, blank=True)
    quota_parameter = models.CharField("比例参数", max_length=60, blank=True)
    population = models.CharField("抽查总体", max_length=60, blank=True)
    deadline_parameter = models.CharField("时限参数", max_length=60, blank=True)
    evidence = models.JSONField("佐证", default=list)
    reading = models.CharField("法律解读", max_length=300)
    overrides = models.CharField("优先于", max_length=60, blank=True)
    domain = models.CharField("业务", max_length=20)
    order = models.PositiveIntegerField("顺序", default=0)
    valid = DateRangeField("有效期")

    class Meta:
        verbose_name = "规范要素"
        ordering = ["order"]
        constraints = [
            ExclusionConstraint(
                name="norm_no_overlap",
                expressions=[("key", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


class Parameter(models.Model):
    """A number of the law, of an adopted reading or of the platform. Its values are rows of their own."""

    row_scope = "open"

    key = models.CharField("标识", max_length=60, unique=True)
    title = models.CharField("名称", max_length=100)
    unit = models.CharField("单位", max_length=20)
    direction = models.CharField("方向", max_length=10)
    origin = models.CharField("来源", max_length=10)
    provision = models.CharField("条款", max_length=20, blank=True)

    class Meta:
        verbose_name = "参数"
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


class ParameterValue(models.Model):
    """A value from a day on, as known from ``recorded_at`` on (two clocks).

    The value on day D as known at K is the row with the latest ``valid_from`` not after D among those recorded not
    after K; of two with the same ``valid_from`` the later recorded one. ``value`` NULL ends the parameter.
    A value for one capacity binds its subtree and goes before the general one.
    """

    append_only = True
    row_scope = "open"

    parameter = models.ForeignKey(Parameter, on_delete=models.PROTECT, related_name="values")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, null=True, verbose_name="适用范围")
    value = models.CharField("值", max_length=100, null=True)
    valid_from = models.DateField("施行日")
    recorded_at = models.DateTimeField("录入时间")
    reference = models.CharField("依据", max_length=100)
    reason = models.CharField("理由", max_length=300, blank=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True)

    class Meta:
        verbose_name = "参数值"
        ordering = ["valid_from", "recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["parameter", "capacity", "valid_from", "recorded_at"],
                name="parameter_value_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter.key} = {self.value}"


class CadenceAdoption(models.Model):
    """A number that the competent agency adopted for a soft word (定期 不定期 适时 及时). Clocks as above.

    ``cadence`` empty withdraws the adoption. Binds the adopting capacity and its subtree.
    """

    append_only = True
    row_scope = "open"

    norm_key = models.CharField("规范要素", max_length=60, db_index=True)
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="cadence_adoptions")
    cadence = models.CharField("周期", max_length=12, choices=CadenceKind, blank=True)
    times = models.PositiveIntegerField("至少次数", default=1)
    valid_from = models.DateField("施行日")
    recorded_at = models.DateTimeField("录入时间")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT)

    class Meta:
        verbose_name = "周期确定"
        ordering = ["valid_from", "recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["norm_key", "capacity", "valid_from", "recorded_at"], name="cadence_adoption_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.norm_key} {self.get_cadence_display()}"


class Checklist(models.Model):
    """A check template (检查表) in one version."""

    append_only = True
    row_scope = "open"

    key = models.CharField("标识", max_length=60)
    version = models.PositiveIntegerField("版本")
    title = models.CharField("名称", max_length=100)
    provision = models.CharField("条款", max_length=20)
    object_kind = models.CharField("监管对象类别", max_length=40)
    items = models.JSONField("检查项")
    valid_from = models.DateField("启用日")

    class Meta:
        verbose_name = "检查表"
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="checklist_once")]

    def __str__(self) -> str:
        return f"{self.title} 第{self.version}版"


@pghistory.track(append_only=True)
class CalendarDay(models.Model):
    """An exception of the working-day calendar of China (法定节假日与调休), editable, with its notice."""

    row_scope = "open"

    day = models.DateField("日期", primary_key=True)
    is_workday = models.BooleanField("工作日")
    name = models.CharField("名称", max_length=60)
    source = models.CharField("来源", max_length=200)
    confirmed = models.BooleanField("已由通知确认", default=True)

    class Meta:
        verbose_name = "工作日历"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
