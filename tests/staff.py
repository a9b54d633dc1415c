"""People for tests: a person appointed to a post of a role in a capacity, as the actor he makes."""

import datetime as dt
import itertools

from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.people import accounts
from jianguan.backbone.people import queries as people
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Account, Appointment, Person, Post
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from jianguan.web.middleware import SESSION_KEY

PHONE = "13900005678"
SINCE = dt.date(2020, 3, 19)
_numbers = itertools.count(1)


def employ(capacity: str, role: str, *, name: str = "测试员", person_id: int | None = None) -> Actor:
    """Appoint a new (or the given) person to a new post and return him as actor; the scope of the block is kept."""
    number = next(_numbers)
    seat = agencies.capacity(capacity)
    with scopes.within(scopes.everything()):
        person = (
            Person.objects.get(pk=person_id)
            if person_id
            else Person.objects.create(name=name, number=f"T{number:05}", home=seat, phone=PHONE, synthetic=True)
        )
        post = Post.objects.create(capacity=seat, title=f"{role}-{number}", role=role, valid=DateRange(SINCE, None))
        appointment = Appointment.objects.create(post=post, person=person, capacity=seat, valid=DateRange(SINCE, None))
        appointment = Appointment.objects.select_related("post__capacity__agency", "person").get(pk=appointment.pk)
    return people.actor_of(appointment, clock.today())


PASSWORD = "Songhua-river-42"


def account_of(person_id: int, *, second_factor: bool = False) -> Account:
    """Give a person a log-in named after his id; the password is PASSWORD."""
    with scopes.within(scopes.everything()):
        return accounts.create_account(
            by=None,
            person=Person.objects.get(pk=person_id),
            username=f"user{person_id}",
            password=PASSWORD,
            second_factor_required=second_factor,
        )


def visit(actor: Actor) -> Client:
    """A browser signed in as a new account of the actor's person, acting in the actor's post."""
    client = Client()
    client.force_login(account_of(actor.person_id), backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SESSION_KEY] = actor.appointment_id
    session.save()
    return client
