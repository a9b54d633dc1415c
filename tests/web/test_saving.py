"""What the answer says about saving is true, also when the session cannot be saved."""

import datetime as dt

import psycopg
from django.contrib.sessions.models import Session

from jianguan.backbone.people.models import RosterEntry
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from jianguan.site.config import OWNER_ROLE
from pages import text
from staff import employ, visit
from testbed import Bed

LOSE_SESSION = """
CREATE FUNCTION lose_session() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM django_session; RETURN NULL; END';
CREATE TRIGGER lose_session AFTER INSERT ON people_rosterentry FOR EACH ROW EXECUTE FUNCTION lose_session();
"""


def test_an_act_is_undone_when_its_session_ends_before_it_is_saved(testbed: Bed, fresh_database: str) -> None:
    with psycopg.connect(testbed.url(OWNER_ROLE, fresh_database)) as owner:
        owner.execute(LOSE_SESSION)
    with scopes.within(scopes.everything()):
        actor = employ("changchun@CITY", "centre-supervisor")
    client = visit(actor)
    Session.objects.update(expire_date=clock.now() + dt.timedelta(minutes=20))  # so that it is due to be written
    entry = {"appointment": str(actor.appointment_id), "day": clock.today().isoformat(), "shift": "day"}
    assert "没有保存任何内容" in text(client.post("/rosters/", entry), status=400)
    with scopes.within(scopes.everything()):
        assert not RosterEntry.objects.exists()
