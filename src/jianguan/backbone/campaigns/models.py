"""Campaign (专项检查), its draw, on-site inspections (现场检查), what was handed in, and the publication."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.draws.models import DrawItem
from jianguan.backbone.evidence.models import StoredObject
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.rules.models import Checklist
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.models import Check, Population


class CampaignKind(models.TextChoices):
    """What a campaign is; the value is the kind of its checks. Alphabetical."""

    COVERT = "covert", "暗访"
    GUIDANCE = "guidance", "检查指导"
    OPEN_VISIT = "open-visit", "明查"


class Outcome(models.TextChoices):
    """What came of going there. All but ``done`` are the worst outcome (最不利结果). Alphabetical."""

    CLOSED = "closed", "停业或无人"
    DONE = "done", "已检查"
    NOT_FOUND = "not-found", "查无此处"
    REFUSED = "refused", "拒绝检查"


class Campaign(models.Model):
    """A campaign of a capacity (专项检查): why, what, where, how many, by how many inspectors."""

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="campaigns")
    title = models.CharField("名称", max_length=100)
    purpose = models.CharField("目的", max_length=300)
    kind = models.CharField("方式", max_length=12, choices=CampaignKind)
    provision = models.CharField("条款", max_length=20)
    first = models.DateField("开始日")
    last = models.DateField("截止日")
    target_kind = models.CharField("对象类别", max_length=40)  # kind of place, or 'level:CITY'
    area = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+", verbose_name="区域")
    percent = models.PositiveSmallIntegerField("抽取比例", null=True)
    count = models.PositiveIntegerField("抽取个数", null=True)
    inspectors = models.PositiveSmallIntegerField("每个对象检查人数", default=2)
    embargo_until = models.DateTimeField("保密至", null=True)
    opened_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("组织时间")

    class Meta:
        verbose_name = "专项检查"
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                name="campaign_percent_or_count",
                condition=models.Q(percent__isnull=True, count__gt=0) | models.Q(count__isnull=True, percent__gt=0),
            ),
            models.CheckConstraint(
                name="campaign_covert_has_embargo",
                condition=models.Q(kind="covert", embargo_until__isnull=False)
                | (~models.Q(kind="covert") & models.Q(embargo_until__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["capacity", "-opened_at"])]

    def __str__(self) -> str:
        return self.title


class CampaignFrame(models.Model):
    """The frozen population of a campaign (专项检查总体): targets and inspectors in one manifest."""

    append_only = True
    row_scope = ("capacity_id",)

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, related_name="frame")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    population = models.OneToOneField(Population, on_delete=models.PROTECT, related_name="campaign")

    class Meta:
        verbose_name = "专项检查总体"

    def __str__(self) -> str:
        return f"{self.campaign_id}"


class Inspection(models.Model):
    """A place or unit to be inspected on site (现场检查), drawn for a campaign or taken up on its own."""

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="inspections")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, related_name="inspections")
    item = models.OneToOneField(DrawItem, on_delete=models.PROTECT, null=True, related_name="inspection")
    kind = models.CharField("检查类别", max_length=40)  # of the check that it will be
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="inspections")
    checked = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="+")
    due = models.DateField("截止日")
    assigned_at = models.DateTimeField("安排时间")

    class Meta:
        verbose_name = "现场检查"
        indexes = [models.Index(fields=["capacity", "-assigned_at"])]

    def __str__(self) -> str:
        return self.target

    @property
    def target(self) -> str:
        """Name of what is inspected."""
        return self.subject.name if self.subject is not None else self.checked.title


class Inspector(models.Model):
    """Who inspects (检查人), the first leads; drawn, or whoever took the inspection up."""

    append_only = True
    row_scope = ("capacity_id",)

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="inspectors")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField("次序")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="inspections")

    class Meta:
        verbose_name = "检查人"
        ordering = ["inspection", "position"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "position"], name="inspector_position"),
            models.UniqueConstraint(fields=["inspection", "appointment"], name="inspector_once"),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id}/{self.position}"


class SitePhoto(models.Model):
    """A photo or signature taken on site (现场照片): the bytes as sent, their digest compared, a preview."""

    append_only = True
    row_scope = ("capacity_id",)

    class Role(models.TextChoices):
        """What it is. Alphabetical."""

        CHECKED = "checked", "被检查单位签名"
        INSPECTOR = "inspector", "检查人签名"
        PHOTO = "photo", "照片"

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="photos")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    form = models.UUIDField("表单号")  # of the submission it belongs to, given by the device
    role = models.CharField("类别", max_length=10, choices=Role)
    item = models.CharField("检查项", max_length=60, blank=True)
    stored = models.ForeignKey(StoredObject, on_delete=models.PROTECT, related_name="+")
    preview = models.ForeignKey(StoredObject, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField("拍摄时间", null=True)  # by the device's clock
    shrunk_from_sha256 = models.CharField("缩小前摘要", max_length=64, blank=True)  # of a picture never sent
    shrunk_from_size = models.PositiveBigIntegerField("缩小前字节数", null=True)
    received_at = models.DateTimeField("收到时间")
    received_from = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "现场照片"
        ordering = ["inspection", "id"]
        constraints = [models.UniqueConstraint(fields=["form", "role", "stored"], name="site_photo_once")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.inspection_id}"


class Submission(models.Model):
    """A form handed in (现场检查提交). The first of an inspection makes its check; any other is kept as a conflict."""

    append_only = True
    row_scope = ("capacity_id",)

    form = models.UUIDField("表单号", unique=True)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="submissions")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="submissions")
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    payload = models.JSONField("表单内容")
    digest = models.CharField("表单摘要", max_length=64)
    happened_at = models.DateTimeField("检查时间")
    received_at = models.DateTimeField("收到时间")
    check_record = models.OneToOneField(
        Check, on_delete=models.PROTECT, null=True, related_name="submission", db_column="check_id"
    )

    class Meta:
        verbose_name = "现场检查提交"
        ordering = ["received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection"], condition=models.Q(check_record__isnull=False), name="submission_counts_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.outcome}"

    @property
    def in_conflict(self) -> bool:
        """Whether another form of the same inspection was there first."""
        return self.check_record_id is None


class Publication(models.Model):
    """The results of a campaign as published (结果公布): complete in itself, for everybody who is signed in."""

    append_only = True
    row_scope = "open"

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, related_name="publication")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=100)
    results = models.JSONField("结果")
    sha256 = models.CharField("摘要", max_length=64)
    published_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    publisher = models.CharField("公布人", max_length=100)
    published_at = models.DateTimeField("公布时间")

    class Meta:
        verbose_name = "结果公布"
        ordering = ["-published_at"]

    def __str__(self) -> str:
        return self.title
