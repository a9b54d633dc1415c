"""Complaint (投诉举报): the report as it came, what followed, and who complained, sealed apart."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.cases.models import Case
from jianguan.backbone.complaints.rules import MATTERS, Channel, EntryKind, Satisfaction
from jianguan.backbone.decisions.models import Decision
from jianguan.backbone.evidence.models import StoredObject
from jianguan.backbone.people.models import IN_SCOPE, Appointment
from jianguan.kit.rows import RowScope

VISIBLE = RowScope(using="complaints_visible(complaint_id)", check="complaints_visible(complaint_id)")
"""What belongs to a complaint is seen by who received it and by who sees its case."""
RECEIVED = RowScope(
    using=f"EXISTS (SELECT 1 FROM complaints_complaint c WHERE c.id = complaint_id AND c.receiver_id = {IN_SCOPE})",
    check=f"EXISTS (SELECT 1 FROM complaints_complaint c WHERE c.id = complaint_id AND c.receiver_id = {IN_SCOPE})",
)


class InterfaceKey(models.Model):
    """The right of another system to report over Open311 (接口钥); the key itself is kept as a digest."""

    row_scope = "open"

    name = models.CharField("名称", max_length=80, unique=True)
    digest = models.CharField("摘要", max_length=64, unique=True)
    issued_at = models.DateTimeField("发放时间")
    revoked_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = "接口钥"

    def __str__(self) -> str:
        return self.name


class Complaint(models.Model):
    """What somebody reported (投诉举报), word for word but for numbers that name persons. Never changed.

    ``unit`` is what it concerns, ``receiver`` who takes it up. The receipt code is kept as a keyed digest only.
    """

    append_only = True
    row_scope = RowScope(using=f"receiver_id = {IN_SCOPE} OR complaints_visible(id)", check=f"receiver_id = {IN_SCOPE}")

    number = models.CharField("编号", max_length=30, unique=True)
    channel = models.CharField("渠道", max_length=12, choices=Channel.choices())
    matter = models.CharField("事由", max_length=12, choices=[(key, one.word) for key, one in sorted(MATTERS.items())])
    unit = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="complained_of", verbose_name="涉及单位")
    receiver = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="complaints", verbose_name="受理单位")
    text = models.TextField("内容")
    place = models.CharField("地点", max_length=200, blank=True)
    happened = models.CharField("发生时间", max_length=60, blank=True)  # as told: a day, "上周三下午"
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True)
    media_url = models.CharField("外部附件地址", max_length=500, blank=True)  # shown as text, never fetched
    public = models.BooleanField("内容可公开", default=False)
    code_digest = models.CharField("查询码摘要", max_length=64, unique=True)
    received_at = models.DateTimeField("收到时间")
    accept_by = models.DateTimeField("受理答复期限", null=True)  # the first instant too late
    pinned = models.JSONField("所据参数", default=dict)
    registered_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.ForeignKey(InterfaceKey, on_delete=models.PROTECT, null=True, related_name="complaints")
    synthetic = models.BooleanField("合成数据", default=False)

    class Meta:
        verbose_name = "投诉举报"
        indexes = [
            models.Index(fields=["receiver", "-id"]),
            models.Index(fields=["unit", "matter", "-received_at"]),
        ]

    def __str__(self) -> str:
        return self.number


class SealedIdentity(models.Model):
    """Who complained (投诉人身份密文): name, contact and the words as written, sealed under a key outside."""

    append_only = True
    row_scope = RECEIVED

    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, related_name="identity")
    sealed = models.BinaryField("密文")
    named = models.BooleanField("留有姓名", default=False)
    reachable = models.BooleanField("留有联系方式", default=False)

    class Meta:
        verbose_name = "投诉人身份密文"

    def __str__(self) -> str:
        return f"{self.complaint_id}"


class Merger(models.Model):
    """A complaint joined to another of the same matter (并案); its complainant keeps his code and gets the answer."""

    append_only = True
    row_scope = VISIBLE

    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, related_name="merger")
    into = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="merged")
    reason = models.CharField("理由", max_length=300)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "并案"

    def __str__(self) -> str:
        return f"{self.complaint_id} → {self.into_id}"


class Acceptance(models.Model):
    """Taken up, with its case, or declined with the reason (受理决定). The latest holds."""

    append_only = True
    row_scope = VISIBLE

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="acceptances")
    accepted = models.BooleanField("受理")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="complaints")
    released = models.BooleanField("放行公开", default=False)  # its words, place and photos, which somebody has read
    text = models.CharField("说明", max_length=1000)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "受理决定"
        constraints = [
            models.CheckConstraint(
                name="complaint_released_when_accepted", condition=models.Q(released=False) | models.Q(accepted=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.accepted}"


class Entry(models.Model):
    """What was written after the report (往来): by the complainant (``by`` empty) or to him."""

    append_only = True
    row_scope = VISIBLE

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField("种类", max_length=10, choices=EntryKind.choices())
    text = models.TextField("内容", blank=True)
    satisfaction = models.CharField("满意度", max_length=12, choices=Satisfaction.choices(), blank=True)
    about = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="ratings")  # rating → answer
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "往来"
        constraints = [models.UniqueConstraint(fields=["complaint", "about"], name="complaint_answer_rated_once")]
        indexes = [models.Index(fields=["complaint", "kind", "-id"])]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind}"


class Reading(models.Model):
    """The receiving unit has read an addition (补充阅处); ``told`` is what it handed on to the unit at work."""

    append_only = True
    row_scope = RowScope(
        using="EXISTS (SELECT 1 FROM complaints_entry e WHERE e.id = entry_id)",
        check="EXISTS (SELECT 1 FROM complaints_entry e JOIN complaints_complaint c ON c.id = e.complaint_id"
        f" WHERE e.id = entry_id AND e.kind = 'addition' AND c.receiver_id = {IN_SCOPE})",
    )

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="reading")
    told = models.TextField("转办内容", blank=True)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "补充阅处"

    def __str__(self) -> str:
        return f"{self.entry_id}"


class DisputeDecision(models.Model):
    """The superior's decision on a complainant's 'dissatisfied' (不满意复核): upheld, or to be done again."""

    append_only = True
    row_scope = RowScope(
        using="EXISTS (SELECT 1 FROM complaints_entry e WHERE e.id = rating_id)",
        check="EXISTS (SELECT 1 FROM complaints_entry e WHERE e.id = rating_id)",
    )

    rating = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="decision")
    again = models.BooleanField("重新办理")
    text = models.TextField("复核意见")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "不满意复核"

    def __str__(self) -> str:
        return f"{self.rating_id} {self.again}"


class Photo(models.Model):
    """A photo to a complaint (投诉照片), re-encoded: nothing of the file that was sent is kept but what it shows."""

    append_only = True
    row_scope = VISIBLE

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="photos")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="photos")
    stored = models.ForeignKey(StoredObject, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("公开名", max_length=40, unique=True)  # random; an address that cannot be guessed
    added_at = models.DateTimeField("加入时间")

    class Meta:
        verbose_name = "投诉照片"

    def __str__(self) -> str:
        return self.name


class IdentityRequest(models.Model):
    """Somebody who handles a complaint asks to see who complained (身份查看申请), and why."""

    append_only = True
    row_scope = VISIBLE

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="identity_requests")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("理由", max_length=500)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("申请时间")

    class Meta:
        verbose_name = "身份查看申请"

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.at:%Y-%m-%d}"


class IdentityDecision(models.Model):
    """The custodian's answer (身份查看决定): another person; a grant ends by itself."""

    append_only = True
    row_scope = RowScope(
        using="EXISTS (SELECT 1 FROM complaints_identityrequest r WHERE r.id = request_id)",
        check="EXISTS (SELECT 1 FROM complaints_identityrequest r JOIN complaints_complaint c ON c.id = r.complaint_id"
        f" WHERE r.id = request_id AND c.receiver_id = {IN_SCOPE})",  # not a custodian of the unit at work
    )

    request = models.OneToOneField(IdentityRequest, on_delete=models.PROTECT, related_name="decision")
    granted = models.BooleanField("同意")
    until = models.DateTimeField("有效至", null=True)
    reason = models.CharField("理由", max_length=500)
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("决定时间")

    class Meta:
        verbose_name = "身份查看决定"
        constraints = [
            models.CheckConstraint(
                name="identity_grant_ends", condition=models.Q(granted=False) | models.Q(until__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.granted}"


class IdentityLook(models.Model):
    """Somebody looked at a complainant's identity (身份查看)."""

    append_only = True
    row_scope = RowScope(using=IdentityDecision.row_scope.using, check=IdentityDecision.row_scope.using)

    request = models.ForeignKey(IdentityRequest, on_delete=models.PROTECT, related_name="looks")
    by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("查看时间")

    class Meta:
        verbose_name = "身份查看"

    def __str__(self) -> str:
        return f"{self.request_id} {self.at:%Y-%m-%d %H:%M}"


class Count(models.Model):
    """How often something was done in a span of time (频次计数); who did it stands as a keyed digest only."""

    row_scope = "open"

    who = models.CharField("摘要", max_length=64)
    since = models.DateTimeField("起点")
    times = models.PositiveIntegerField("次数", default=0)

    class Meta:
        verbose_name = "频次计数"
        constraints = [models.UniqueConstraint(fields=["who", "since"], name="complaint_count_once")]
        indexes = [models.Index(fields=["since"])]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M} {self.times}"
