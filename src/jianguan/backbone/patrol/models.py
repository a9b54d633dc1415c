"""Patrol (电子巡察): rounds through all places in rotation, stops, what was looked at for how long, snapshots."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.evidence.models import Recording, StoredObject
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.rules.models import Checklist
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.models import Check


class PatrolRound(models.Model):
    """A round of a capacity (巡察轮次): pins the seed and the parameters it was opened under."""

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="patrol_rounds")
    day = models.DateField("日期")
    number = models.PositiveSmallIntegerField("当日第几轮")
    seed = models.CharField("种子", max_length=64)
    places = models.JSONField("候选场所")  # [[code, day of the last visit or null]]; with the seed it gives the stops
    places_digest = models.CharField("候选场所摘要", max_length=64)
    dwell_seconds = models.PositiveIntegerField("最短观看秒数")
    picture_hours = models.PositiveIntegerField("画面有效小时数")
    opened_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("开始时间")

    class Meta:
        verbose_name = "巡察轮次"
        ordering = ["-opened_at"]
        constraints = [models.UniqueConstraint(fields=["capacity", "day", "number"], name="patrol_round_once")]
        indexes = [models.Index(fields=["capacity", "-opened_at"])]

    def __str__(self) -> str:
        return f"{self.day} 第{self.number}轮"


class PatrolStop(models.Model):
    """A place of a round (巡察站点) at its position, with the checklist in force when the round was opened."""

    append_only = True
    row_scope = ("capacity_id",)

    round = models.ForeignKey(PatrolRound, on_delete=models.PROTECT, related_name="stops")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField("次序")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="patrol_stops")
    last_day = models.DateField("上次巡察日", null=True)
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "巡察站点"
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="patrol_stop_position"),
            models.UniqueConstraint(fields=["round", "subject"], name="patrol_stop_once"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.position}"


class PatrolVisit(models.Model):
    """Somebody opened a stop on the wall (巡察观看); ``tiles`` is what the wall could show him then."""

    append_only = True
    row_scope = ("capacity_id",)

    stop = models.ForeignKey(PatrolStop, on_delete=models.PROTECT, related_name="visits")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="patrol_visits")
    tiles = models.JSONField("画面")  # [{"channel", "name", "live", "picture_at", "recording", "sha256"}]
    opened_at = models.DateTimeField("开始时间")

    class Meta:
        verbose_name = "巡察观看"
        indexes = [models.Index(fields=["appointment", "-opened_at"])]

    def __str__(self) -> str:
        return f"{self.stop_id} {self.opened_at:%H:%M}"


class PatrolBeat(models.Model):
    """What the wall said every few seconds (巡察心跳); the watched time is recomputed from these."""

    append_only = True
    row_scope = ("capacity_id",)

    visit = models.ForeignKey(PatrolVisit, on_delete=models.PROTECT, related_name="beats")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField("序号")
    at = models.DateTimeField("服务器时间")
    visible = models.BooleanField("页面可见")
    elapsed_ms = models.PositiveBigIntegerField("终端计时毫秒")

    class Meta:
        verbose_name = "巡察心跳"
        ordering = ["visit", "seq"]
        constraints = [models.UniqueConstraint(fields=["visit", "seq"], name="patrol_beat_once")]

    def __str__(self) -> str:
        return f"{self.visit_id}/{self.seq}"


class PatrolSnapshot(models.Model):
    """A picture of the wall kept as evidence (巡察截图), with a manifest anybody can verify off-line."""

    append_only = True
    row_scope = ("capacity_id",)

    visit = models.ForeignKey(PatrolVisit, on_delete=models.PROTECT, related_name="snapshots")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField("通道", max_length=80)
    stored = models.ForeignKey(StoredObject, on_delete=models.PROTECT, related_name="+")
    picture_at = models.DateTimeField("画面时间", null=True)
    taken_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField("截取时间")
    item = models.CharField("检查项", max_length=60, blank=True)
    note = models.CharField("情况", max_length=200)
    manifest = models.JSONField("清单")
    manifest_sha256 = models.CharField("清单摘要", max_length=64, unique=True)

    class Meta:
        verbose_name = "巡察截图"
        ordering = ["visit", "id"]

    def __str__(self) -> str:
        return self.manifest_sha256[:12]


class PatrolResult(models.Model):
    """A stop that was looked at and signed (巡察结果), with the check it made."""

    append_only = True
    row_scope = ("capacity_id",)

    stop = models.OneToOneField(PatrolStop, on_delete=models.PROTECT, related_name="result")
    visit = models.OneToOneField(PatrolVisit, on_delete=models.PROTECT, related_name="result")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    check_record = models.OneToOneField(Check, on_delete=models.PROTECT, related_name="patrol", db_column="check_id")
    watched_ms = models.PositiveBigIntegerField("认可毫秒")
    seen = models.BooleanField("看到画面")
    beats_digest = models.CharField("心跳摘要", max_length=64)
    signed_at = models.DateTimeField("签字时间")

    class Meta:
        verbose_name = "巡察结果"

    def __str__(self) -> str:
        return f"{self.stop_id}"

    @property
    def watched_seconds(self) -> int:
        """Whole seconds credited."""
        return self.watched_ms // 1000
