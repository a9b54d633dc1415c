"""Every table, as every role: no row out of scope, and no row at all without a scope. New tables join by themselves."""

from typing import Any

from django.db import models, transaction

from doors.planting import capacity_columns, scoped_models
from doors.world import World
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Appointment, Person, Post
from jianguan.backbone.scope import scope as scopes

OUTSIDER = "sen:brigade-officer:forest@REFERENCE"


def visible(model: type[models.Model], actor: Actor) -> list[dict[str, Any]]:
    with transaction.atomic():
        scopes.apply(actor.scope)
        return list(model._base_manager.values())


def justified(model: type[models.Model], row: dict[str, Any], actor: Actor, own: dict[str, set[int]]) -> bool:
    """Why this actor may see this row: a capacity in scope, his own person, or published for all."""
    columns = capacity_columns(model)
    if any(row[column] in actor.scope for column in columns) or row.get("published") is True:
        return True
    tracked = getattr(model, "pgh_tracked_model", model)
    if tracked is Person:
        return row.get("id") == actor.person_id or row.get("id") in own["persons"]
    if tracked is Post:
        return row.get("id") in own["posts"]
    if row.get("person_id") == actor.person_id:
        return True
    if columns:
        return False
    parents = [
        (field.related_model, row[field.attname])
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in scoped_models() and row[field.attname] is not None
    ]
    return any(parent._base_manager.filter(pk=key).exists() for parent, key in parents)


def test_a_row_of_every_scoped_table_could_be_planted(world: World) -> None:
    assert world.refused == {}, "say in planting.GIVEN what these models need"


def test_no_role_sees_a_row_out_of_scope(world: World) -> None:
    wrong = []
    for name, actor in world.actors.items():
        with transaction.atomic():
            scopes.apply(actor.scope)
            own = {
                "posts": set(Appointment.objects.filter(person_id=actor.person_id).values_list("post_id", flat=True)),
                "persons": set(
                    Appointment.objects.filter(capacity_id__in=actor.scope.capacity_ids).values_list(
                        "person_id", flat=True
                    )
                ),
            }
            for model in scoped_models():
                wrong += [
                    f"{name} sees {model._meta.label} {row}"
                    for row in model._base_manager.values()
                    if not justified(model, row, actor, own)
                ]
    assert wrong == []


def test_the_walk_would_notice(world: World) -> None:
    """The province sees rows in the tables that the outsider must not see, so the walk above is not empty."""
    province = world.actors["lin:centre-supervisor:jilin@PROVINCE"]
    outsider = world.actors[OUTSIDER]
    assert len(visible(Person, province)) > 100
    assert {row["home_id"] for row in visible(Person, outsider)} == {outsider.capacity_id}
    for label, row in world.rows.items():
        model = type(row)
        if capacity_columns(model):
            keys = {one[model._meta.pk.attname] for one in visible(model, province)}
            assert row.pk in keys, f"{label} of 长春 is not seen by the province"


def test_without_a_scope_every_scoped_table_is_empty(world: World) -> None:
    with transaction.atomic():
        scopes.apply(scopes.NOTHING)
        for model in scoped_models():
            rows = model._base_manager.all()
            if any(field.name == "published" for field in model._meta.concrete_fields):
                rows = rows.exclude(published=True)
            assert not rows.exists(), model._meta.label
