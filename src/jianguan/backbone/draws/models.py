"""Draw (抽取): commitments, public numbers, the draw of a frozen population and the records it drew."""

from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.evidence.models import Recording, StoredObject
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.models import Population


class Party(models.TextChoices):
    """Who commits to a share of the seed. Alphabetical."""

    CHECKING = "checking", "检查单位"
    DISCIPLINE = "discipline", "纪检监察"
    SUPERIOR = "superior", "上级单位"


class Commitment(models.Model):
    """A digest given before the freeze of a number that is revealed after it (承诺)."""

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="commitments")
    party = models.CharField("承诺方", max_length=12, choices=Party)
    day = models.DateField("抽取日")
    digest = models.CharField("承诺摘要", max_length=64)
    committed_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="commitments")
    committed_at = models.DateTimeField("承诺时间")

    class Meta:
        verbose_name = "承诺"
        constraints = [models.UniqueConstraint(fields=["capacity", "party", "day"], name="commitment_once")]

    def __str__(self) -> str:
        return f"{self.get_party_display()} {self.day}"


class Reveal(models.Model):
    """What a party says its number was (揭示). One that does not match is kept, and is no source."""

    append_only = True
    row_scope = ("capacity_id",)

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="reveals")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    value = models.CharField("数值", max_length=128)
    nonce = models.CharField("随机串", max_length=128)
    matches = models.BooleanField("与承诺相符")
    revealed_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    revealed_at = models.DateTimeField("揭示时间")

    class Meta:
        verbose_name = "揭示"
        constraints = [
            models.UniqueConstraint(
                fields=["commitment"], condition=models.Q(matches=True), name="reveal_once_when_it_matches"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.matches}"


class PublicNumber(models.Model):
    """A number published after the freeze that nobody here can choose (公开随机数): typed in, or from a beacon."""

    append_only = True
    row_scope = "open"

    class Kind(models.TextChoices):
        """Where it comes from. Alphabetical."""

        BEACON = "beacon", "随机信标"
        PUBLISHED = "published", "公开开奖号码"

    day = models.DateField("抽取日")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    name = models.CharField("名称", max_length=60)
    issue = models.CharField("期号或轮次", max_length=40)
    value = models.CharField("数值", max_length=256)
    published_at = models.DateTimeField("公布时间")
    entered_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = "公开随机数"
        constraints = [models.UniqueConstraint(fields=["day", "name", "issue", "value"], name="public_number_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.issue}"


class PublicNumberConfirmation(models.Model):
    """A second person typed the same number (复核录入); only then it is a source."""

    append_only = True
    row_scope = "open"

    number = models.OneToOneField(PublicNumber, on_delete=models.PROTECT, related_name="confirmation")
    confirmed_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField("确认时间")

    class Meta:
        verbose_name = "公开随机数确认"

    def __str__(self) -> str:
        return f"{self.number_id}"


class Draw(models.Model):
    """A draw of one frozen population (抽取): a pure function of manifest, seed and parameters.

    ``variant`` is 'all' or, where a party withheld its share and no public number came, 'without:PARTY' and
    'instead:PARTY' (its commitment in place of its share): both samples are owed. ``generation`` rises when the share
    is enlarged; the earlier picks stay picks.
    """

    append_only = True
    row_scope = ("capacity_id",)

    population = models.ForeignKey(Population, on_delete=models.PROTECT, related_name="draws")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="draws")
    variant = models.CharField("种子方案", max_length=40, default="all")
    generation = models.PositiveSmallIntegerField("扩大次序", default=0)
    algorithm = models.CharField("算法版本", max_length=40)
    seed = models.CharField("种子", max_length=64)
    sources = models.JSONField("种子来源")
    parameters = models.JSONField("抽取参数")
    floor = models.PositiveIntegerField("随机底线件数")
    priority = models.PositiveIntegerField("风险优先件数", default=0)
    mandatory = models.PositiveIntegerField("必查件数", default=0)
    export = models.ForeignKey(StoredObject, on_delete=models.PROTECT, related_name="+", verbose_name="可验证文件")
    drawn_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField("抽取时间")

    class Meta:
        verbose_name = "抽取"
        constraints = [models.UniqueConstraint(fields=["population", "variant", "generation"], name="draw_once")]

    def __str__(self) -> str:
        return f"{self.population_id} {self.variant}"


class DrawItem(models.Model):
    """A record that was drawn (抽中项): random floor, risk priority or mandatory, each counted apart."""

    append_only = True
    row_scope = ("capacity_id",)

    class Part(models.TextChoices):
        """Why it was drawn."""

        FLOOR = "A", "随机"
        PRIORITY = "B", "风险优先"
        MANDATORY = "C", "必查"

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="items")
    population = models.ForeignKey(Population, on_delete=models.PROTECT, related_name="items")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="draw_items")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="draw_items")
    member = models.CharField("业务记录", max_length=120)  # the id in the manifest, without clear personal data
    stratum = models.CharField("场所", max_length=60, blank=True)
    line = models.TextField("总体清单行")
    about = models.JSONField(
        "业务摘要", default=dict
    )  # summary [[label, text]], persons {label: pseudonym}, recordings, photos, doers [number]
    part = models.CharField("类别", max_length=1, choices=Part)
    position = models.PositiveIntegerField("次序")
    ticket = models.CharField("抽签值", max_length=64)
    probability = models.CharField("入样概率", max_length=60)  # exact fraction 'n/d'
    happened_at = models.DateTimeField("业务时间", null=True)

    class Meta:
        verbose_name = "抽中项"
        ordering = ["draw", "position"]
        constraints = [models.UniqueConstraint(fields=["population", "member", "draw"], name="draw_item_once")]
        indexes = [models.Index(fields=["capacity", "population", "part"])]

    def __str__(self) -> str:
        return self.member


class DrawnReviewer(models.Model):
    """The order in which persons look at a drawn record (抽取的复核人), recusals taken out."""

    append_only = True
    row_scope = ("capacity_id",)

    item = models.ForeignKey(DrawItem, on_delete=models.PROTECT, related_name="reviewers")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField("次序")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="drawn_for")

    class Meta:
        verbose_name = "抽取的复核人"
        constraints = [
            models.UniqueConstraint(fields=["item", "position"], name="drawn_reviewer_position"),
            models.UniqueConstraint(fields=["item", "appointment"], name="drawn_reviewer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.position}"


class Recusal(models.Model):
    """A declared interest (回避): this person reviews nothing of this site or of this person's doing."""

    append_only = True
    row_scope = ("capacity_id",)

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="recusals")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="recusals")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="recusals")
    doer = models.CharField("回避的经办人", max_length=64, blank=True)  # pseudonym or number, as in the facts
    reason = models.CharField("理由", max_length=200)
    declared_at = models.DateTimeField("申报时间")
    ends = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="ended_by")

    class Meta:
        verbose_name = "回避"

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.subject_id or self.doer}"


class ItemRecording(models.Model):
    """A recording or photo that belongs to a drawn record (关联录像)."""

    append_only = True
    row_scope = ("capacity_id",)

    item = models.ForeignKey(DrawItem, on_delete=models.PROTECT, related_name="recordings")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="+")
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="drawn_for")
    role = models.CharField("用途", max_length=40)  # for example 考试车内, 考官记录仪

    class Meta:
        verbose_name = "关联录像"
        constraints = [models.UniqueConstraint(fields=["item", "recording"], name="item_recording_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.role}"
