"""`wasl apikey`: what it prints, and what it says when it cannot."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_person, make_unit
from wasl.partners import operations

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.frozen(SUNDAY_9AM):
        yield


@pytest.fixture
def agency() -> Agency:
    return make_agency("MUN")


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("apikey", *words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_it_issues_a_key_that_opens_and_prints_it_as_json(agency: Agency) -> None:
    salem = make_person("agent", make_unit("ROADS", agency=agency))

    told = json.loads(
        run(
            *("create", "--agency", "MUN", "--scope", "open311:write", "--scope", "open311:read"),
            *("--name", "تطبيق", "--expires", "2027-01-31", "--per-minute", "60", "--user", salem.email, "--json"),
        )
    )

    api_key = operations.admit(told["key"], scope="open311:write", agency=agency, at=SUNDAY_9AM)
    assert (told["id"], told["agency"], told["scopes"]) == (
        api_key.public_id,
        "MUN",
        ["open311:read", "open311:write"],
    )
    # The whole last day, by the clock on the agency's wall.
    assert told["expires_at"] == "2027-02-01T00:00:00+04:00"
    assert (told["user"], told["per_minute"]) == (salem.email, 60)


def test_without_json_the_key_stands_alone_on_the_screen(agency: Agency) -> None:
    printed = run("create", "--agency", "MUN", "--scope", "open311:read")

    assert operations.admit(printed.strip(), scope="open311:read", agency=agency, at=SUNDAY_9AM)


def test_it_revokes_by_id_and_lists_what_stands(agency: Agency) -> None:
    told = json.loads(run("create", "--agency", "MUN", "--scope", "open311:read", "--json"))

    run("revoke", told["id"], "--reason", "test")

    with pytest.raises(operations.BadKey):
        operations.admit(told["key"], scope="open311:read", agency=agency, at=SUNDAY_9AM)
    (listed,) = json.loads(run("list", "--agency", "MUN", "--json"))
    assert (listed["id"], listed["standing"]) == (told["id"], "revoked")
    assert told["key"] not in run("list") + json.dumps(listed)


@pytest.mark.parametrize(
    ("words", "arabic", "english"),
    [
        (["create", "--agency", "NOWHERE", "--scope", "open311:read"], "لا جهة برمز", "No agency"),
        (
            ["create", "--agency", "MUN", "--scope", "open311:read", "--expires", "soon"],
            "اكتب التاريخ",
            "Write the day",
        ),
        (["create", "--agency", "MUN", "--scope", "open311:read", "--expires", "2020-01-01"], "مضى", "past"),
        (["create", "--agency", "MUN", "--scope", "open311:read", "--user", "x@example.om"], "لا موظف", "Nobody"),
        (["revoke", "nothing"], "لا مفتاح", "No key"),
    ],
)
def test_what_cannot_be_is_said_in_the_language_of_the_terminal(
    agency: Agency, words: list[str], arabic: str, english: str
) -> None:
    for language, sentence in (("ar", arabic), ("en", english)):
        with pytest.raises(CommandError, match=sentence):
            run(*words, "--language", language)
