"""Proof that what must be kept is still there: retrieval drills (调取演练, clause 6.9)."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people.models import Appointment


class RetentionDrill(models.Model):
    """A sample of old recordings was asked for; how many were there, from which day on."""

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="drills")
    kind = models.CharField("资料类别", max_length=40)  # the KIND of a norm's source 'drill:KIND'
    drilled_at = models.DateTimeField("演练时间")
    oldest = models.DateField("最早应存日期")
    sampled = models.PositiveIntegerField("抽取件数")
    retrieved = models.PositiveIntegerField("调取成功件数")
    recorded_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True)
    recorded_at = models.DateTimeField("录入时间")
    remark = models.CharField("备注", max_length=300, blank=True)

    class Meta:
        verbose_name = "留存演练"
        constraints = [
            models.CheckConstraint(
                name="drill_retrieved_at_most_sampled", condition=models.Q(retrieved__lte=models.F("sampled"))
            ),
        ]
        indexes = [models.Index(fields=["capacity", "kind", "drilled_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.retrieved}/{self.sampled}"
