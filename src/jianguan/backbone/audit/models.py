"""The event log (事件) and its signed checkpoints (检查点). Nothing here is ever updated or deleted."""

from django.db import models

from jianguan.backbone.scope.scope import SYSTEM
from jianguan.kit.ids import uuid7
from jianguan.kit.rows import RowScope


class Event(models.Model):
    """One state change: who, in which post and capacity, why, under which norm, before and after.

    The actor is stored by value beside the ids, so that an exported log reads without the database.
    This room lies below agencies and people, therefore ids and not foreign keys.
    """

    append_only = True
    # Everybody may append (a failed log-in has no scope); reading needs the capacity in scope.
    row_scope = RowScope(using="capacity_id = ANY ((SELECT jianguan_scope())::bigint[])", check="true")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("发生时间")
    kind = models.CharField("事件", max_length=60)
    capacity_id = models.BigIntegerField("履职身份", default=SYSTEM)
    capacity_name = models.CharField(max_length=120, blank=True)
    person_id = models.BigIntegerField("人员", null=True)
    person_name = models.CharField(max_length=60, blank=True)
    post_id = models.BigIntegerField("岗位", null=True)
    post_title = models.CharField(max_length=120, blank=True)
    object_type = models.CharField("对象类型", max_length=60, blank=True)
    object_id = models.CharField("对象编号", max_length=60, blank=True)
    norm = models.CharField("依据", max_length=60, blank=True)
    reason = models.TextField("理由", blank=True)
    before_digest = models.CharField(max_length=64, blank=True)
    after_digest = models.CharField(max_length=64, blank=True)
    details = models.JSONField("内容", default=dict)

    class Meta:
        verbose_name = "事件"
        indexes = [
            models.Index(fields=["capacity_id", "-at"]),
            models.Index(fields=["object_type", "object_id"]),
            models.Index(fields=["kind", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.object_type} {self.object_id}"


class Leaf(models.Model):
    """The place of an event in the Merkle tree (RFC 6962); given by the sequencer in order of arrival."""

    append_only = True
    row_scope = "open"

    index = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="leaf")
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)

    class Meta:
        verbose_name = "日志叶"
        ordering = ["index"]

    def __str__(self) -> str:
        return f"{self.index} {self.sha256[:12]}"


class Checkpoint(models.Model):
    """A signed head of the tree (C2SP tlog-checkpoint) over the first ``size`` leaves."""

    append_only = True
    row_scope = "open"

    size = models.BigIntegerField("条数", unique=True)
    at = models.DateTimeField("签署时间")
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    nodes = models.JSONField("子树根")  # algorithm -> roots of the perfect subtrees, to go on from here
    note = models.TextField("签名文本")

    class Meta:
        verbose_name = "检查点"
        ordering = ["size"]

    def __str__(self) -> str:
        return f"{self.size} {self.sha256[:12]}"
