"""The duty roster in the browser: entered, withdrawn, printed, seen by superiors, closed to neighbours."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from jianguan.backbone.people.models import RosterEntry
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from staff import employ, visit

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.clause("5.3")]


def text(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode())


def test_somebody_is_put_on_duty_and_taken_off_again() -> None:
    actor = employ("changchun@CITY", "centre-supervisor", name="合成值班员")
    client = visit(actor)
    form = {"day": clock.today().isoformat(), "shift": "day", "appointment": actor.appointment_id}
    assert "白班已排班" in text(client.post(reverse("rosters"), form, follow=True))
    assert "该班次已排此人" in text(client.post(reverse("rosters"), form))
    past = form | {"day": (clock.today() - dt.timedelta(days=1)).isoformat()}
    assert "不能补登" in text(client.post(reverse("rosters"), past))
    with scopes.within(scopes.everything()):
        entry = RosterEntry.objects.get()
    assert "合成值班员" in text(client.get(reverse("roster", args=[entry.pk]), follow=True))
    assert "合成值班员" in text(client.get(reverse("roster-print")))
    assert "请写明理由" in text(client.post(reverse("roster-withdraw", args=[entry.pk]), {}, follow=True))
    done = client.post(reverse("roster-withdraw", args=[entry.pk]), {"reason": "临时调整"}, follow=True)
    assert "已撤销该班次" in text(done)
    assert "尚未排班" in text(client.get(reverse("rosters")))


def test_a_superior_reads_the_roster_and_does_not_keep_it() -> None:
    city = employ("changchun@CITY", "centre-supervisor", name="合成值班员")
    client = visit(employ("jilin@PROVINCE", "centre-supervisor"))
    page = text(client.get(reverse("rosters"), {"capacity": city.capacity_id}))
    assert "长春 市级" in page
    assert 'name="appointment"' not in page.split("<main")[1]
    form = {"day": clock.today().isoformat(), "shift": "day", "appointment": city.appointment_id}
    response = client.post(reverse("rosters") + f"?capacity={city.capacity_id}", form)
    assert response.status_code == 403


def test_a_neighbours_roster_does_not_exist() -> None:
    city = employ("changchun@CITY", "centre-supervisor")
    client = visit(employ("siping@CITY", "centre-supervisor"))
    assert client.get(reverse("rosters"), {"capacity": city.capacity_id}).status_code == 404
