"""Keys (接口钥) by which other systems report over Open311: shown once, kept as a digest."""

import secrets

from django.db import IntegrityError, transaction

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.complaints.models import InterfaceKey
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from jianguan.kit.digests import hexdigest


class KeyRefused(ValueError):
    """The key cannot be given or taken. The message is Chinese and shown to the operator."""


def issue(*, operator: str, name: str) -> str:
    """Give a new key to a system of this name and return it; ``operator`` is the user of the operating system.

    Raises KeyRefused when the name was used before.
    """
    key = secrets.token_urlsafe(32)
    with scopes.within(scopes.everything()):
        try:
            with transaction.atomic():
                InterfaceKey.objects.create(name=name, digest=hexdigest(key.encode()), issued_at=clock.now())
        except IntegrityError as known:
            raise KeyRefused(f"“{name}”已有接口钥，请先撤销或换一个名称") from known
        _record(EventKind.INTERFACE_KEY_ISSUED, operator, name)
    return key


def revoke(*, operator: str, name: str) -> None:
    """Take a system's key away. Raises KeyRefused when there is none."""
    with scopes.within(scopes.everything()):
        taken = InterfaceKey.objects.filter(name=name, revoked_at=None).update(revoked_at=clock.now())
        if not taken:
            raise KeyRefused(f"“{name}”没有有效的接口钥")
        _record(EventKind.INTERFACE_KEY_REVOKED, operator, name)


def holder(key: str) -> InterfaceKey | None:
    """Whose key it is; None for a wrong or revoked one."""
    return InterfaceKey.objects.filter(digest=hexdigest(key.encode()), revoked_at=None).first() if key else None


def _record(kind: EventKind, operator: str, name: str) -> None:
    audit.record(kind=kind, by=None, object_type="interface-key", object_id=name[:60], details={"operator": operator})
