"""Where a request comes from: only a trusted proxy may say that it asks for somebody else."""

from ipaddress import ip_network

import pytest
from axes.helpers import get_client_ip_address
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from builders import at, on_the_clock
from jianguan.backbone.audit.models import Event
from jianguan.backbone.complaints.rules import LIMITS
from jianguan.kit import clock
from jianguan.site.config import Config

PROXIES = (ip_network("10.0.0.1/32"), ip_network("10.0.1.0/24"), ip_network("fd00::/64"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.1.9", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("fd00::5", "2001:DB8:0::1", "2001:db8::1"),
        ("10.0.0.1", "1.1.1.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "10.0.1.2, 10.0.1.3", "10.0.1.2"),
        ("10.0.0.1", ", ".join(["10.0.1.2"] * 10_000), "10.0.1.2"),
        ("unix", "198.51.100.1", "unix"),
    ],
)
@override_settings(TRUSTED_PROXIES=PROXIES)
def test_the_rightmost_hop_that_is_no_trusted_proxy_is_who_asks(peer: str, forwarded: str, found: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert get_client_ip_address(request) == found


def test_the_setting_is_a_list_of_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANGUAN_TRUSTED_PROXIES", '["10.0.0.1", "10.0.1.0/24"]')
    assert tuple(Config().trusted_proxies) == PROXIES[:2]


@pytest.mark.usefixtures("db")
@override_settings(TRUSTED_PROXIES=PROXIES)
def test_citizens_behind_the_proxy_are_counted_apart_and_nobody_writes_himself_another_address() -> None:
    follow, code = reverse("portal-follow"), {"code": "0" * 20}
    with on_the_clock(at(clock.today(), 9)):
        for one in range(LIMITS["follow"].times):
            forged = f"192.0.2.{one}, 198.51.100.1"
            assert Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forged).post(follow, code).status_code == 422
        again = Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1")
        assert again.post(follow, code).status_code == 429
        other = Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.2")
        assert other.post(follow, code).status_code == 422


@pytest.mark.usefixtures("db")
@override_settings(TRUSTED_PROXIES=PROXIES)
def test_the_event_log_and_the_lock_of_a_log_in_know_the_same_address() -> None:
    wrong = {"username": "nobody", "password": "not-the-password"}

    def tries(address: str) -> int:
        return Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=address).post(reverse("login"), wrong).status_code

    found = [tries("198.51.100.1") for _ in range(6)]
    assert found[-1] == 429
    assert tries("198.51.100.2") == 200
    from builders import see_everything

    see_everything()
    assert "198.51.100.1" in repr(list(Event.objects.values()))
    assert "10.0.0.1" not in repr(list(Event.objects.values()))
