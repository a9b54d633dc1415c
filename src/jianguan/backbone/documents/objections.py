"""Objection (异议) of a recipient, and the Ruling (异议处理) of others on it."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.decisions.models import Decision
from jianguan.backbone.documents.models import BETWEEN, Document, Service
from jianguan.backbone.people.models import IN_SCOPE, Appointment
from jianguan.kit.rows import RowScope


class Objection(models.Model):
    """A recipient objects to a document served on it (异议)."""

    append_only = True
    row_scope = BETWEEN

    service = models.OneToOneField(Service, on_delete=models.PROTECT, related_name="objection")
    recipient = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    text = models.TextField("异议内容")
    pinned = models.JSONField("所据参数", default=dict)
    raised_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField("提出时间")

    class Meta:
        verbose_name = "异议"

    def __str__(self) -> str:
        return f"{self.service_id}"


class Ruling(models.Model):
    """What others than authors and signer decided on an objection (异议处理); the outcome is a document of its own."""

    append_only = True
    row_scope = RowScope(
        using="EXISTS (SELECT 1 FROM documents_objection o WHERE o.id = objection_id)",
        check=f"capacity_id = {IN_SCOPE}",
    )

    class Outcome(models.TextChoices):
        """What becomes of the document. Alphabetical."""

        CHANGED = "changed", "变更"
        REVOKED = "revoked", "撤销"
        UPHELD = "upheld", "维持"

    objection = models.OneToOneField(Objection, on_delete=models.PROTECT, related_name="ruling")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    reason = models.TextField("理由")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="ruling")
    decided_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    decided_by_name = models.CharField("姓名", max_length=60)  # kept: units below do not see the superior's rows
    decided_by_post = models.CharField("岗位", max_length=60)
    decided_at = models.DateTimeField("决定时间")

    class Meta:
        verbose_name = "异议处理"

    def __str__(self) -> str:
        return f"{self.objection_id} {self.outcome}"
