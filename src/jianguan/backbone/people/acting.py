"""Acting (履职): a log-in acts as one post in one capacity at a time. The one way to check permission."""

from dataclasses import dataclass

from jianguan.backbone.people.permission_words import permission_word
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope.scope import Scope


class NotAllowed(PermissionError):
    """The post acted in may not do this. The message is Chinese and shown to the user."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a post in a capacity, with what he may do and see. Passed as ``by=`` to every action."""

    person_id: int
    person_name: str
    appointment_id: int
    post_id: int
    post_title: str
    role: str
    capacity_id: int
    capacity_key: str
    capacity_name: str
    level: str
    mode: str
    permissions: frozenset[Permission]
    scope: Scope

    def may(self, permission: str) -> bool:
        """Whether the post grants ``permission``."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise NotAllowed unless the post grants ``permission``."""
        if permission not in self.permissions:
            raise NotAllowed(f"当前岗位“{self.post_title}”没有“{permission_word(permission)}”权限")

    def require_capacity(self, capacity_id: int) -> None:
        """Raise NotAllowed unless acting in exactly this capacity: nobody writes for another unit."""
        if capacity_id != self.capacity_id:
            raise NotAllowed(f"当前以“{self.capacity_name}”身份履职，不能代其他身份办理")

    def require_in_scope(self, capacity_id: int) -> None:
        """Raise NotAllowed unless the capacity is this one or below it; for administration, not for duties."""
        if capacity_id not in self.scope:
            raise NotAllowed(f"该单位不在“{self.capacity_name}”的管理范围内")

    def require_somebody_else(self, person_id: int) -> None:
        """Raise NotAllowed when the person is the actor himself: nobody grants himself anything."""
        if person_id == self.person_id:
            raise NotAllowed("不能为本人授予岗位")
