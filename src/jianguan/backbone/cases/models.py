"""Case (事项): one life cycle for every kind; its steps, parties, deadlines, notices and attachments."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.cases.rules import KINDS, Rung, Severity, Side, State, Term, Verb
from jianguan.backbone.decisions.models import Decision
from jianguan.backbone.documents.models import Document
from jianguan.backbone.evidence.models import StoredObject
from jianguan.backbone.people.models import IN_SCOPE, Appointment, Person
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.models import Finding
from jianguan.kit.rows import RowScope

SEEN = RowScope(
    using="EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)",
    check="EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)",
)
"""What belongs to a case is seen by whoever sees the case."""


def _choices(names: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items())


class Case(models.Model):
    """A matter that somebody must bring to its end (事项).

    Only ``state``, ``handler``, ``version``, ``closed_at`` and the marks of supervision ever change, each with a step
    of the same version in the same transaction; a trigger refuses anything else. ``flow`` is the version of the flow
    the case was opened under.
    """

    row_scope = RowScope(
        using=f"issuer_id = {IN_SCOPE} OR handler_id = {IN_SCOPE} OR EXISTS (SELECT 1 FROM cases_party p "
        f"WHERE p.case_id = cases_case.id AND p.capacity_id = {IN_SCOPE})",
        check=f"issuer_id = {IN_SCOPE} OR handler_id = {IN_SCOPE} OR EXISTS (SELECT 1 FROM cases_party p "
        f"WHERE p.case_id = cases_case.id AND p.capacity_id = {IN_SCOPE} AND p.acts)",
    )

    kind = models.CharField("种类", max_length=30, choices=_choices({key: kind.word for key, kind in KINDS.items()}))
    flow = models.PositiveSmallIntegerField("流程版本")
    number = models.CharField("编号", max_length=60, unique=True)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("内容")
    provision = models.CharField("依据条款", max_length=20)
    severity = models.CharField("程度", max_length=10, choices=Severity.choices(), default=Severity.GENERAL)
    issuer = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="cases_issued")
    handler = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="cases_handled")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="cases")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, related_name="cases")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeated_by")
    origin = models.CharField("来源", max_length=120)  # for example 抽查复核, 部局通报 第3行
    data = models.JSONField("专项内容", default=dict)  # of the kind; checked when the case is opened
    locked = models.BooleanField("首接责任", default=False)  # 15.2: the first receiver keeps it until it ends
    state = models.CharField("状态", max_length=12, choices=State.choices())
    supervision = models.PositiveSmallIntegerField("督办级别", default=0)  # 0 none, 1 督办, 2 挂牌督办
    version = models.PositiveIntegerField("版本", default=1)
    opened_at = models.DateTimeField("立项时间")
    closed_at = models.DateTimeField("办结时间", null=True)
    synthetic = models.BooleanField("合成数据", default=False)

    class Meta:
        verbose_name = "事项"
        constraints = [
            models.CheckConstraint(
                name="case_closed_has_a_time",
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["handler", "state", "-opened_at"]),
            models.Index(fields=["issuer", "state", "-opened_at"]),
            models.Index(fields=["kind", "-opened_at"]),
            models.Index(fields=["-id"], condition=~models.Q(state="closed"), name="case_live"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Step(models.Model):
    """One act on a case (办理步骤): who, in what capacity, from which state to which, and what he wrote."""

    append_only = True
    row_scope = RowScope(using=SEEN.using, check=f"{SEEN.check} AND (capacity_id IS NULL OR capacity_id = {IN_SCOPE})")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    version = models.PositiveIntegerField("版本")
    verb = models.CharField("动作", max_length=24, choices=Verb.choices())
    from_state = models.CharField("原状态", max_length=12, blank=True)
    to_state = models.CharField("新状态", max_length=12, choices=State.choices())
    side = models.CharField("身份", max_length=10, choices=Side.choices())
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)  # NULL: the system itself
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+", null=True)
    text = models.TextField("意见", blank=True)
    data = models.JSONField("内容", default=dict)
    state_digest = models.CharField("所据状态摘要", max_length=64)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="case_steps")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "办理步骤"
        ordering = ["case", "version"]
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="case_step_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.verb}"


class Party(models.Model):
    """A capacity beside issuer and handler that sees the case (协办、会签、抄送、督办单位)."""

    append_only = True
    row_scope = RowScope(
        using=f"capacity_id = {IN_SCOPE} OR cases_in_scope(case_id)",
        check="cases_in_scope(case_id)",
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="cases_joined")
    side = models.CharField("身份", max_length=10, choices=Side.choices())
    acts = models.BooleanField("可办理", default=False)
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="parties")

    class Meta:
        verbose_name = "参与单位"
        constraints = [models.UniqueConstraint(fields=["case", "capacity", "side"], name="case_party_once")]
        indexes = [models.Index(fields=["capacity"])]

    def __str__(self) -> str:
        return f"{self.case_id} {self.side}"


class Deadline(models.Model):
    """By when something on a case must be done (期限), pinned to the parameter value it came from.

    Never changed: an extension is a new row that replaces the old one and names the decision. ``met_at`` is not stored;
    the first step that answers the term says it.
    """

    append_only = True
    row_scope = SEEN

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    term = models.CharField("期限种类", max_length=10, choices=Term.choices())
    due_at = models.DateTimeField("到期时间")  # the first instant too late
    amount = models.PositiveIntegerField("时长")
    unit = models.CharField(
        "单位", max_length=14
    )  # as the parameter's unit: working_days, days, hours; date: a set day
    pinned = models.JSONField("所据参数", default=dict)
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="deadlines")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    set_at = models.DateTimeField("设定时间")

    class Meta:
        verbose_name = "期限"
        indexes = [models.Index(fields=["due_at"]), models.Index(fields=["case", "term"])]

    def __str__(self) -> str:
        return f"{self.case_id} {self.term} {self.due_at:%Y-%m-%d}"


class Notice(models.Model):
    """One rung of the ladder that a deadline climbed (到期提醒、逾期、催办、报上级、通报): each once.

    Beside the ladder stands what a unit is told that takes the case over (接办提醒), each time it changes hands.
    """

    append_only = True
    row_scope = SEEN

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="notices")
    rung = models.CharField("级别", max_length=10, choices=Rung.choices())
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="case_notices")
    text = models.CharField("内容", max_length=300)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "催办提醒"
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "rung"], name="case_notice_once", condition=~models.Q(rung=Rung.TAKEN_OVER.value)
            )
        ]
        indexes = [models.Index(fields=["capacity", "-at"])]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.rung}"


class Attachment(models.Model):
    """A file laid to a step (附件): re-encoded where it is a picture, kept by digest; by whoever took the step."""

    append_only = True
    row_scope = RowScope(
        using=SEEN.using,
        check="EXISTS (SELECT 1 FROM cases_step s WHERE s.id = step_id AND s.case_id = cases_attachment.case_id"
        f" AND s.capacity_id = {IN_SCOPE})",
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField("文件名", max_length=200)
    stored = models.ForeignKey(StoredObject, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "附件"

    def __str__(self) -> str:
        return self.name


class CaseWords(models.Model):
    """What a case is found by (检索词): the words of all that stands in it, kept by triggers alone.

    ``words``: every letter and pair of letters of Chinese, every word of Latin letters and digits. ``seen_by``: the
    capacities that see the case. ``spans``: the spans of ids it lies in, so that a search can go from new to old.
    """

    row_scope = RowScope(using=SEEN.using, check="false")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="found_by")
    words = SearchVectorField("词")
    seen_by = ArrayField(models.BigIntegerField(), verbose_name="可见单位")
    spans = ArrayField(models.BigIntegerField(), verbose_name="编号段")

    class Meta:
        verbose_name = "检索词"
        indexes = [GinIndex(fields=["spans", "seen_by", "words"], name="case_words", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.case_id}"


class Recheck(models.Model):
    """A closed case drawn for another look later (办结回查)."""

    append_only = True
    row_scope = SEEN

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rechecks")
    month = models.DateField("抽取月份")
    ticket = models.CharField("抽签值", max_length=64)
    drawn_at = models.DateTimeField("抽取时间")

    class Meta:
        verbose_name = "办结回查"
        constraints = [models.UniqueConstraint(fields=["case", "month"], name="case_recheck_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.month:%Y-%m}"


from jianguan.backbone.cases import followups  # noqa: E402, F401 - its tables refer to those above
