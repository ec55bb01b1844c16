"""Words planted everywhere a person's words can go: after the erasure they are in no table, file, log or export.

The search does not trust our own idea of where data are: it reads every column of every table of the database and
every file of the store.
"""

import json
import logging
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from wasl.cases import operations as cases
from wasl.cases import personal as cases_personal
from wasl.cases.models import Case, CaseConversation, CaseMessage, Referral
from wasl.cases.operations import Place
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.contacts import operations as contacts
from wasl.contacts.models import Beneficiary
from wasl.core import files
from wasl.core.files import operations as store
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.rights import Role
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_person, make_salem
from wasl.intake.models import DeskDraft, Disposition
from wasl.messaging.models import ChannelAccount, Conversation, Message, MessageFile, OptOut, RawDelivery
from wasl.notices.models import Notice
from wasl.portal.models import Draft
from wasl.privacy import operations, queries
from wasl.tasks.models import Task

AT = SUNDAY_9AM
CANARY = "قناري"
PHONE, EMAIL = "+96899111222", "canary.bird@example.om"
TRACES = (CANARY, "canary", "99111222", "62015938", "23.601234")
pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


def canary(where: str) -> str:
    return f"{CANARY} {where} {PHONE}"


def plant(agency: Agency) -> tuple[Beneficiary, Case]:
    salem, unit = make_salem(), directory.triage_unit(agency)
    person = contacts.find_or_make(agency, name=canary("name"), phone=PHONE, email=EMAIL, at=AT - timedelta(days=30))
    contacts.set_identity(person, number="62015938", by=salem, at=AT)
    contacts.correct(person, field="name", value=canary("corrected"), reason=canary("why"), by=salem, at=AT)
    case = make_case(
        agency=agency,
        beneficiary=person,
        at=AT - timedelta(days=20),
        title=canary("title"),
        description=canary("description"),
        place=Place(area_text=canary("area"), address_text=canary("address"), lat="23.601234", lon="58.401234"),
        answers=[{"code": "q", "label": {"ar": "س"}, "value": canary("value"), "text": {"ar": canary("answer")}}],
    )
    cases.add_note(case, text=canary("note"), by=salem, at=AT)
    cases.add_information(case, text=canary("more"), channel="web", at=AT)
    Referral.objects.create(
        agency=agency, case=case, to_unit=unit, made_at=AT, answered_at=AT, answer="returned",
        reason=canary("referred"), answer_reason=canary("returned"),
    )  # fmt: skip
    photo = files.store(f"%PDF-1.4 {canary('file')}".encode(), agency_id=agency.pk, name=f"{CANARY}.pdf", at=AT)
    cases.add_files(case, files=[photo], public=False, by=salem, at=AT)
    plant_messages(agency, person, case)
    Task.objects.create(
        agency=agency, unit=unit, kind="call", title={"ar": "اتصال"}, note=canary("task"), phone=PHONE, case_id=case.pk,
        beneficiary=person, result=canary("result"), dedupe_key="t", created_at=AT,
    )  # fmt: skip
    Notice.objects.create(
        agency=agency, case_id=case.pk, template="x", beneficiary=person, phone=PHONE, dedupe_key="n", created_at=AT
    )
    Disposition.objects.create(
        agency=agency, unit=unit, channel="phone", kind="inquiry", outcome="answered", beneficiary=person,
        words=canary("asked"), key="d", by=salem, at=AT,
    )  # fmt: skip
    end = AT + timedelta(hours=20)
    DeskDraft.objects.create(agency=agency, owner=salem, key="k", sealed="", case=case, saved_at=AT, expires_at=end)
    Draft.objects.create(
        agency=agency,
        secret_hash="s",
        key="k",
        data={"words": canary("draft")},
        case=case,
        created_at=AT,
        expires_at=end,
    )
    return person, case


def plant_messages(agency: Agency, person: Beneficiary, case: Case) -> None:
    account = ChannelAccount.objects.create(agency=agency, channel="email", code="m", name="m", address="in@example.om")
    talk = Conversation.objects.create(
        agency=agency, account=account, address=EMAIL, beneficiary=person, subject=canary("subject"),
        reference=case.digits, started_at=AT, last_at=AT,
    )  # fmt: skip
    CaseConversation.objects.create(agency=agency, case=case, conversation=talk)
    raw = RawDelivery.objects.create(
        agency=agency, account=account, channel="email", provider_key="1", content=canary("raw").encode(),
        envelope={"mail_from": EMAIL}, received_at=AT, state="parsed",
    )  # fmt: skip
    RawDelivery.objects.create(
        agency=agency, account=account, channel="email", provider_key="2", content=canary("ignored").encode(),
        envelope={"mail_from": EMAIL}, received_at=AT, state="ignored",
    )  # fmt: skip
    message = Message.objects.create(
        agency=agency, conversation=talk, delivery=raw, direction="in", subject=canary("s"), text=canary("t"),
        full_text=canary("f"), html=canary("h"), from_name=CANARY, from_address=EMAIL, dedupe_key="m1", created_at=AT,
    )  # fmt: skip
    paper = files.store(f"%PDF-1.4 {canary('paper')}".encode(), agency_id=agency.pk, name=f"{CANARY}.pdf", at=AT)
    files.keep([paper])
    MessageFile.objects.create(message=message, file=paper)
    OptOut.objects.create(agency=agency, channel="sms", address=PHONE, since=AT)
    plant_of_others(agency, case, account)
    plant_texts(agency)


def plant_of_others(agency: Agency, case: Case, account: ChannelAccount) -> None:
    """Somebody whom we do not know wrote in the matter of the case, and never was told of any more."""
    talk = Conversation.objects.create(
        agency=agency,
        account=account,
        address="nb@example.org",
        reference=case.digits,
        started_at=AT,
        last_at=AT,
    )
    CaseConversation.objects.create(agency=agency, case=case, conversation=talk)
    message = Message.objects.create(
        agency=agency, conversation=talk, direction="in", text=canary("neighbour"), dedupe_key="m2", created_at=AT
    )
    CaseMessage.objects.create(case=case, message=message)


def plant_texts(agency: Agency) -> None:
    """Calls of a text gateway hold the number, also where they made no message: receipts, and texts set aside."""
    sms = ChannelAccount.objects.create(agency=agency, channel="sms", code="s", name="s", address="MUSCAT")
    told = {
        "receipt": (json.dumps({"id": "g-1", "to": PHONE, "status": "DELIVRD"}).encode(), "", "parsed"),
        "query": (b"", "id=g-2&to=0096899111222&status=DELIVRD", "parsed"),
        "set aside": (json.dumps({"from": PHONE, "text": canary("text")}).encode(), "", "parked"),
    }
    for key, (content, query, state) in told.items():
        RawDelivery.objects.create(
            agency=agency, account=sms, channel="sms", provider_key=key, content=content,
            envelope={"call": True, "query": query}, received_at=AT, state=state,
        )  # fmt: skip


def everything_in_the_database() -> dict[str, str]:
    """Every row of every table as text; binary columns show their bytes."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the names come from the database itself
            rows = [
                [bytes(v).decode("utf-8", "replace") if isinstance(v, memoryview | bytes) else v for v in row]
                for row in cursor
            ]
            found[table] = json.dumps(rows, ensure_ascii=False, default=str)
    return found


def files_with_traces() -> list[str]:
    found = []
    for path in Path(settings.WASL_HOME).rglob("*"):
        if path.is_file() and any(trace.encode() in path.read_bytes() for trace in (CANARY, "99111222")):
            found.append(path.name)
    return found


def let_a_day_pass_over_the_store() -> None:
    """Contents go when nobody touched them for a while: make that while pass, then sweep as the night does."""
    old = (AT - timedelta(days=400)).timestamp()
    for path in Path(settings.WASL_HOME).rglob("*"):
        if path.is_file():
            os.utime(path, (old, old))
    for number in range(256):
        store.sweep_contents(f"{number:02x}")


def tables_with_traces() -> dict[str, list[str]]:
    return {
        table: hits
        for table, text in everything_in_the_database().items()
        if (hits := [trace for trace in TRACES if trace in text])
    }


def test_nothing_planted_is_left_after_an_erasure(agency: Agency, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    person, case = plant(agency)
    cases.withdraw(case, by=None, at=AT)
    assert {"cases_case", "messaging_message", "messaging_rawdelivery", "contacts_address"} <= set(tables_with_traces())
    assert files_with_traces()

    copy = operations.ask(person, kind="access", checked=canary("checked"), by=make_huda(), at=AT)
    operations.set_hold(person, reason=canary("hold"), by=make_salem(), at=AT)
    operations.end_hold(person, by=make_salem(), at=AT)
    auditor = make_person(Role.AUDITOR, directory.triage_unit(agency))
    operations.make_file(operations.decide(copy, approve=True, by=auditor, at=AT), at=AT)
    wish = operations.ask(person, kind="erasure", checked="Card seen", by=make_huda(), at=AT)
    operations.erase(operations.decide(wish, approve=True, by=auditor, at=AT), by=make_salem(), at=AT)
    let_a_day_pass_over_the_store()

    assert tables_with_traces() == {}
    assert [name for record in caplog.records for name in TRACES if name in record.getMessage()] == []
    assert not queries.subject_of(Beneficiary.objects.get(pk=person.pk)).addresses


def test_of_a_case_kept_long_enough_no_word_is_left_and_the_person_stays(agency: Agency) -> None:
    person, case = plant(agency)
    cases.withdraw(case, by=None, at=AT)
    operations.set_retention(agency, code="closed_cases", days=365, enabled=True, at=AT)

    operations.sweep(agency, at=AT + timedelta(days=400))
    let_a_day_pass_over_the_store()

    told = ("cases_", "tasks_", "notices_", "messaging_message", "messaging_conversation", "core_")
    assert [table for table in tables_with_traces() if table.startswith(told)] == []
    assert not files_with_traces()
    assert {address.value for address in person.addresses.all()} == {PHONE, EMAIL}


def test_what_a_joined_case_told_the_leading_one_goes_with_it_and_nothing_else(agency: Agency) -> None:
    person, case = plant(agency)
    other = contacts.find_or_make(agency, name="خالد بن حمد", phone="+96891234567", at=AT)
    leading = make_case(agency=agency, beneficiary=other, at=AT, description="الحفرة نفسها")
    cases.merge(case, into=leading, by=make_salem(), at=AT)
    joined = f"[من الطلب المضموم {case.reference}]\n\n{canary('joined')}"
    cases.add_information(leading, text=joined, channel="sms", at=AT)
    note = f"انظر {case.reference}"
    cases.add_note(leading, text=note, by=make_salem(), at=AT)
    message = text_by_the_duplicate(case, leading, person)

    case.refresh_from_db()
    cases_personal.forget(case)

    assert list(leading.entries.order_by("pk").values_list("text", flat=True)) == ["", note]
    assert not Message.objects.get(pk=message.pk).text


def test_the_leading_case_takes_no_words_of_those_who_joined_with_it(agency: Agency) -> None:
    person, case = plant(agency)
    leading = make_case(agency=agency, at=AT, description="الحفرة نفسها")
    message = text_by_the_duplicate(case, leading, person)

    cases_personal.forget(leading)

    assert Message.objects.get(pk=message.pk).text


def text_by_the_duplicate(case: Case, leading: Case, person: Beneficiary) -> Message:
    talk = Conversation.objects.get(reference=case.digits, beneficiary=person)
    message = Message.objects.create(
        agency=case.agency, conversation=talk, direction="in", text=canary("m3"), dedupe_key="m3", created_at=AT
    )
    cases.link_message(leading, message, held_with=case)
    return message
