"""Review (复核): who looks at which drawn record, what he found, and whether it counts."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.draws.models import DrawItem
from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.work.models import Check


class Verdict(models.TextChoices):
    """What a review says of a record."""

    NORMAL = "normal", "正常"
    GENERAL = "general", "一般问题"
    SERIOUS = "serious", "严重问题"
    UNCHECKABLE = "uncheckable", "无法核查"


class Assignment(models.Model):
    """A drawn record given to a person to look at (复核分派).

    A trigger refuses whoever was not drawn for the record, whoever holds a post in the unit he looks into from above,
    and whoever has looked at the same record before.
    """

    append_only = True
    row_scope = ("capacity_id",)

    class Kind(models.TextChoices):
        """The how-manieth look. Alphabetical."""

        FIRST = "first", "初次复核"
        SECOND = "second", "盲评二次复核"
        SUPERIOR = "superior", "上级重抽"

    item = models.ForeignKey(DrawItem, on_delete=models.PROTECT, related_name="assignments")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="assignments")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="assignments")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    reason = models.CharField("事由", max_length=200, blank=True)
    assigned_at = models.DateTimeField("分派时间")

    class Meta:
        verbose_name = "复核分派"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind"], condition=models.Q(replaces__isnull=True), name="assignment_once"
            ),
        ]
        indexes = [models.Index(fields=["appointment", "assigned_at"])]

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind}"


class NoReviewer(models.Model):
    """Nobody of the unit may look at a drawn record (无人可复核); its superior does."""

    append_only = True
    row_scope = ("capacity_id",)

    item = models.OneToOneField(DrawItem, on_delete=models.PROTECT, related_name="no_reviewer")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    superior = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    why = models.CharField("原因", max_length=200)
    recorded_at = models.DateTimeField("认定时间")

    class Meta:
        verbose_name = "无人可复核"

    def __str__(self) -> str:
        return f"{self.item_id}"


class Review(models.Model):
    """The verdict on a drawn record (复核结论) and the proof of watching behind it.

    ``counted`` False: watched less than the adopted share, so it is kept and does not count towards the quota;
    ``why_not`` says so in Chinese. Every review is a signed check as well. A correction is a new review that names the
    old one; both stay.
    """

    append_only = True
    row_scope = ("capacity_id",)

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="reviews")
    item = models.ForeignKey(DrawItem, on_delete=models.PROTECT, related_name="reviews")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="reviews")
    check_record = models.OneToOneField(Check, on_delete=models.PROTECT, related_name="review", db_column="check_id")
    verdict = models.CharField("结论", max_length=12, choices=Verdict)
    total_ms = models.PositiveBigIntegerField("应看毫秒", default=0)
    credited_ms = models.PositiveBigIntegerField("认可毫秒", default=0)
    pictures = models.PositiveIntegerField("应看照片数", default=0)
    pictures_seen = models.PositiveIntegerField("已看照片数", default=0)
    required_percent = models.PositiveSmallIntegerField("应看比例")
    asked = models.PositiveSmallIntegerField("核对次数", default=0)
    right = models.PositiveSmallIntegerField("核对正确次数", default=0)
    proof = models.CharField("观看日志摘要", max_length=64, blank=True)
    marks = models.JSONField("时间标记", default=list)  # [{"recording", "at_ms", "note", "clip", "item"}]
    counted = models.BooleanField("计入比例")
    why_not = models.CharField("未计入原因", max_length=200, blank=True)
    submitted_at = models.DateTimeField("提交时间")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField("更正理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "复核结论"
        constraints = [
            models.CheckConstraint(
                name="review_says_why_not_counted",
                condition=models.Q(counted=True, why_not="") | (models.Q(counted=False) & ~models.Q(why_not="")),
            ),
            models.UniqueConstraint(
                fields=["assignment"], condition=models.Q(corrects__isnull=True), name="review_once"
            ),
        ]
        indexes = [models.Index(fields=["capacity", "-id"]), models.Index(fields=["item"])]

    def __str__(self) -> str:
        return f"{self.item_id} {self.verdict}"


class PictureView(models.Model):
    """A reviewer had a picture of his record opened in full (照片查看)."""

    append_only = True
    row_scope = ("capacity_id",)

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="picture_views")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="+")
    viewed_at = models.DateTimeField("查看时间")

    class Meta:
        verbose_name = "照片查看"
        constraints = [models.UniqueConstraint(fields=["assignment", "recording"], name="picture_view_once")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.recording_id}"


class Draft(models.Model):
    """What a reviewer has put down and not yet submitted (复核草稿); gone when he submits."""

    row_scope = ("capacity_id",)

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="draft")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField("内容", default=dict)
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = "复核草稿"

    def __str__(self) -> str:
        return f"{self.assignment_id}"
