"""Proof of watching (观看证明): sessions, segments given out, beats of the player, challenges in the picture."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.evidence.models import ReviewCopy, ReviewSegment, StoredObject
from jianguan.backbone.people.models import Appointment, Person


class WatchSession(models.Model):
    """One person watching one review copy (观看会话) on one screen.

    The copies of one item are sessions of the same ``screen``, side by side and in step; a person has one open screen.
    """

    row_scope = ("capacity_id",)

    screen = models.UUIDField("画面组")
    login_sha256 = models.CharField("登录会话摘要", max_length=64)  # the token is good with this log-in only
    token_sha256 = models.CharField("会话凭证摘要", max_length=64, unique=True)
    copy = models.ForeignKey(ReviewCopy, on_delete=models.PROTECT, related_name="sessions")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="watch_sessions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="watch_sessions")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="watch_sessions")
    ref = models.CharField("事由", max_length=60)  # 'assignment/17': what it is watched for
    station = models.CharField("终端", max_length=60, blank=True)
    opened_at = models.DateTimeField("开始时间")
    closed_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = "观看会话"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "copy"], condition=models.Q(closed_at__isnull=True), name="watch_session_open_once"
            ),
        ]
        indexes = [models.Index(fields=["ref"]), models.Index(fields=["person", "closed_at"])]

    def __str__(self) -> str:
        return self.ref


class SegmentGrant(models.Model):
    """A segment released to a session under a single-use address (片段放行).

    ``skim``: released faster than twice real time, to look for a place; it never counts.
    """

    row_scope = ("capacity_id",)

    session = models.ForeignKey(WatchSession, on_delete=models.PROTECT, related_name="grants")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(ReviewSegment, on_delete=models.PROTECT, related_name="+")
    address_sha256 = models.CharField("地址摘要", max_length=64, unique=True)
    released_at = models.DateTimeField("放行时间")
    served_at = models.DateTimeField("送达时间", null=True)
    skim = models.BooleanField("快速浏览", default=False)

    class Meta:
        verbose_name = "片段放行"
        indexes = [models.Index(fields=["session", "segment"])]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.segment_id}"


class Beat(models.Model):
    """What the player said every second or so (心跳), chained by digest; the credit is recomputed from these."""

    append_only = True
    row_scope = ("capacity_id",)

    session = models.ForeignKey(WatchSession, on_delete=models.PROTECT, related_name="beats")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField("序号")
    at = models.DateTimeField("服务器时间")
    position_ms = models.PositiveBigIntegerField("播放位置毫秒")
    rate_percent = models.PositiveSmallIntegerField("倍速百分比")
    visible = models.BooleanField("页面可见")
    playing = models.BooleanField("正在播放")
    frames = models.PositiveBigIntegerField("已呈现帧数")
    elapsed_ms = models.PositiveBigIntegerField(
        "终端计时毫秒"
    )  # the client's own monotonic clock; can only lower credit
    previous = models.CharField("前一摘要", max_length=64)
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "心跳"
        constraints = [models.UniqueConstraint(fields=["session", "seq"], name="beat_once")]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.seq}"


class Challenge(models.Model):
    """A code word the server drew into the picture of one session (随机核对)."""

    row_scope = ("capacity_id",)

    session = models.ForeignKey(WatchSession, on_delete=models.PROTECT, related_name="challenges")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(ReviewSegment, on_delete=models.PROTECT, related_name="+")
    at_ms = models.PositiveBigIntegerField("出现位置毫秒")
    code = models.CharField("核对词", max_length=12)
    stored = models.ForeignKey(
        StoredObject, on_delete=models.PROTECT, null=True, related_name="+"
    )  # with the word in it
    shown_at = models.DateTimeField("送达时间", null=True)
    asked_at = models.DateTimeField("提问时间", null=True)  # play went past it; the time to answer begins
    answer = models.CharField("回答", max_length=12, blank=True)
    answered_at = models.DateTimeField("回答时间", null=True)
    right = models.BooleanField("正确", null=True)

    class Meta:
        verbose_name = "随机核对"
        constraints = [models.UniqueConstraint(fields=["session", "segment"], name="challenge_once")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.right}"
