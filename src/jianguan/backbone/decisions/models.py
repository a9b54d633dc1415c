"""Decision (决定): who decided what about which exact state, and why. Adoptions, waivers, extensions, recusals."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people.models import IN_SCOPE, Appointment
from jianguan.kit.rows import RowScope


class DecisionKind(models.TextChoices):
    """What is decided. Alphabetical."""

    ADOPT_CADENCE = "adopt_cadence", "确定履职周期"
    CHANGE_PARAMETER = "change_parameter", "调整参数"
    DECIDE_OBJECTION = "decide_objection", "申诉决定"
    END_CAPACITY = "end_capacity", "撤销单位"
    EXCUSE = "excuse", "免除履职"
    EXTEND_DEADLINE = "extend_deadline", "延长期限"
    HAND_OVER_CASE = "hand_over_case", "移交事项"
    LIFT_RESTRICTION = "lift_restriction", "解除现场教育限制"
    RECHECK = "recheck", "按新参数复核既往"
    REOPEN_CASE = "reopen_case", "重开事项"
    RESTRICT_LEARNER = "restrict_learner", "限制现场教育"


class Decision(models.Model):
    """One decision of one person in one capacity. Never changed; a later decision may replace it.

    ``published``: binding on others, therefore readable by every account (adopted cadences, parameters).
    """

    append_only = True
    row_scope = RowScope(using=f"published OR capacity_id = {IN_SCOPE}", check=f"capacity_id = {IN_SCOPE}")

    kind = models.CharField("种类", max_length=30, choices=DecisionKind)
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="decisions")
    number = models.CharField("文号", max_length=60, blank=True)
    subject = models.CharField("事项", max_length=200)
    outcome = models.JSONField("内容")
    reason = models.TextField("理由")
    basis = models.CharField("依据条款", max_length=60, blank=True)
    state_digest = models.CharField("所据状态摘要", max_length=64, blank=True)
    decided_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="decisions")
    decided_by_name = models.CharField(max_length=60)
    decided_at = models.DateTimeField("决定时间")
    published = models.BooleanField("公布", default=False)

    class Meta:
        verbose_name = "决定"
        indexes = [models.Index(fields=["kind", "-decided_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.subject}"
