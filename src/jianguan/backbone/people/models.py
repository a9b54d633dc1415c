"""Person (人员), Post (岗位), Appointment (任职), Account (账号), RosterEntry (值班)."""

from typing import ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from jianguan.backbone.agencies.models import Capacity
from jianguan.kit import clock
from jianguan.kit.rows import RowScope

OWN_PERSON = "NULLIF(current_setting('jianguan.person', true), '')::bigint"
"""SQL: the person logged in, set before the scope is known so that he can choose a post."""

IN_SCOPE = "ANY ((SELECT jianguan_scope())::bigint[])"
"""SQL: right-hand side of 'capacity is in the scope of this request'."""


@pghistory.track(append_only=True)
class Person(models.Model):
    """A person; belongs to a home capacity for scope, may hold posts in several agencies."""

    row_scope = RowScope(
        using=f"home_id = {IN_SCOPE} OR id = {OWN_PERSON} OR EXISTS (SELECT 1 FROM people_appointment a "
        f"WHERE a.person_id = people_person.id AND a.capacity_id = {IN_SCOPE})",
        check=f"home_id = {IN_SCOPE} OR id = {OWN_PERSON}",
        history=f"home_id = {IN_SCOPE}",
    )

    name = models.CharField("姓名", max_length=60)
    number = models.CharField("警号或工号", max_length=20, unique=True)
    is_police = models.BooleanField("人民警察", default=True)
    phone = models.CharField("电话", max_length=20, blank=True)
    home = models.ForeignKey(Capacity, on_delete=models.PROTECT, verbose_name="所属", related_name="persons")
    synthetic = models.BooleanField("合成数据", default=False)

    class Meta:
        verbose_name = "人员"
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name


@pghistory.track(append_only=True)
class Post(models.Model):
    """A post (岗位) in a capacity: what it is called, what it may do, what it answers for."""

    row_scope = RowScope(
        using=f"capacity_id = {IN_SCOPE} OR EXISTS (SELECT 1 FROM people_appointment a "
        f"WHERE a.post_id = people_post.id AND a.person_id = {OWN_PERSON})",
        check=f"capacity_id = {IN_SCOPE}",
        history=f"capacity_id = {IN_SCOPE}",
    )

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, verbose_name="履职身份", related_name="posts")
    title = models.CharField("岗位名称", max_length=60)
    role = models.CharField("岗位类型", max_length=40)
    full_time = models.BooleanField("专职", default=False)
    duties = models.TextField("岗位职责", blank=True)
    valid = DateRangeField("有效期")

    class Meta:
        verbose_name = "岗位"
        ordering = ["capacity_id", "title"]
        constraints = [
            ExclusionConstraint(
                name="post_no_overlap",
                expressions=[
                    ("capacity", RangeOperators.EQUAL),
                    ("title", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track(append_only=True)
class Appointment(models.Model):
    """A person holding a post for a time (任职). ``capacity`` repeats the post's, for row security."""

    row_scope = RowScope(
        using=f"capacity_id = {IN_SCOPE} OR person_id = {OWN_PERSON}",
        check=f"capacity_id = {IN_SCOPE}",
        history=f"capacity_id = {IN_SCOPE}",
    )

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="appointments")
    valid = DateRangeField("任期")

    class Meta:
        verbose_name = "任职"
        constraints = [
            ExclusionConstraint(
                name="appointment_no_overlap",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.post}"


class AccountManager(BaseUserManager["Account"]):
    """Creates accounts; passwords are stored with Argon2."""

    def create_user(self, username: str, password: str, *, person: Person) -> "Account":
        """Create an account for ``person``."""
        account = self.model(username=username, person=person)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A log-in. Holds no rights of its own: rights come from the post acted in."""

    row_scope = "open"  # read before anybody is known, to check the password

    username = models.CharField("用户名", max_length=60, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField("启用", default=True)
    second_factor_required = models.BooleanField("须二次验证", default=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "账号"

    def __str__(self) -> str:
        return self.username


@pghistory.track(append_only=True)
class RosterEntry(models.Model):
    """Who is on duty when (值班排班, clauses 5.3, 6.1)."""

    row_scope = ("capacity_id",)

    class Shift(models.TextChoices):
        """Shifts of a day."""

        DAY = "day", "白班"
        NIGHT = "night", "夜班"
        WHOLE = "whole", "全天"

    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="roster")
    day = models.DateField("日期")
    shift = models.CharField("班次", max_length=10, choices=Shift, default=Shift.DAY)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, verbose_name="值班人", related_name="roster")
    withdrawn = models.BooleanField("已撤销", default=False)
    recorded_at = models.DateTimeField("录入时间", default=clock.now)

    class Meta:
        verbose_name = "值班"
        ordering = ["day", "shift"]
        constraints = [
            models.UniqueConstraint(
                fields=["capacity", "day", "shift", "appointment"],
                condition=models.Q(withdrawn=False),
                name="roster_once",
            ),
        ]
        indexes = [models.Index(fields=["capacity", "day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.get_shift_display()}"
