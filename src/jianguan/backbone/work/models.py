"""Task (履职任务), Population (抽查总体), Check (检查), Finding (问题): the work itself."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.decisions.models import Decision
from jianguan.backbone.evidence.models import StoredObject
from jianguan.backbone.people.models import IN_SCOPE, Appointment, Post
from jianguan.backbone.rules.models import CadenceKind, Checklist, Norm
from jianguan.backbone.subjects.models import Subject
from jianguan.kit.rows import RowScope


class Task(models.Model):
    """A norm owed by a capacity for a period (for one subject where the norm asks so).

    Pins the norm row and the parameter values it was opened under. It is never changed: a re-judgement adds a row
    with a higher ``reading``; both stay. What was done is not stored here, the ledger derives it.
    """

    append_only = True
    row_scope = ("capacity_id",)

    norm = models.ForeignKey(Norm, on_delete=models.PROTECT, related_name="tasks")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="tasks")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="tasks")
    cadence = models.CharField("周期", max_length=12, choices=CadenceKind)
    period = DateRangeField("履职期间")
    opens_at = models.DateTimeField("开始时间")
    due_at = models.DateTimeField("应完成时限")
    miss_at = models.DateTimeField("最迟补办时限")
    required = models.PositiveIntegerField("应完成次数", null=True)  # activity; NULL where a percentage decides
    percent = models.PositiveIntegerField("应抽比例", null=True)  # ratio: integer percent
    pinned = models.JSONField("所据参数", default=dict)  # parameter key -> {"id", "value", "reference"}
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="tasks")  # responsible, snapshot
    reading = models.PositiveIntegerField("解读序号", default=1)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True)  # of a re-judgement
    opened_at = models.DateTimeField("开立时间")

    class Meta:
        verbose_name = "履职任务"
        constraints = [
            models.UniqueConstraint(
                fields=["norm", "capacity", "subject", "period", "reading"], name="task_once", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(fields=["capacity", "due_at"]),
            models.Index(fields=["opens_at"], name="task_opens"),
            models.Index(fields=["opens_at"], condition=models.Q(reading__gt=1), name="task_read_again"),
        ]

    def __str__(self) -> str:
        return f"{self.norm_id} {self.capacity_id} {self.period}"


class TaskExcuse(models.Model):
    """A decision that a task need not be done (免除)."""

    append_only = True
    row_scope = ("capacity_id",)

    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="excuse")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT)

    class Meta:
        verbose_name = "免除"

    def __str__(self) -> str:
        return f"{self.task_id}"


class TaskDispute(models.Model):
    """An open doubt about a task's judgement (存疑); settled by a decision in a row of its own."""

    append_only = True
    row_scope = ("capacity_id",)

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="disputes")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT)
    raised_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True)
    raised_at = models.DateTimeField("提出时间")
    reason = models.TextField("理由")
    settles = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="settled_by")

    class Meta:
        verbose_name = "存疑"

    def __str__(self) -> str:
        return f"{self.task_id}"


class PopulationState(models.TextChoices):
    """N counted, N = 0 proven, or N unknown: three different things."""

    COUNTED = "counted", "已清点"
    EMPTY = "empty", "证实为空"
    UNKNOWN = "unknown", "未知"


class Population(models.Model):
    """The frozen frame of one draw or ratio (抽查总体) of a capacity and day.

    ``part`` 0 is the frame itself; what arrived after it was frozen makes parts 1, 2 … (补充总体), and a quota is over
    their sum. The members are lines of the ``manifest``, ``digest`` is its Merkle root.
    """

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="populations")
    kind = models.CharField("总体类别", max_length=40)  # the KIND of a norm's source 'population:KIND'
    day = models.DateField("日期")
    part = models.PositiveSmallIntegerField("补充序号", default=0)
    state = models.CharField("状态", max_length=10, choices=PopulationState)
    size = models.PositiveIntegerField("件数", null=True)
    digest = models.CharField("成员摘要", max_length=64, blank=True)
    manifest = models.ForeignKey(StoredObject, on_delete=models.PROTECT, null=True, verbose_name="总体清单")
    source = models.CharField("来源", max_length=120)
    why = models.CharField("说明", max_length=200, blank=True)
    frozen_at = models.DateTimeField("封存时间")

    class Meta:
        verbose_name = "抽查总体"
        constraints = [
            models.UniqueConstraint(fields=["capacity", "kind", "day", "part"], name="population_once"),
            models.CheckConstraint(
                name="population_size_known_when_counted",
                condition=(
                    models.Q(state="counted", size__gt=0)
                    | models.Q(state="empty", size=0)
                    | models.Q(state="unknown", size__isnull=True)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day} {self.state}"


class Check(models.Model):
    """One signed act of looking (检查). Undercover checks are hidden from the checked side until the embargo ends."""

    append_only = True
    row_scope = RowScope(
        using=f"capacity_id = {IN_SCOPE} OR (checked_id = {IN_SCOPE} "
        "AND (embargo_until IS NULL OR embargo_until <= now()))",
        check=f"capacity_id = {IN_SCOPE}",
    )

    class Method(models.TextChoices):
        """How it was looked at."""

        COVERT = "covert", "暗访"
        DATA = "data", "数据分析"
        FILE = "file", "档案检查"
        ON_SITE = "on_site", "现场检查"
        OPEN = "open", "明查"
        VIDEO = "video", "音视频巡查"

    kind = models.CharField("检查类别", max_length=40)  # the KIND of a norm's source 'check:KIND'
    method = models.CharField("方式", max_length=10, choices=Method)
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="checks")
    checked = models.ForeignKey(Capacity, on_delete=models.PROTECT, null=True, related_name="checked_by")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="checks")
    population = models.ForeignKey(Population, on_delete=models.PROTECT, null=True, related_name="checks")
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, null=True)
    happened_at = models.DateTimeField("检查时间")
    signed_at = models.DateTimeField("签字时间")
    signed_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="checks")
    passed = models.BooleanField("正常", null=True)
    answers = models.JSONField("检查记录", default=dict)
    remark = models.CharField("备注", max_length=500, blank=True)
    embargo_until = models.DateTimeField("保密至", null=True)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")

    class Meta:
        verbose_name = "检查"
        ordering = ["-happened_at"]
        indexes = [
            models.Index(fields=["kind", "capacity", "happened_at"]),
            models.Index(fields=["capacity", "-happened_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d}"


class Finding(models.Model):
    """A problem found by a check (问题). What follows it is a case."""

    append_only = True
    row_scope = RowScope(
        using=f"capacity_id = {IN_SCOPE} OR EXISTS (SELECT 1 FROM work_check c WHERE c.id = work_finding.check_id)",
        check=f"capacity_id = {IN_SCOPE}",
    )

    class Severity(models.TextChoices):
        """How serious."""

        GENERAL = "general", "一般问题"
        SERIOUS = "serious", "严重问题"

    check_record = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="findings", db_column="check_id")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="findings")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="findings")
    provision = models.CharField("条款", max_length=20)
    item = models.CharField("检查项", max_length=60, blank=True)
    severity = models.CharField("程度", max_length=10, choices=Severity, default=Severity.GENERAL)
    text = models.CharField("情况", max_length=500)
    found_at = models.DateTimeField("发现时间")

    class Meta:
        verbose_name = "问题"
        indexes = [models.Index(fields=["capacity", "-found_at"])]

    def __str__(self) -> str:
        return self.text
