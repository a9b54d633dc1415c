"""What a kind of post may do, read from the rule book (``roles.yaml``)."""

import functools

import msgspec
import yaml

from jianguan.backbone.people.permissions import Permission
from jianguan.engines.regulation.schema import Role
from jianguan.rulebook import RULEBOOK


@functools.cache
def roles() -> dict[str, Role]:
    """All roles by id. Raises msgspec.ValidationError when the file is not a list of roles."""
    text = (RULEBOOK / "roles.yaml").read_text(encoding="utf-8")
    return {role.id: role for role in msgspec.convert(yaml.safe_load(text), list[Role])}


@functools.cache
def permissions_of(role_id: str) -> frozenset[Permission]:
    """The permissions of a role; an unknown role has none."""
    role = roles().get(role_id)
    return frozenset(Permission(name) for name in role.permissions) if role else frozenset()
