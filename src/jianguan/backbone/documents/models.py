"""Document (文书) and Service (送达): what was issued, to whom it was served, who acknowledged it when."""

import datetime as dt

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people.models import IN_SCOPE, Appointment
from jianguan.kit.clock import CHINA
from jianguan.kit.rows import RowScope


class DocumentKind(models.TextChoices):
    """Kinds of documents; the value is the KIND of a norm's source 'document:KIND'. Alphabetical."""

    ASSESSMENT_RULE = "assessment-rule", "考核制度"
    BULLETIN = "bulletin", "通报"
    EDUCATION_MECHANISM = "education-mechanism", "教育监管机制"
    NORM = "norm", "工作规范"
    PRE_EXAM_LOG = "pre-exam-log", "考前检查日志"
    SITE_PLAN = "site-plan", "考场布局规划"


STANDING = (DocumentKind.ASSESSMENT_RULE, DocumentKind.EDUCATION_MECHANISM, DocumentKind.NORM, DocumentKind.SITE_PLAN)
"""Documents that come into force and stand until replaced: what the library of norms (规范库) holds."""


class Document(models.Model):
    """A numbered document of one agency. Never changed; a new version replaces it."""

    append_only = True
    row_scope = RowScope(
        using=f"capacity_id = {IN_SCOPE} OR EXISTS (SELECT 1 FROM documents_service s "
        f"WHERE s.document_id = documents_document.id AND s.recipient_id = {IN_SCOPE})",
        check=f"capacity_id = {IN_SCOPE}",
    )

    kind = models.CharField("种类", max_length=40, choices=DocumentKind)
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="documents")
    number = models.CharField("文号", max_length=60)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文", blank=True)
    data = models.JSONField("数据", default=dict)
    content = models.BinaryField("PDF", null=True)
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    provision = models.CharField("依据条款", max_length=20, blank=True)
    in_force_from = models.DateField("施行日", null=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    issued_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True)
    issued_at = models.DateTimeField("印发时间")

    class Meta:
        verbose_name = "文书"
        ordering = ["-issued_at"]
        constraints = [models.UniqueConstraint(fields=["capacity", "number"], name="document_number_once")]
        indexes = [models.Index(fields=["capacity", "kind", "issued_at"])]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Service(models.Model):
    """Service (送达) of a document to a capacity, with the day by which it must be acknowledged."""

    append_only = True
    row_scope = RowScope(using=f"issuer_id = {IN_SCOPE} OR recipient_id = {IN_SCOPE}", check=f"issuer_id = {IN_SCOPE}")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="services")
    issuer = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="services_out")
    recipient = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="services_in")
    served_at = models.DateTimeField("送达时间")
    due_at = models.DateTimeField("签收期限")

    class Meta:
        verbose_name = "送达"
        constraints = [models.UniqueConstraint(fields=["document", "recipient"], name="service_once")]
        indexes = [models.Index(fields=["recipient", "due_at"])]

    def __str__(self) -> str:
        return f"{self.document_id} → {self.recipient_id}"

    @property
    def last_day(self) -> dt.date:
        """The last day in time: ``due_at`` is the first instant too late."""
        return (self.due_at.astimezone(CHINA) - dt.timedelta(microseconds=1)).date()


class Acknowledgement(models.Model):
    """Receipt (签收) of a service: an act of its own, so that the service itself never changes."""

    append_only = True
    row_scope = RowScope(
        using=f"recipient_id = {IN_SCOPE} OR issuer_id = {IN_SCOPE}", check=f"recipient_id = {IN_SCOPE}"
    )

    service = models.OneToOneField(Service, on_delete=models.PROTECT, related_name="acknowledgement")
    recipient = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="acknowledgements")
    issuer = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="acknowledged")
    acknowledged_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True)
    acknowledged_at = models.DateTimeField("签收时间")
    remark = models.CharField("意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "签收"

    def __str__(self) -> str:
        return f"{self.service_id} {self.acknowledged_at:%Y-%m-%d}"
