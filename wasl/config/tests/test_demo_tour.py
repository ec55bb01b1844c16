"""The tour of the demo is for the demo that is loaded: its people are there and may open what they are sent to."""

import pytest

from wasl.config.demo.people import PEOPLE
from wasl.config.doors import doors
from wasl.directory.rights import Right, grant
from wasl.help import tour

DOORS = {door.name: door for door in doors()}
ROLES = {person.email: person.role for person in PEOPLE}


@pytest.mark.parametrize("stop", tour.stops(), ids=lambda stop: stop.url_name)
def test_whoever_the_tour_names_is_there_and_may_open_the_page(stop: tour.Stop) -> None:
    door = DOORS[stop.url_name]
    if not stop.person:
        assert door.kind == "public"
        return
    assert stop.person in ROLES
    assert not door.right or grant(ROLES[stop.person], Right(door.right)) is not None
