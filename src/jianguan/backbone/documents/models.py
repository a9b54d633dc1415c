"""Document (文书) and Service (送达): what was issued, to whom it was served, who acknowledged it when."""

import datetime as dt

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.documents.kinds import OutsideKind
from jianguan.backbone.evidence.models import StoredObject
from jianguan.backbone.people.models import IN_SCOPE, Appointment, Person
from jianguan.kit.clock import CHINA
from jianguan.kit.rows import RowScope


class DocumentKind(models.TextChoices):
    """Kinds of documents; the value is the KIND of a norm's source 'document:KIND'. Alphabetical."""

    ANSWER = "answer", "答复"
    ASSESSMENT_RULE = "assessment-rule", "考核制度"
    ASSIGNMENT = "assignment", "交办单"
    BULLETIN = "bulletin", "通报"
    COPY_LETTER = "copy-letter", "抄送函"
    DATA_CHANGE_FORM = "data-change-form", "交管数据修改审批表"
    DATA_QUERY_FORM = "data-query-form", "交管数据查询统计申请表"
    EDUCATION_MECHANISM = "education-mechanism", "教育监管机制"
    EXPOSURE = "exposure", "曝光通告"
    GUIDANCE = "guidance", "指导意见"
    INTERVIEW_NOTICE = "interview-notice", "约谈通知"
    INTERVIEW_ORDER = "interview-order", "责令约谈通知"
    MONTHLY_BULLETIN = "monthly-bulletin", "监管月报"
    NORM = "norm", "工作规范"
    OBJECTION_DECISION = "objection-decision", "异议处理决定"
    PRE_EXAM_LOG = "pre-exam-log", "考前检查日志"
    PROBLEM_NOTICE = "problem-notice", "问题通报"
    RECTIFICATION_REPORT = "rectification-report", "整改报告"
    SITE_PLAN = "site-plan", "考场布局规划"
    SUPERVISION_ORDER = "supervision-order", "督办单"
    VERIFICATION_REPORT = "verification-report", "核查报告"
    VIOLATION_NOTICE = "violation-notice", "违规问题通报"
    WEEKLY_BULLETIN = "weekly-bulletin", "监管周报"


STANDING = (DocumentKind.ASSESSMENT_RULE, DocumentKind.EDUCATION_MECHANISM, DocumentKind.NORM, DocumentKind.SITE_PLAN)
"""Documents that come into force and stand until replaced: what the library of norms (规范库) holds."""


BETWEEN = RowScope(using=f"recipient_id = {IN_SCOPE} OR issuer_id = {IN_SCOPE}", check=f"recipient_id = {IN_SCOPE}")
"""Rows that the recipient writes and the issuer reads."""


class Draft(models.Model):
    """A document being written (拟稿) and sent for signature (送签); once issued or dropped it never changes again.

    ``units`` are ids of capacities it is addressed to, ``copied`` those that get a copy; ``externals`` are bodies
    outside the house: ``{"name", "kind"}``. ``refs`` name what it is about, ``TYPE/ID``; this room knows no case.
    """

    row_scope = ("capacity_id",)

    class State(models.TextChoices):
        """Where it stands. Alphabetical."""

        DROPPED = "dropped", "作废"
        ISSUED = "issued", "已印发"
        SENT = "sent", "待签发"
        WRITING = "writing", "拟稿"

    kind = models.CharField("种类", max_length=40, choices=DocumentKind)
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="drafts")
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文")
    tables = models.JSONField("表格", default=list)
    attachments = models.JSONField("附件名称", default=list)
    units = models.JSONField("主送单位", default=list)
    copied = models.JSONField("抄送单位", default=list)
    externals = models.JSONField("外单位", default=list)
    provision = models.CharField("依据条款", max_length=20, blank=True)
    note = models.CharField("附注", max_length=200, blank=True)
    refs = models.JSONField("所涉事项", default=list)
    data = models.JSONField("所填内容", default=dict)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WRITING)
    version = models.PositiveIntegerField("版本", default=1)
    drafted_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="drafts")
    drafted_at = models.DateTimeField("拟稿时间")
    changed_at = models.DateTimeField("修改时间")
    remark = models.CharField("退回或作废理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "拟稿"
        indexes = [models.Index(fields=["capacity", "state", "-changed_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"


class Authorship(models.Model):
    """Who wrote a version of a draft (撰稿). Whoever wrote any of them neither signs it nor decides on an objection."""

    append_only = True
    row_scope = ("capacity_id",)

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="authorships")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField("版本")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "撰稿"
        constraints = [models.UniqueConstraint(fields=["draft", "version"], name="draft_authorship_once")]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.version}"


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
    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, null=True, related_name="document")
    serial = models.PositiveIntegerField("顺序号", null=True)  # of drafted kinds: by agency, kind and year, no holes
    code = models.CharField("验证码", max_length=20, null=True, unique=True)
    note = models.TextField("签名", blank=True)  # signed note over kind, number, agency, time and both digests

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
    copy = models.BooleanField("抄送", default=False)

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
    row_scope = BETWEEN

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


class Withdrawal(models.Model):
    """A document taken back (撤回), with the reason; the document itself stays."""

    append_only = True
    row_scope = RowScope(
        using=f"issuer_id = {IN_SCOPE} OR EXISTS (SELECT 1 FROM documents_document d WHERE d.id = document_id)",
        check=f"issuer_id = {IN_SCOPE}",
    )

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="withdrawal")
    issuer = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("理由", max_length=300)
    withdrawn_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤回时间")

    class Meta:
        verbose_name = "撤回"

    def __str__(self) -> str:
        return f"{self.document_id}"


class Refusal(models.Model):
    """A recipient refuses to take a document (拒收), with the reason. It may still sign later."""

    append_only = True
    row_scope = BETWEEN

    service = models.OneToOneField(Service, on_delete=models.PROTECT, related_name="refusal")
    recipient = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("理由", max_length=300)
    refused_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField("拒收时间")

    class Meta:
        verbose_name = "拒收"

    def __str__(self) -> str:
        return f"{self.service_id}"


class Reading(models.Model):
    """A person of the recipient confirms that he has read the document (阅知)."""

    append_only = True
    row_scope = BETWEEN

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="readings")
    recipient = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    reader = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField("阅知时间")

    class Meta:
        verbose_name = "阅知"
        constraints = [models.UniqueConstraint(fields=["service", "reader"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.service_id} {self.reader_id}"


class Dispatch(models.Model):
    """A document sent to a body outside the house (外送): printed, posted or handed over."""

    append_only = True
    row_scope = ("issuer_id",)

    class Way(models.TextChoices):
        """How it went. Alphabetical."""

        EXCHANGE = "exchange", "机要交换"
        HAND = "hand", "专人送达"
        POST = "post", "邮寄"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="dispatches")
    issuer = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="dispatches")
    body = models.CharField("外单位", max_length=120)
    kind = models.CharField("类别", max_length=20, choices=OutsideKind)
    way = models.CharField("方式", max_length=10, choices=Way)
    postal_number = models.CharField("邮件号", max_length=40, blank=True)
    sent_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField("送出日期")
    recorded_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = "外送"
        constraints = [models.UniqueConstraint(fields=["document", "body"], name="dispatch_once")]

    def __str__(self) -> str:
        return self.body


class Receipt(models.Model):
    """The receipt (送达回证) of a dispatch: who took it or refused it, when, and the picture or PDF of the slip."""

    append_only = True
    row_scope = ("issuer_id",)

    dispatch = models.OneToOneField(Dispatch, on_delete=models.PROTECT, related_name="receipt")
    issuer = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    received = models.BooleanField("已收")
    name = models.CharField("签收人", max_length=60)
    reason = models.CharField("拒收理由", max_length=300, blank=True)
    received_on = models.DateField("签收日期")
    stored = models.ForeignKey(StoredObject, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = "送达回证"
        constraints = [
            models.CheckConstraint(
                name="receipt_refusal_has_a_reason", condition=models.Q(received=True) | ~models.Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispatch_id}"


class NoticeDuty(models.Model):
    """A notice that is owed (待发文书) since something was established; the documents that name its ref fulfil it."""

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="notice_duties")
    kind = models.CharField("种类", max_length=40, choices=DocumentKind)
    ref = models.CharField("起因", max_length=60)  # TYPE/ID, for example finding/17
    title = models.CharField("事由", max_length=200)
    provision = models.CharField("依据条款", max_length=20)
    since = models.DateTimeField("认定时间")
    due_at = models.DateTimeField("期限")  # the first instant too late
    pinned = models.JSONField("所据参数", default=dict)

    class Meta:
        verbose_name = "待发文书"
        constraints = [models.UniqueConstraint(fields=["capacity", "kind", "ref"], name="notice_duty_once")]
        indexes = [models.Index(fields=["capacity", "due_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class DocumentRef(models.Model):
    """What a document is about (所涉事项): TYPE/ID of a record of another room."""

    append_only = True
    row_scope = RowScope(
        using="EXISTS (SELECT 1 FROM documents_document d WHERE d.id = document_id)", check=f"capacity_id = {IN_SCOPE}"
    )

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="refs")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField("起因", max_length=60)

    class Meta:
        verbose_name = "所涉事项"
        constraints = [models.UniqueConstraint(fields=["document", "ref"], name="document_ref_once")]
        indexes = [models.Index(fields=["ref"])]

    def __str__(self) -> str:
        return self.ref


from jianguan.backbone.documents import objections  # noqa: E402, F401 - its tables refer to those above
