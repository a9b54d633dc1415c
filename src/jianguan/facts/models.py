"""What PostgreSQL knows of facts: sources, batches, refused rows, sealed identities. The rows are in the lake.

This floor lies below the agencies, therefore ``capacity_id`` is a plain number; PROVINCE stands for the whole province.
What came and what did not is everybody's business, because everybody's ledger rests on it; rows that were refused are
seen, and anything is written, only by a scope that holds the capacity of the source.
"""

from django.db import models

from jianguan.facts.contract import PSEUDONYM_LENGTH
from jianguan.facts.scoped import PROVINCE
from jianguan.kit.rows import RowScope

HELD = "= ANY ((SELECT jianguan_scope())::bigint[])"
SOURCE_HELD = f"EXISTS (SELECT 1 FROM facts_source s WHERE s.id = facts_batch.source_id AND s.capacity_id {HELD})"
BATCH_HELD = (
    "EXISTS (SELECT 1 FROM facts_batch b JOIN facts_source s ON s.id = b.source_id"
    f" WHERE b.id = facts_batchday.batch_id AND s.capacity_id {HELD})"
)


class ReportsFor(models.TextChoices):
    """Whom a source reports for beside its own capacity (代报范围)."""

    OWN = "own", "本履职身份"
    SUBORDINATES = "subordinates", "本履职身份及其监管的全部下级"
    LISTED = "listed", "本履职身份及列明的下级"


class Source(models.Model):
    """A system that reports a fact (数据源), and for which capacity (履职身份) it does."""

    row_scope = RowScope(using="true", check=f"capacity_id {HELD}")

    key = models.SlugField("标识", max_length=80, unique=True)
    name = models.CharField("名称", max_length=120)
    contract = models.CharField("数据约定", max_length=60)
    capacity_id = models.BigIntegerField("履职身份", default=PROVINCE)
    capacity_key = models.CharField("履职身份标识", max_length=80, blank=True)
    reports_for = models.CharField("代报范围", max_length=12, choices=ReportsFor, default=ReportsFor.OWN)
    listed = models.JSONField("列明的履职身份", default=list, blank=True)
    first_day = models.DateField("报送起始日", null=True)
    last_day = models.DateField("报送终止日", null=True)
    due_hour = models.PositiveSmallIntegerField("次日报送时限（时）", null=True)
    token_digest = models.CharField("令牌摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = "数据源"
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class BatchState(models.TextChoices):
    """How far a batch has come."""

    STAGING = "staging", "处理中"
    COMMITTED = "committed", "已入湖"
    REPEATED = "repeated", "重复报送"
    UNREADABLE = "unreadable", "整批退回"
    ABANDONED = "abandoned", "已中断"


class Batch(models.Model):
    """One file taken in (批次): all of it counted, or nothing of it in the lake.

    Counts of files are nobody's secret; what was refused is, see Quarantine.
    """

    row_scope = RowScope(using="true", check=SOURCE_HELD)

    uuid = models.UUIDField(unique=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="batches")
    contract = models.CharField("数据约定", max_length=60)
    contract_digest = models.CharField(max_length=64)
    file_name = models.CharField("文件", max_length=255)
    file_digest = models.CharField("文件摘要", max_length=64)
    encoding = models.CharField("编码", max_length=20, blank=True)
    mapping_digest = models.CharField("映射摘要", max_length=64, blank=True)
    mapping = models.JSONField("映射", default=dict)
    again = models.PositiveSmallIntegerField("再次收录", default=0)
    """How often the same file was taken in before, each time after a newer batch had superseded what it said."""
    request_key = models.CharField("幂等键", max_length=80, blank=True)
    state = models.CharField("状态", max_length=12, choices=BatchState)
    received_at = models.DateTimeField("接收时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    accepted = models.BigIntegerField("收录", default=0)
    refused = models.BigIntegerField("退回", default=0)
    repaired = models.BigIntegerField("已修复", default=0)
    left_out = models.BigIntegerField("按映射略去", default=0)
    superseding = models.BigIntegerField("更正", default=0)
    conflicting = models.BigIntegerField("与其他数据源冲突", default=0)
    warnings = models.JSONField("提示", default=dict)
    unused = models.JSONField("未采用的列", default=list)
    reason = models.CharField("整批退回原因", max_length=300, blank=True)
    lake_version = models.BigIntegerField("数据湖版本", null=True)

    class Meta:
        verbose_name = "批次"
        constraints = [
            models.UniqueConstraint(
                name="facts_batch_once",
                fields=["contract", "source", "file_digest", "mapping_digest", "again"],
                condition=models.Q(state="committed"),
            ),
            models.UniqueConstraint(
                name="facts_batch_request",
                fields=["source", "request_key"],
                condition=~models.Q(request_key="") & ~models.Q(state="abandoned"),
            ),
        ]
        indexes = [models.Index(fields=["contract", "-received_at"])]

    def __str__(self) -> str:
        return f"{self.file_name} {self.get_state_display()}"


class BatchDay(models.Model):
    """How many rows of a batch belong to a day and a capacity, and what became of those that were not taken."""

    row_scope = RowScope(using="true", check=BATCH_HELD)

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="days")
    day = models.DateField("日期")
    capacity_key = models.CharField("履职身份标识", max_length=80, blank=True)
    rows = models.BigIntegerField("行数")
    superseding = models.BigIntegerField("更正", default=0)
    """Records of the day, brought by the same source before, that this batch supersedes: its rows are not new ones."""
    conflicting = models.BigIntegerField("与其他数据源冲突", default=0)
    refused = models.BigIntegerField("退回", default=0)
    """Rows of the day, or of a day that could not be read and came on this one."""
    repaired = models.BigIntegerField("已修复", default=0)
    arrived_at = models.DateTimeField("原到达时间", null=True)
    """When the day had come in a history that was taken over; otherwise it came with its batch."""

    class Meta:
        verbose_name = "批次日计数"
        constraints = [models.UniqueConstraint(name="facts_batch_day", fields=["batch", "day", "capacity_key"])]
        indexes = [models.Index(fields=["day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.rows}"


class Quarantine(models.Model):
    """A refused row (隔离区): where it stood, which rule it broke, and its original bytes, sealed.

    The first thousands of a batch are here; all of them are in the batch's side file beside the lake.
    """

    row_scope = ("capacity_id",)

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="refusals")
    capacity_id = models.BigIntegerField("履职身份", default=PROVINCE)
    line = models.BigIntegerField("行号")
    day = models.DateField("日期", null=True)
    """The day the row is about where it can be read, else the day it came."""
    column = models.CharField("列", max_length=80, blank=True)
    rule = models.CharField("规则", max_length=60)
    message = models.CharField("原因", max_length=300)
    original = models.BinaryField("原始内容（加密）")
    repaired_by = models.ForeignKey(Batch, on_delete=models.SET_NULL, null=True, related_name="repairs")

    class Meta:
        verbose_name = "隔离区"
        ordering = ["batch", "line"]
        constraints = [models.UniqueConstraint(name="facts_quarantine_line", fields=["batch", "line"])]

    def __str__(self) -> str:
        return f"第{self.line}行：{self.message}"


class Identity(models.Model):
    """The clear value behind a pseudonym, sealed with AES-256-GCM; read only through ``identities.reveal``."""

    append_only = True
    row_scope = "open"

    pseudonym = models.CharField("化名", max_length=PSEUDONYM_LENGTH, primary_key=True)
    sealed = models.BinaryField("密文")

    class Meta:
        verbose_name = "身份密文"

    def __str__(self) -> str:
        return self.pseudonym


class IdentityAccess(models.Model):
    """Who looked behind a pseudonym, and why."""

    append_only = True
    row_scope = RowScope(using=f"capacity_id {HELD}", check="true")

    at = models.DateTimeField("时间")
    pseudonym = models.CharField("化名", max_length=PSEUDONYM_LENGTH, db_index=True)
    found = models.BooleanField("有明文")
    capacity_id = models.BigIntegerField("履职身份", default=PROVINCE)
    person_id = models.BigIntegerField("人员", null=True)
    who = models.CharField("查看人", max_length=120)
    reason = models.CharField("理由", max_length=400)

    class Meta:
        verbose_name = "身份查看记录"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who}"
