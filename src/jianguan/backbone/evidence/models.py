"""Evidence (佐证材料): stored objects, recordings with their review copies, clips, retention drills."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.subjects.models import Subject


class StoredObject(models.Model):
    """Bytes in the object store, named by their digest. They are given out only through a row that refers to them."""

    append_only = True
    row_scope = "open"  # digests and sizes; the bytes need a row in scope

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    sm3 = models.CharField("SM3", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    media_type = models.CharField("类型", max_length=80)
    stored_at = models.DateTimeField("存入时间")

    class Meta:
        verbose_name = "存储对象"

    def __str__(self) -> str:
        return self.sha256[:12]


class Recording(models.Model):
    """A recording or picture fetched from where it lies (录像), or the proof that it could not be fetched."""

    append_only = True
    row_scope = ("capacity_id",)

    class Kind(models.TextChoices):
        """What made it. Alphabetical."""

        BODY = "body", "执法记录仪"
        FIXED = "fixed", "固定摄像机"
        PHOTO = "photo", "照片"

    class State(models.TextChoices):
        """What came of fetching. Alphabetical."""

        FETCHED = "fetched", "已调取"
        MISSING = "missing", "未找到"
        UNREADABLE = "unreadable", "无法播放"

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="recordings")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="recordings")
    kind = models.CharField("来源类别", max_length=10, choices=Kind)
    camera = models.CharField("设备或通道", max_length=80, blank=True)
    source_ref = models.CharField("原始位置", max_length=300)
    attempt = models.PositiveSmallIntegerField("调取次序", default=1)
    starts_at = models.DateTimeField("开始时间", null=True)  # by the receiving server's clock
    ends_at = models.DateTimeField("结束时间", null=True)
    clock_offset_ms = models.IntegerField("设备时钟偏差毫秒", default=0)
    state = models.CharField("状态", max_length=12, choices=State)
    stored = models.ForeignKey(StoredObject, on_delete=models.PROTECT, null=True, related_name="recordings")
    duration_ms = models.PositiveBigIntegerField("时长毫秒", default=0)  # measured
    claimed_ms = models.PositiveBigIntegerField("业务时长毫秒", null=True)  # as the business record has it
    problems = models.JSONField("发现的缺陷", default=list)  # codes of engines.media
    probe = models.JSONField("媒体参数", default=dict)
    fetched_at = models.DateTimeField("调取时间")

    class Meta:
        verbose_name = "录像"
        constraints = [
            models.UniqueConstraint(
                fields=["capacity", "source_ref", "starts_at", "attempt"], name="recording_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="recording_fetched_is_stored",
                condition=~models.Q(state="fetched") | models.Q(stored__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["capacity", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.camera}"


class ReviewCopy(models.Model):
    """A recording cut into short segments that Chromium plays (复核副本)."""

    append_only = True
    row_scope = ("capacity_id",)

    recording = models.OneToOneField(Recording, on_delete=models.PROTECT, related_name="review_copy")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    init = models.ForeignKey(StoredObject, on_delete=models.PROTECT, related_name="+")
    mime = models.CharField("类型", max_length=120)
    duration_ms = models.PositiveBigIntegerField("时长毫秒")
    frames_per_1000s = models.PositiveIntegerField("帧率（每千秒帧数）")
    transcoded = models.BooleanField("经转码", default=False)
    made_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = "复核副本"

    def __str__(self) -> str:
        return f"{self.recording_id}"


class CopyWork(models.Model):
    """How far the making of a review copy has come (副本制作); the job writes it, pages show it."""

    row_scope = ("capacity_id",)

    class State(models.TextChoices):
        """Where it stands. Alphabetical."""

        DONE = "done", "已完成"
        FAILED = "failed", "未完成"
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"

    recording = models.OneToOneField(Recording, on_delete=models.PROTECT, related_name="copy_work")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    done_ms = models.PositiveBigIntegerField("已制作毫秒", default=0)
    total_ms = models.PositiveBigIntegerField("应制作毫秒", default=0)
    message = models.CharField("说明", max_length=200, blank=True)
    changed_at = models.DateTimeField("更新时间")

    class Meta:
        verbose_name = "副本制作"

    def __str__(self) -> str:
        return f"{self.recording_id} {self.state}"


class ReviewSegment(models.Model):
    """One segment of a review copy (副本片段)."""

    append_only = True
    row_scope = ("capacity_id",)

    copy = models.ForeignKey(ReviewCopy, on_delete=models.PROTECT, related_name="segments")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    n = models.PositiveIntegerField("序号")
    start_ms = models.PositiveBigIntegerField("起点毫秒")
    duration_ms = models.PositiveIntegerField("时长毫秒")
    stored = models.ForeignKey(StoredObject, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "副本片段"
        constraints = [models.UniqueConstraint(fields=["copy", "n"], name="review_segment_once")]

    def __str__(self) -> str:
        return f"{self.copy_id}/{self.n}"


class Clip(models.Model):
    """A piece of a recording kept as evidence (证据片段), with a manifest anybody can verify off-line."""

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="clips")
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="clips")
    from_ms = models.PositiveBigIntegerField("起点毫秒")
    to_ms = models.PositiveBigIntegerField("终点毫秒")
    still = models.BooleanField("截图", default=False)
    stored = models.ForeignKey(StoredObject, on_delete=models.PROTECT, related_name="+")
    manifest = models.JSONField("清单")
    manifest_sha256 = models.CharField("清单摘要", max_length=64, unique=True)
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="next")
    made_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="clips")
    made_at = models.DateTimeField("截取时间")
    reason = models.CharField("理由", max_length=300)

    class Meta:
        verbose_name = "证据片段"
        constraints = [
            models.CheckConstraint(name="clip_runs_forward", condition=models.Q(to_ms__gte=models.F("from_ms"))),
        ]

    def __str__(self) -> str:
        return self.manifest_sha256[:12]


class RetentionDrill(models.Model):
    """A sample of old recordings was asked for; how many were there, from which day on."""

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="drills")
    kind = models.CharField("资料类别", max_length=40)  # the KIND of a norm's source 'drill:KIND'
    drilled_at = models.DateTimeField("演练时间")
    oldest = models.DateField("最早应存日期")
    sampled = models.PositiveIntegerField("抽取件数")
    retrieved = models.PositiveIntegerField("调取成功件数")
    recorded_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True)
    recorded_at = models.DateTimeField("录入时间")
    remark = models.CharField("备注", max_length=300, blank=True)

    class Meta:
        verbose_name = "留存演练"
        constraints = [
            models.CheckConstraint(
                name="drill_retrieved_at_most_sampled", condition=models.Q(retrieved__lte=models.F("sampled"))
            ),
        ]
        indexes = [models.Index(fields=["capacity", "kind", "drilled_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.retrieved}/{self.sampled}"
