"""The synthetic province of all walks: the demonstration's people, and a row of every table for two units."""

from dataclasses import dataclass, field

from django.db import models, transaction
from django.test import Client

from doors.planting import is_history, plant, scoped_models
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.people import queries as people
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Account
from jianguan.backbone.scope import scope as scopes
from jianguan.demo.people import CHARACTERS, add_people
from jianguan.kit import clock
from jianguan.web.middleware import SESSION_KEY

HERE, ELSEWHERE = "changchun@CITY", "forest@REFERENCE"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class World:
    """Who can knock, and what belongs to 长春 (HERE)."""

    actors: dict[str, Actor] = field(default_factory=dict)
    rows: dict[str, models.Model] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def pk(self, label: str) -> object:
        """Key of 长春's row of a model, given as 'app.Model'."""
        return self.rows[label].pk

    def browser(self, actor: Actor | None) -> Client:
        """A browser signed in as the actor; None: not signed in."""
        client = Client(raise_request_exception=False)
        if actor is not None:
            client.force_login(Account.objects.get(person_id=actor.person_id), backend=BACKEND)
            session = client.session
            session[SESSION_KEY] = actor.appointment_id
            session.save()
        return client


def build() -> World:
    """Add the people, then a row of every scoped table for two units that do not see each other."""
    made = World()
    today = clock.today()
    with scopes.within(scopes.everything()):
        add_people()
        for character in CHARACTERS:
            person_id = Account.objects.get(username=character.username).person_id
            for held in people.appointments_of(person_id, today):
                actor = people.actor_of(held, today)
                made.actors[f"{character.username}:{actor.role}:{actor.capacity_key}"] = actor
        for seat in (agencies.capacity(ELSEWHERE), agencies.capacity(HERE)):
            for model in scoped_models():
                if is_history(model):
                    continue
                try:
                    with transaction.atomic():
                        made.rows[model._meta.label_lower] = plant(model, seat)
                except Exception as refusal:
                    made.refused[model._meta.label] = repr(refusal)
    return made
