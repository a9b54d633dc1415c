"""What follows cases and what they come from: draws of rechecks, restrictions of learners, lists of the ministry."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.cases.models import Case, Recheck, Step
from jianguan.backbone.decisions.models import Decision
from jianguan.backbone.evidence.models import StoredObject
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.subjects.models import Subject
from jianguan.facts.models import Source
from jianguan.kit.rows import RowScope


class RecheckList(models.Model):
    """The closed cases of a unit and month, frozen before the seed is known (回查清单).

    ``day``: whose sources make the seed. A list whose seed never came is followed by one of a later day.
    """

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="recheck_lists")
    month = models.DateField("办结月份")
    day = models.DateField("种子日")
    size = models.PositiveIntegerField("件数")
    root = models.CharField("根摘要", max_length=64)
    manifest = models.ForeignKey(StoredObject, on_delete=models.PROTECT, related_name="+")
    pinned = models.JSONField("所据参数")
    frozen_at = models.DateTimeField("封存时间")

    class Meta:
        verbose_name = "回查清单"
        constraints = [
            models.UniqueConstraint(fields=["capacity", "month", "day"], name="case_recheck_list_once"),
        ]

    def __str__(self) -> str:
        return f"{self.capacity_id} {self.month:%Y-%m}"


class RecheckDraw(models.Model):
    """What was drawn from a frozen list with which seed (回查抽取); anybody repeats it from the list."""

    append_only = True
    row_scope = ("capacity_id",)

    listed = models.OneToOneField(RecheckList, on_delete=models.PROTECT, related_name="draw")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="recheck_draws")
    month = models.DateField("办结月份")
    seeds = models.JSONField("种子及来源")
    drawn = models.PositiveIntegerField("抽中件数")
    drawn_at = models.DateTimeField("抽取时间")

    class Meta:
        verbose_name = "回查抽取"
        constraints = [models.UniqueConstraint(fields=["capacity", "month"], name="case_recheck_draw_once")]

    def __str__(self) -> str:
        return f"{self.capacity_id} {self.month:%Y-%m}"


class RecheckResult(models.Model):
    """What a recheck came to (回查结论), by somebody who neither worked on nor closed the case; a trigger holds it."""

    append_only = True
    row_scope = RowScope(
        using="EXISTS (SELECT 1 FROM cases_recheck r WHERE r.id = recheck_id)",
        check="EXISTS (SELECT 1 FROM cases_recheck r WHERE r.id = recheck_id)",
    )

    recheck = models.OneToOneField(Recheck, on_delete=models.PROTECT, related_name="result")
    passed = models.BooleanField("合格")
    text = models.TextField("回查情况")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="+")  # the reopening
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "回查结论"

    def __str__(self) -> str:
        return f"{self.recheck_id} {self.passed}"


class Restriction(models.Model):
    """A learner who had somebody learn for him may only learn on site for a while (现场教育限制, clause 13.1).

    ``learner`` is the pseudonym of the identity number; ``until`` the first day without the restriction, pinned to the
    parameter it came from. It ends by itself, or earlier by a decision. A case has one that stands, and none when it
    closes with another result than 'true'; triggers hold that.
    """

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="restrictions")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="restrictions")
    learner = models.CharField("学员化名", max_length=32)
    masked = models.CharField("学员", max_length=40)
    session = models.CharField("取消资格的场次", max_length=80, blank=True)
    since = models.DateField("起日")
    until = models.DateField("止日")
    pinned = models.JSONField("所据参数")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("决定时间")
    synthetic = models.BooleanField("合成数据", default=False)

    class Meta:
        verbose_name = "现场教育限制"
        constraints = [
            models.CheckConstraint(name="restriction_ends_later", condition=models.Q(until__gt=models.F("since")))
        ]
        indexes = [models.Index(fields=["learner"]), models.Index(fields=["capacity", "-id"])]

    def __str__(self) -> str:
        return f"{self.masked} {self.until:%Y-%m-%d}"


class RestrictionLift(models.Model):
    """The decision that ends a restriction before its day (解除限制)."""

    append_only = True
    row_scope = ("capacity_id",)

    restriction = models.OneToOneField(Restriction, on_delete=models.PROTECT, related_name="lift")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    since = models.DateField("解除日")  # the first day without the restriction
    reason = models.TextField("理由")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "解除限制"

    def __str__(self) -> str:
        return f"{self.restriction_id} {self.since:%Y-%m-%d}"


class OnSiteLearning(models.Model):
    """A day on which a restricted learner learned on site (现场学习登记)."""

    append_only = True
    row_scope = ("capacity_id",)

    restriction = models.ForeignKey(Restriction, on_delete=models.PROTECT, related_name="learning")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    day = models.DateField("日期")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    remark = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "现场学习登记"
        constraints = [models.UniqueConstraint(fields=["restriction", "day"], name="on_site_learning_once_a_day")]

    def __str__(self) -> str:
        return f"{self.restriction_id} {self.day:%Y-%m-%d}"


class RestrictionInquiry(models.Model):
    """An education platform asked whether a learner is restricted (限制查询), and what it was told."""

    append_only = True
    row_scope = ("capacity_id",)

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    capacity_id = models.BigIntegerField("履职身份")  # as the source's
    learner = models.CharField("学员化名", max_length=32)
    on_site_only = models.BooleanField("只限现场")
    until = models.DateField("止日", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "限制查询"
        indexes = [models.Index(fields=["source", "-at"]), models.Index(fields=["learner"])]

    def __str__(self) -> str:
        return f"{self.source_id} {self.at:%Y-%m-%d %H:%M}"


class OrderList(models.Model):
    """A list of matters that the ministry or a superior ordered (督办清单), as the workbook came."""

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="order_lists")
    name = models.CharField("文件名", max_length=120)
    stored = models.ForeignKey(StoredObject, on_delete=models.PROTECT, related_name="+")
    sheet = models.CharField("工作表", max_length=60)
    accepted = models.PositiveIntegerField("立项行数")
    repeated = models.PositiveIntegerField("此前已立项行数")
    refused = models.PositiveIntegerField("退回行数")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("导入时间")

    class Meta:
        verbose_name = "督办清单"
        indexes = [models.Index(fields=["capacity", "-id"])]

    def __str__(self) -> str:
        return self.name


class OrderRow(models.Model):
    """One row of such a list (清单行): with its case, or with what is wrong with it.

    ``key`` is the digest of what the row says; a row that has a case has it once, whatever list it comes in again.
    """

    append_only = True
    row_scope = ("capacity_id",)

    order_list = models.ForeignKey(OrderList, on_delete=models.PROTECT, related_name="rows")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("行号")
    key = models.CharField("内容摘要", max_length=64)
    values = models.JSONField("各列")
    problems = models.JSONField("问题", default=list)  # column, rule, message
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="order_rows")

    class Meta:
        verbose_name = "清单行"
        constraints = [
            models.UniqueConstraint(
                fields=["capacity", "key"], condition=models.Q(case__isnull=False), name="order_row_has_one_case"
            )
        ]
        indexes = [models.Index(fields=["order_list", "number"])]

    def __str__(self) -> str:
        return f"{self.order_list_id} {self.number}"
