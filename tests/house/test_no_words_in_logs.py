"""What people write into forms and mails, and the secrets of links, stand in no line of any log."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from wasl.cases import operations as cases
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.config import journal
from wasl.core import clock
from wasl.directory import queries as directory
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, sign_in
from wasl.messaging import operations as messaging
from wasl.messaging.models import ChannelAccount

pytestmark = pytest.mark.django_db

# One for each kind of thing that a person may leave with us.
CANARIES = {
    "name": "قنديل بن كناري",
    "phone": "92345678",
    "email": "kanari@example.org",
    "words": "كلمات الكناري السرية",
    "password": "kanari-Password-9",
    "search": "kanari-search-words",
    "agent": "KanariBrowser",
}


@pytest.fixture
def journal_lines() -> Iterator[StringIO]:
    """Everything that the processes would write, from the chattiest level that operators can reach."""
    lines = StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(journal.Line())
    handler.addFilter(journal.RouteForPath())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lines
    root.removeHandler(handler)
    root.setLevel(before)


def visit_everything(client: Client) -> str:
    """Forms of citizens and staff, right and wrong, with the canaries in them; gives the code of a private link."""
    agency = make_working_agency("MUN")
    case = make_case(agency=agency, description=CANARIES["words"])
    code = cases.access_code(case)
    headers = {"HTTP_USER_AGENT": CANARIES["agent"], "HTTP_REFERER": f"http://testserver/t/{code}"}
    client.get(f"/t/{code}", **headers)
    client.post(f"/t/{code}/add", {"text": CANARIES["words"]}, **headers)
    client.post("/report", {"description": CANARIES["words"], "phone": CANARIES["phone"]}, **headers)
    client.post("/sign-in", {"email": CANARIES["email"], "password": CANARIES["password"]}, **headers)
    client.get("/nothing/here", {"q": CANARIES["search"]}, **headers)
    sign_in(client, make_huda(directory.triage_unit(agency)))
    client.get(reverse("desk:search"), {"q": CANARIES["search"]}, **headers)
    client.get(reverse("desk:home"), {"q": CANARIES["name"]}, **headers)
    client.post(reverse("desk:do_note", args=[case.reference]), {"note-text": CANARIES["words"]}, **headers)
    _write_a_mail(agency)
    return code


def _write_a_mail(agency: object) -> None:
    account = ChannelAccount.objects.filter(agency=agency, channel="email").first() or ChannelAccount.objects.create(
        agency=agency, channel="email", code="care", name="care", address="care@example.om"
    )
    content = (
        f"From: {CANARIES['name']} <{CANARIES['email']}>\r\nTo: {account.address}\r\nSubject: {CANARIES['words']}\r\n"
        f"Message-ID: <1@example.org>\r\n\r\n{CANARIES['words']} {CANARIES['phone']}\r\n"
    ).encode()
    delivery = messaging.receive_raw(
        account=account, provider_key="1", content=content, envelope={"mail_from": CANARIES["email"]}, at=SUNDAY_9AM
    )
    messaging.handle(delivery.pk, at=SUNDAY_9AM)


def test_no_line_holds_what_a_person_wrote_or_a_secret(client: Client, journal_lines: StringIO) -> None:
    with clock.frozen(SUNDAY_9AM + timedelta(hours=1)):
        code = visit_everything(client)

    written = journal_lines.getvalue()
    assert written.count('"request"') >= 8
    assert [what for what, canary in {**CANARIES, "link": code}.items() if canary in written] == []


def test_the_line_of_a_request_has_its_ids(client: Client, journal_lines: StringIO) -> None:
    huda = make_huda(directory.triage_unit(make_working_agency("MUN")))
    sign_in(client, huda)

    client.get(reverse("desk:home"))

    line = json.loads(journal_lines.getvalue().splitlines()[-1])
    assert (line["message"], line["method"], line["status"]) == ("request", "GET", 200)
    assert line["route"] == "/desk/"
    assert line["user_id"] == huda.pk
    assert line["agency_id"]
    assert line["duration_ms"] >= 0
    assert len(line["request_id"]) >= 8


def test_an_error_with_a_citizens_words_in_it_is_written_without_them(journal_lines: StringIO) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE one (word text UNIQUE)")
            cursor.execute("INSERT INTO one VALUES (%s), (%s)", [CANARIES["words"], CANARIES["words"]])
    except IntegrityError:
        logging.getLogger("wasl").exception("It failed")

    assert "It failed" in journal_lines.getvalue()
    assert CANARIES["words"] not in journal_lines.getvalue()


@pytest.mark.parametrize("form", ["json", "text"])
def test_both_forms_of_the_log_tell_the_same(form: str) -> None:
    record = logging.LogRecord("wasl.requests", logging.INFO, __file__, 1, "request", None, None)
    record.__dict__.update(route="/t/<code>", status=200, user_id=7)
    (maker,) = journal.logging_for(form)["formatters"].values()
    formatter = {"wasl.config.journal.Line": journal.Line, "wasl.config.journal.Plain": journal.Plain}[maker["()"]]()

    line = formatter.format(record)

    assert "/t/<code>" in line
    assert ("user_id=7" in line) if form == "text" else (json.loads(line)["user_id"] == 7)
