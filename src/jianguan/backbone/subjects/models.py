"""Subject (监管对象): anything supervised – halls, test sites, inspection areas and agencies, stations, firms."""

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models

from jianguan.backbone.agencies.models import Capacity


class SubjectKind(models.TextChoices):
    """Kinds of supervised places and bodies. Alphabetical."""

    EDUCATION_SITE = "education_site", "审验教育场所"
    EXAM_SITE = "exam_site", "考试场地"
    INFORMATION_SYSTEM = "information_system", "信息系统"
    INSPECTION_AGENCY = "inspection_agency", "检验机构"
    INSPECTION_AREA = "inspection_area", "机动车查验区"
    REGISTRATION_STATION = "registration_station", "登记服务站"
    ROAD_WORKS = "road_works", "施工路段"
    SCHOOL_BUS_OPERATION = "school_bus_operation", "校车运营单位"
    SERVICE_HALL = "service_hall", "业务大厅"
    TRANSPORT_FIRM = "transport_firm", "运输企业"


@pghistory.track(append_only=True)
class Subject(models.Model):
    """A supervised place or body under one responsible capacity."""

    row_scope = ("capacity_id",)

    kind = models.CharField("类别", max_length=40, choices=SubjectKind)
    code = models.CharField("编号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, verbose_name="责任单位", related_name="subjects")
    address = models.CharField("地址", max_length=200, blank=True)
    attributes = models.JSONField("属性", default=dict)
    valid = DateRangeField("有效期")
    synthetic = models.BooleanField("合成数据", default=False)

    class Meta:
        verbose_name = "监管对象"
        ordering = ["code"]
        indexes = [models.Index(fields=["capacity", "kind"])]

    def __str__(self) -> str:
        return self.name
