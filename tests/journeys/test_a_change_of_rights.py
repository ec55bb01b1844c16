"""Open pages follow a change of rights with the next click; a stream without a right closes within a minute."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from wasl.accounts import operations as accounts
from wasl.accounts.models import User
from wasl.accounts.tests.makers import sign_in as put_behind
from wasl.core import clock
from wasl.directory import operations, queries
from wasl.directory.models import Membership
from wasl.directory.substitutes import appoint_substitute, end_substitution
from wasl.directory.tests.makers import make_huda, make_noora, make_person, make_unit
from wasl.web.live import feed
from wasl.web.tests.test_live_stream import Listener, port, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["port"]

# Read before the fixture makes the rounds of the tests faster.
ROUND_SECONDS = feed.RECHECK_SECONDS


@pytest.fixture
def live(port: int, settings: Any) -> int:
    """The stream with the rights of the house in place of those of its own tests."""
    settings.WASL_LIVE_SCOPES = "wasl.directory.live.scopes"
    return port


def heard(listener: Listener) -> str:
    """What ends the stream, whatever else it tells before."""
    while (name := listener.next()[0]) not in ("closed", "end"):
        pass
    return name


def test_no_stream_outlives_its_right_by_more_than_a_minute() -> None:
    assert ROUND_SECONDS + feed.PROBE_SECONDS <= 60


def test_a_stream_closes_when_the_role_ends_and_when_the_account_is_closed(live: int) -> None:
    noora, huda = make_noora(), make_huda()
    of_noora, of_huda = (Listener(live, sign_in(person)).open().ready() for person in (noora, huda))

    operations.end_role(Membership.objects.get(user=noora), by=None, at=clock.now())
    accounts.deactivate(huda, by=None, at=clock.now())

    assert [heard(of_noora), heard(of_huda)] == ["closed", "closed"]
    assert Listener(live, sign_in(User.objects.get(pk=noora.pk))).open().status == 401


def test_a_stream_of_somebody_who_stood_in_closes_when_the_colleague_is_back(live: int) -> None:
    roads, at = make_unit("ROADS"), clock.now()
    noora, analyst = make_noora(roads), make_person("administrator")
    row = appoint_substitute(
        noora, substitute=analyst, unit=roads, valid_from=at, valid_to=at + timedelta(days=2), by=noora, at=at
    )
    listener = Listener(live, sign_in(User.objects.get(pk=analyst.pk))).open().ready()

    end_substitution(row, by=noora, at=clock.now())

    assert heard(listener) == "closed"


def test_open_pages_follow_with_the_next_click(client: Client) -> None:
    roads, at = make_unit("ROADS"), clock.now()
    noora, hall = make_noora(roads), make_person("hall", make_unit("HALL"))
    put_behind(client, hall)
    before = client.get("/me").content.decode()

    row = appoint_substitute(
        noora, substitute=hall, unit=roads, valid_from=at, valid_to=at + timedelta(days=2), by=noora, at=at
    )
    during = client.get("/me").content.decode()
    end_substitution(row, by=noora, at=clock.now())
    after = client.get("/me").content.decode()
    operations.end_role(Membership.objects.get(user=hall), by=None, at=clock.now())

    assert ["نيابةً عن" in page for page in (before, during, after)] == [False, True, False]
    assert client.get("/me").status_code == 302
    assert queries.roles_of(hall, clock.now()) == []
