"""Registration (登记): standing facts with validity – establishment, posts, duty chart, agreements, filings."""

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people.models import Appointment, Person
from jianguan.backbone.subjects.models import Subject


class RegistrationKind(models.TextChoices):
    """Kinds of registrations; the value is the KIND of a norm's source 'registration:KIND'. Alphabetical."""

    COMPLAINT_RULE = "complaint-rule", "举报投诉查处制度"
    CONFIDENTIALITY_AGREEMENT = "confidentiality-agreement", "信息安全保密协议"
    DUTY_CHART = "duty-chart", "定岗定责"
    EDUCATION_CHECK_RULE = "education-check-rule", "网络教育抽查制度"
    ESTABLISHMENT = "establishment", "机构设置"
    FEED_LINK = "feed-link", "音视频接入"
    FULL_TIME_POST = "full-time-post", "专职岗位"
    INFORMATION_PLATFORM = "information-platform", "教育信息平台"
    PLEDGE = "pledge", "责任状"
    POLICE_ADMINISTRATOR = "police-administrator", "管理人员民警身份核实"
    RESPONSIBILITY_LETTER = "responsibility-letter", "安全保密责任书"
    ROSTER = "roster", "值班安排"
    STAFF_FILING = "staff-filing", "管理人员备案"
    WORK_RULE = "work-rule", "工作制度"


@pghistory.track(append_only=True)
class Registration(models.Model):
    """A fact that stands from one day to another. Ending it shortens ``valid``; nothing is deleted.

    Filing (报备): ``filed_with`` is the superior capacity, ``filing_due`` the last day, ``filed_at`` the act of sending
    it up, ``received_at`` the superior's receipt (签收), with which the filing is done.
    """

    row_scope = ("capacity_id", "filed_with_id")

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="registrations")
    kind = models.CharField("种类", max_length=40, choices=RegistrationKind)
    title = models.CharField("名称", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True)
    valid = DateRangeField("有效期")
    details = models.JSONField("内容", default=dict)
    ended_reason = models.CharField("终止理由", max_length=200, blank=True)
    filed_with = models.ForeignKey(Capacity, on_delete=models.PROTECT, null=True, related_name="filings")
    filing_due = models.DateField("报备期限", null=True)
    filed_at = models.DateTimeField("报备时间", null=True)
    received_at = models.DateTimeField("签收时间", null=True)
    received_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="filings_received")
    recorded_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True)
    recorded_at = models.DateTimeField("录入时间")
    synthetic = models.BooleanField("合成数据", default=False)

    class Meta:
        verbose_name = "登记"
        ordering = ["-recorded_at"]
        indexes = [models.Index(fields=["capacity", "kind"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"
