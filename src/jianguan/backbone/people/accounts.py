"""Accounts (账号): making, closing and opening them, passwords, second factors, and what a log-in leaves in the log."""

from collections.abc import Sequence

from axes.utils import reset as forget_failures
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.people import rules
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.models import Account, Appointment, Person
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.rules import Refusal

BACKUP_CODES = 10


def create_account(
    *,
    by: Actor | None,
    person: Person,
    username: str,
    password: str,
    second_factor_required: bool = True,
) -> Account:
    """Make the log-in of a person. Raises Refusal when the name is taken or the password too weak."""
    _require(by, person)
    username = rules.checked_username(username)
    if Account.objects.filter(username=username).exists() or Account.objects.filter(person=person).exists():
        raise Refusal("用户名已被使用，或该人员已有账号")
    _check_password(password, Account(username=username, person=person))
    with transaction.atomic():
        account = Account(username=username, person=person, second_factor_required=second_factor_required)
        account.set_password(password)
        account.save()
        _record(EventKind.ACCOUNT_CREATED, by, account)
    return account


def disable_account(*, by: Actor | None, account: Account, reason: str) -> None:
    """Close an account: its session ends with the next request, the log-in is refused."""
    _require(by, account.person)
    if by is not None and by.person_id == account.person_id:
        raise NotAllowed("不能停用本人的账号")
    _set_active(by, account, active=False, reason=reason)


def enable_account(*, by: Actor | None, account: Account, reason: str) -> None:
    """Open a closed account again."""
    _require(by, account.person)
    _set_active(by, account, active=True, reason=reason)


def unlock_account(*, by: Actor, account: Account, reason: str) -> None:
    """Forget the failed log-ins of an account, so that its owner need not wait for the lock to end."""
    _require(by, account.person)
    reason = rules.checked_reason(reason)
    with transaction.atomic():
        forget_failures(username=account.username)
        _record(EventKind.ACCOUNT_UNLOCKED, by, account, reason)


def reset_second_factor(*, by: Actor, account: Account, reason: str) -> None:
    """Remove the devices of another's account; its owner enrols a new one at the next log-in. Raises NotAllowed."""
    _require(by, account.person)
    if by.person_id == account.person_id:
        raise NotAllowed("不能重置本人的二次验证，请由另一名系统管理员办理")
    reason = rules.checked_reason(reason)
    with transaction.atomic():
        TOTPDevice.objects.filter(user=account).delete()
        StaticDevice.objects.filter(user=account).delete()
        _record(EventKind.SECOND_FACTOR_RESET, by, account, reason)


def change_password(*, account: Account, present: str, new: str) -> None:
    """Let the owner change his password. Raises Refusal when the present one is wrong or the new one too weak."""
    if not account.check_password(present):
        raise Refusal("当前密码不正确")
    if present == new:
        raise Refusal("新密码不能与当前密码相同")
    _check_password(new, account)
    with transaction.atomic():
        account.set_password(new)
        account.save(update_fields=["password"])
        _record(EventKind.ACCOUNT_PASSWORD_CHANGED, None, account)


def begin_second_factor(*, account: Account) -> TOTPDevice:
    """The unconfirmed device of an account, made when it has none; its secret is shown until it is confirmed."""
    with transaction.atomic():
        device, _ = TOTPDevice.objects.get_or_create(user=account, confirmed=False, defaults={"name": "default"})
    return device


def enrol_second_factor(*, account: Account, token: str) -> tuple[TOTPDevice, Sequence[str]]:
    """Confirm the device with a code it shows and return it with ten backup codes, which are shown once.

    Raises Refusal when the code is wrong or a device is confirmed already.
    """
    if TOTPDevice.objects.filter(user=account, confirmed=True).exists():
        raise Refusal("已绑定验证器，如需更换请联系系统管理员")
    device = begin_second_factor(account=account)
    if not device.verify_token(token):
        raise Refusal("验证码不正确，请核对手机时间后输入最新的 6 位数字")
    with transaction.atomic():
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        StaticDevice.objects.filter(user=account).delete()
        backup = StaticDevice.objects.create(user=account, name="backup")
        codes = [StaticToken.random_token() for _ in range(BACKUP_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=backup, token=code) for code in codes)
        _record(EventKind.SECOND_FACTOR_ENROLLED, None, account)
    return device, codes


def record_login(*, account: Account, address: str) -> None:
    """Write a successful log-in into the event log."""
    _record(EventKind.LOGIN_SUCCEEDED, None, account, details={"address": address})


def record_login_failure(*, username: str, address: str, locked: bool) -> None:
    """Write a refused log-in into the event log; ``locked`` when the account is locked for this address."""
    audit.record(
        kind=EventKind.ACCOUNT_LOCKED if locked else EventKind.LOGIN_FAILED,
        by=None,
        object_type="account",
        object_id=username[:60],
        details={"address": address},
    )


def record_second_factor_failure(*, account: Account, address: str) -> None:
    """Write a wrong second factor into the event log."""
    _record(EventKind.SECOND_FACTOR_FAILED, None, account, details={"address": address})


def record_logout(*, by: Actor | None, account: Account) -> None:
    """Write a log-out into the event log."""
    _record(EventKind.LOGOUT, by, account)


def record_switch(*, by: Actor, before: Actor | None) -> None:
    """Write the choice of a post into the event log; ``before`` is the post left, None at log-in."""
    audit.record(
        kind=EventKind.CAPACITY_SWITCHED,
        by=by,
        object_type="appointment",
        object_id=by.appointment_id,
        details={"from": before.capacity_key if before else None, "to": by.capacity_key, "post": by.post_title},
    )


def _require(by: Actor | None, person: Person) -> None:
    if by is None:
        return
    by.require(Permission.ACCOUNT_MANAGE)
    if person.home_id not in by.scope and not Appointment.objects.filter(
        person=person, capacity_id__in=by.scope.capacity_ids
    ):
        raise NotAllowed(f"该人员不在“{by.capacity_name}”的管理范围内")


def _set_active(by: Actor | None, account: Account, *, active: bool, reason: str) -> None:
    reason = rules.checked_reason(reason)
    with transaction.atomic():
        account.is_active = active
        account.save(update_fields=["is_active"])
        _record(EventKind.ACCOUNT_ENABLED if active else EventKind.ACCOUNT_DISABLED, by, account, reason)


def _check_password(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as weak:
        raise Refusal("；".join(weak.messages)) from weak


def _record(
    kind: EventKind, by: Actor | None, account: Account, reason: str = "", details: dict[str, object] | None = None
) -> None:
    audit.record(
        kind=kind, by=by, object_type="account", object_id=account.username, reason=reason, details=details or {}
    )
