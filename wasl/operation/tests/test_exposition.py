"""The figures for a collector: whole, well-formed, and for nobody else."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from wasl.directory.tests.makers import make_agency
from wasl.operation import exposition
from wasl.web import traffic

pytestmark = pytest.mark.django_db
LINE = re.compile(r'^[a-z_]+(\{([a-z]+="[^"\\\n]*",?)*\})? -?[0-9.]+$')
TOKEN = "f3b1a6c7d2e94058a1b2c3d4"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposition, "_seen", [])
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own


def scope(address: str, **headers: str) -> dict[str, Any]:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": "/metrics", "client": (address, 5000), "headers": named}


def test_every_line_is_well_formed_and_what_an_operator_needs_is_there(client: Client) -> None:
    client.get("/")
    text = exposition.text()

    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not LINE.match(line)] == []
    for name in (
        "wasl_requests_total",
        "wasl_request_seconds_bucket",
        "wasl_queue_age_seconds",
        "wasl_parked_jobs",
        "wasl_parked_deliveries",
        "wasl_outbox_waiting",
        "wasl_outbox_age_seconds",
        "wasl_live_connections",
        "wasl_process_memory_bytes",
        "wasl_disk_free_bytes",
        "wasl_health",
    ):
        assert any(line.startswith(name) for line in lines), name
    families = re.findall(r"^# TYPE (\S+)", text, re.M)
    assert len(families) == len(set(families))


def test_buckets_add_up(client: Client) -> None:
    make_agency("MUN")
    client.get("/")
    found = dict(
        re.findall(r'^(wasl_request_seconds_\w+\{room="portal",status="2xx"[^}]*\}) (\S+)', exposition.text(), re.M)
    )

    last = next(value for name, value in found.items() if 'le="+Inf"' in name)
    assert last == next(value for name, value in found.items() if "_count" in name)


def test_requests_are_counted_by_room_and_never_by_address(client: Client) -> None:
    make_agency("MUN")
    before = traffic.tallies().get(("portal", "4xx"), traffic.Tally()).count
    client.get("/t/SECRETCODE12")
    client.get("/nothing/of/SECRETCODE12")

    assert "SECRETCODE" not in exposition.text()
    assert traffic.tallies()["portal", "4xx"].count == before + 1


@pytest.mark.parametrize(
    ("asking", "allowed"),
    [
        (scope("127.0.0.1"), True),
        (scope("203.0.113.9"), False),
        (scope("127.0.0.1", x_forwarded_for="203.0.113.9"), False),
        (scope("10.0.0.5", x_forwarded_for="127.0.0.1"), True),
        (scope("10.0.0.5", x_forwarded_for="203.0.113.9"), False),
        (scope("203.0.113.9", authorization=f"Bearer {TOKEN}"), True),
        (scope("203.0.113.9", authorization="Bearer "), False),
        (scope("203.0.113.9", authorization=f"Bearer {TOKEN}x"), False),
    ],
)
def test_only_listed_addresses_and_holders_of_the_token_read_them(
    settings: Any, asking: dict[str, Any], allowed: bool
) -> None:
    settings.WASL_METRICS_FROM, settings.WASL_METRICS_TOKEN = ["127.0.0.1/32"], TOKEN
    settings.WASL_TRUSTED_PROXIES = ["10.0.0.5/32"]

    assert exposition.may_read(asking) is allowed


def test_a_proxy_that_nobody_named_opens_nothing(settings: Any) -> None:
    settings.WASL_METRICS_FROM, settings.WASL_METRICS_TOKEN, settings.WASL_TRUSTED_PROXIES = ["127.0.0.1/32"], None, []

    assert not exposition.may_read(scope("127.0.0.1", x_forwarded_for="203.0.113.9"))
    assert not exposition.may_read(scope("127.0.0.1", forwarded="for=203.0.113.9"))
