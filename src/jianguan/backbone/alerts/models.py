"""Alert (预警): a suspicion that the platform raised. Only a check by a person makes a finding of it."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.subjects.models import Subject


class AlertKind(models.TextChoices):
    """What is suspected. Alphabetical; the column holds plain text, so that a new kind needs no migration."""

    APPROVAL_DUE = "approval-due", "审批即将到期"
    APPROVAL_LATE = "approval-late", "审批逾期"
    CAMPAIGN_UNDRAWN = "campaign-undrawn", "专项检查封存后未抽取"
    COMPLAINT_WAITING = "complaint-waiting", "投诉逾期未受理"
    DRAW_REVEAL_MISMATCH = "draw-reveal-mismatch", "公开的种子与承诺不符"
    DRAW_REVEAL_WITHHELD = "draw-reveal-withheld", "承诺的种子未公开"
    DRAW_SECOND_SEED = "draw-second-seed", "同一抽取另取种子"
    FEED_GAP = "feed-gap", "数据缺报"
    FEED_LATE = "feed-late", "数据迟报"
    QUOTA_UNFINISHED = "quota-unfinished", "抽查未达比例"
    RECORDS_UNOWNED = "records-unowned", "记录没有归属单位"
    REVIEW_DISAGREEMENT = "review-disagreement", "复核意见不一"


class Severity(models.TextChoices):
    """How pressing."""

    SEVERE = "severe", "严重"
    WARN = "warn", "警示"
    WATCH = "watch", "关注"


class Alert(models.Model):
    """One suspicion, raised once for its ``key``, to the capacity that must act on it."""

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="alerts")
    kind = models.CharField("种类", max_length=40)
    key = models.CharField("唯一键", max_length=200, unique=True)
    provision = models.CharField("条款", max_length=20, blank=True)
    day = models.DateField("所涉日期", null=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="alerts")
    severity = models.CharField("程度", max_length=10, choices=Severity)
    text = models.CharField("情况", max_length=500)
    details = models.JSONField("依据", default=dict)  # Chinese label -> text or number, shown as it is
    raised_at = models.DateTimeField("发出时间")

    class Meta:
        verbose_name = "预警"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["capacity", "-id"])]

    def __str__(self) -> str:
        return self.text

    @property
    def kind_title(self) -> str:
        """The Chinese name of the kind; 其他预警 for one that was withdrawn."""
        return AlertKind(self.kind).label if self.kind in AlertKind.values else "其他预警"


class AlertReceipt(models.Model):
    """Somebody of the capacity took notice (签收), and said what he is going to do."""

    append_only = True
    row_scope = ("capacity_id",)

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="receipt")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT)
    received_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="alerts_received")
    received_at = models.DateTimeField("签收时间")
    note = models.CharField("处理意见", max_length=500)

    class Meta:
        verbose_name = "预警签收"

    def __str__(self) -> str:
        return f"{self.alert_id} {self.received_at:%Y-%m-%d}"


class AlertSettlement(models.Model):
    """What the alert was about has come right by itself (消除): the data arrived, the seed was published."""

    append_only = True
    row_scope = ("capacity_id",)

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="settlement")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT)
    settled_at = models.DateTimeField("消除时间")
    text = models.CharField("说明", max_length=500)

    class Meta:
        verbose_name = "预警消除"

    def __str__(self) -> str:
        return self.text
