"""Approvals (审批): flows of the rule book, applications, what was applied for, seats, steps, deadlines, the form."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.approvals.rules import State, Verb
from jianguan.backbone.cases.models import Case
from jianguan.backbone.documents.models import Document
from jianguan.backbone.people.models import IN_SCOPE, Appointment, Person
from jianguan.kit.rows import RowScope

VISIBLE = "EXISTS (SELECT 1 FROM approvals_application a WHERE a.id = application_id)"
SEEN = RowScope(using=VISIBLE, check=VISIBLE)
"""What belongs to an application is seen by whoever sees the application."""


class Flow(models.Model):
    """One version of a flow (审批流程) as it was loaded from the rule book; applications keep theirs."""

    append_only = True
    row_scope = "open"

    key = models.CharField("代码", max_length=40)
    version = models.PositiveSmallIntegerField("版本")
    title = models.CharField("名称", max_length=80)
    provision = models.CharField("依据条款", max_length=20)
    definition = models.JSONField("内容")
    digest = models.CharField("内容摘要", max_length=64)
    loaded_at = models.DateTimeField("载入时间")

    class Meta:
        verbose_name = "审批流程"
        ordering = ["key", "version"]
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="approval_flow_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Application(models.Model):
    """An application (审批申请). Its unit (``capacity``) owns it to the end, also under 首接责任 (15.2).

    Only ``state``, ``stage``, ``round``, ``branch``, ``version`` and ``closed_at`` ever change, each with a step of the
    same version in the same transaction, and ``title`` with a correction; triggers refuse anything else. ``stage`` is
    the order of the stage whose turn it is, 0 while it is with the applicant; ``round`` counts submissions.
    """

    row_scope = RowScope(
        using=f"capacity_id = {IN_SCOPE} OR EXISTS (SELECT 1 FROM approvals_seat s "
        f"WHERE s.application_id = approvals_application.id AND s.capacity_id = {IN_SCOPE})",
        check=f"capacity_id = {IN_SCOPE} OR EXISTS (SELECT 1 FROM approvals_seat s "
        f"WHERE s.application_id = approvals_application.id AND s.capacity_id = {IN_SCOPE})",
    )

    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, related_name="applications")
    number = models.CharField("编号", max_length=60, unique=True)
    title = models.CharField("事由", max_length=120)
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="applications")
    branch = models.CharField("办理方式", max_length=40, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices())
    stage = models.PositiveSmallIntegerField("环节", null=True)
    round = models.PositiveSmallIntegerField("申请次数", default=1)
    version = models.PositiveIntegerField("版本", default=1)
    locked = models.BooleanField("首接责任", default=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="applications")
    received_on = models.DateField("受理日期")
    opened_at = models.DateTimeField("申请时间")
    closed_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = "审批申请"
        indexes = [models.Index(fields=["capacity", "state"]), models.Index(fields=["state", "-id"])]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Content(models.Model):
    """What was applied for in one round (申请内容): fields, values before and after; its digest is signed."""

    append_only = True
    row_scope = RowScope(using=VISIBLE, check=f"{VISIBLE} AND capacity_id = {IN_SCOPE}")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="contents")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField("申请次数")
    title = models.CharField("事由", max_length=120)
    reason = models.TextField("修改或查询的理由")
    data = models.JSONField("填写内容", default=dict)
    changes = models.JSONField("修改前后", default=list)  # of {field, before, after, sensitive}
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "申请内容"
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="approval_content_once")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.round}"


class Seat(models.Model):
    """One signature that a round needs (签批席位), pinned on submission: whose, at which stage, on what basis."""

    append_only = True
    row_scope = RowScope(
        using=f"capacity_id = {IN_SCOPE} OR approvals_in_scope(application_id)",
        check="approvals_in_scope(application_id)",
    )

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="seats")
    round = models.PositiveSmallIntegerField("申请次数")
    order = models.PositiveSmallIntegerField("环节次序")
    stage = models.CharField("环节", max_length=40)
    seat = models.CharField("席位", max_length=40)
    phase = models.CharField("阶段", max_length=10)
    branch = models.CharField("办理方式", max_length=40, blank=True)
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="approval_seats")
    permission = models.CharField("所需权限", max_length=40)
    named = models.CharField("指定人员", max_length=40, blank=True)
    chooses = models.BooleanField("选择办理方式", default=False)
    provision = models.CharField("依据条款", max_length=20)

    class Meta:
        verbose_name = "签批席位"
        ordering = ["application", "round", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "round", "stage", "seat", "capacity"], name="approval_seat_once"
            )
        ]
        indexes = [models.Index(fields=["capacity", "application"])]

    def __str__(self) -> str:
        return f"{self.stage}/{self.seat}"


class Step(models.Model):
    """One act on an application (审批步骤): who, in what capacity, at which seat, on which content."""

    append_only = True
    row_scope = RowScope(using=VISIBLE, check=f"{VISIBLE} AND capacity_id = {IN_SCOPE}")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    version = models.PositiveIntegerField("版本")
    round = models.PositiveSmallIntegerField("申请次数")
    verb = models.CharField("动作", max_length=12, choices=Verb.choices())
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, null=True, related_name="steps")
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="steps")
    from_state = models.CharField("原状态", max_length=12, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=State.choices())
    from_stage = models.PositiveSmallIntegerField("原环节", null=True)
    to_stage = models.PositiveSmallIntegerField("新环节", null=True)
    branch = models.CharField("办理方式", max_length=40, blank=True)
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField("姓名", max_length=60)  # kept: other units do not see the person's row
    post_title = models.CharField("岗位", max_length=60)
    text = models.TextField("意见", blank=True)
    data = models.JSONField("填写内容", default=dict)
    state_digest = models.CharField("所据状态摘要", max_length=64)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "审批步骤"
        ordering = ["application", "version"]
        constraints = [models.UniqueConstraint(fields=["application", "version"], name="approval_step_once")]
        indexes = [models.Index(fields=["person", "application"])]

    def __str__(self) -> str:
        return f"{self.application_id} {self.verb}"


class StageDue(models.Model):
    """By when a stage must be over (环节期限), pinned to its parameter; ``bearer`` answers for it in the ledger.

    Stage 0 is filling in or correcting by the applicant's unit. ``proves`` are the KINDs of ``approval:KIND``.
    """

    append_only = True
    row_scope = SEEN

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="dues")
    round = models.PositiveSmallIntegerField("申请次数")
    stage = models.PositiveSmallIntegerField("环节次序")
    title = models.CharField("环节", max_length=60)
    bearer = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    proves = models.JSONField("所证来源", default=list)
    entered_at = models.DateTimeField("进入时间")
    due_at = models.DateTimeField("到期时间")  # the first instant too late
    pinned = models.JSONField("所据参数", default=dict)

    class Meta:
        verbose_name = "环节期限"
        constraints = [models.UniqueConstraint(fields=["application", "round", "stage"], name="approval_due_once")]
        indexes = [models.Index(fields=["due_at"])]

    def __str__(self) -> str:
        return f"{self.application_id} {self.title}"


class PrintedForm(models.Model):
    """The printed form (审批表) of an application that has ended: one numbered document, once."""

    append_only = True
    row_scope = SEEN

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="printed")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField("出具时间")

    class Meta:
        verbose_name = "审批表"

    def __str__(self) -> str:
        return f"{self.application_id}"
