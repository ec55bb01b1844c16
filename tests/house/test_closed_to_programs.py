"""A complaint about staff leaves by no door for programs and by no way out of the house: neither its words nor its
number, nor a count that it made another.

Beside the pages of `test_closed_compartment`: the two interfaces with keys of partners and of staff, messages to other
systems, files of lists, the stream that open pages hear, and what the public is told.
"""

import io
import json
import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from tests.house.house import AT, FILLED, House, house, undone
from tests.house.test_closed_compartment import _RANDOM, LATIN_SONG, ROLES, SONG, committee, complain
from wasl.analytics import queries as analytics
from wasl.analytics.fairness import published
from wasl.analytics.measures import Cohort
from wasl.api.v1.table import ENDPOINTS
from wasl.api.v1.tests.makers import EVERYTHING, Program, make_program
from wasl.cases import compartment
from wasl.cases import operations as cases
from wasl.cases import queries as cases_read
from wasl.cases.bars import note_attempt
from wasl.cases.models import Case, Jump
from wasl.cases.operations import AboutStaff
from wasl.catalogue.models import Service
from wasl.contacts import operations as contacts
from wasl.contacts.reading import Shown, note_reading
from wasl.core import events
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.directory.rights import SCOPES, Right, Role
from wasl.directory.tests.makers import SUNDAY_9AM
from wasl.integrations import operations as integrations
from wasl.integrations import queries
from wasl.integrations.models import Delivery
from wasl.integrations.offered import BY_FACT, OFFERED
from wasl.integrations.subscribers import keep_to_ourselves
from wasl.partners.models import BroughtCase, Scope
from wasl.web.live import visitors
from wasl.web.live.hub import Stream, missed_frames

__all__ = ["committee", "house"]
pytestmark = pytest.mark.django_db

# What each key asks of the lists; the last one asks for the closed case itself.
_QUERIES: tuple[dict[str, str], ...] = ({}, {"state": "any"}, {"q": SONG[:-1]}, {"state": "any", "limit": "1"})
_LISTS = [one for one in ENDPOINTS if one.method == "GET" and "{" not in one.path]
_OF_A_CASE = [one for one in ENDPOINTS if "{reference}" in one.path]
# Sealed anew each time: where the next page begins.
_NEXT = re.compile(r'"next":"[^"]+"')
_NUMBERED = "MR-2611-99999-1"


@pytest.fixture(scope="module")
def programs(house: House) -> dict[str, Program]:
    """A key of a partner with all there is, and one in the name of each role of the unit complained of."""
    agency = house.own.agency
    found = {
        role.value: make_program(agency, user=house.people[role], scopes=[*EVERYTHING, Scope.OPEN311_READ])
        for role in ROLES
    }
    return found | {"a partner": make_program(agency, scopes=list(Scope.values))}


def told(programs: dict[str, Program]) -> dict[tuple[str, str, int], tuple[int, str]]:
    """What every list of both interfaces answers to each of the keys."""
    found = {}
    for name, program in programs.items():
        for one in _LISTS:
            for number, query in enumerate(_QUERIES if one.path == "cases" else _QUERIES[:1]):
                answer = program.client.get(
                    f"/api/v1/{one.path}", query, headers={"Authorization": f"Bearer {program.secret}"}
                )
                found[name, one.path, number] = (answer.status_code, _NEXT.sub("", answer.content.decode()))
        found[name, "open311", 0] = open311(program)
    return found


def open311(program: Program) -> tuple[int, str]:
    """Both lists of Open311, and how many pages and updates there are."""
    headers = {"Authorization": f"Bearer {program.secret}"}
    said = []
    for list_ in ("requests", "servicerequestupdates"):
        query = {"start_date": SUNDAY_9AM.isoformat(), "end_date": AT.isoformat(), "page_size": "1"}
        for page in ({}, query):
            answer = program.client.get(f"/open311/v2/{list_}.json", page, headers=headers)
            said.append(f"{answer.status_code} {answer.get('Link', '')} {answer.content.decode()}")
    return 200, "\n".join(said)


def open_to_all(house: House) -> None:
    """Everything that may be published of a service is."""
    Service.objects.filter(agency=house.own.agency).update(open311=True, public_map=True)


def test_lists_with_keys_answer_as_if_it_were_not_there(
    house: House, committee: Unit, programs: dict[str, Program]
) -> None:
    with undone():
        open_to_all(house)
        before = told(programs)
        case = complain(house, committee)
        after = told(programs)

    assert [where for where, (status, _) in before.items() if status not in (200, 403)] == []
    assert {where for where, answer in before.items() if after[where] != answer} == set()
    assert not any(word in text for _, text in after.values() for word in (SONG, LATIN_SONG, case.digits))


def test_its_number_answers_keys_like_a_number_that_nobody_has(
    house: House, committee: Unit, programs: dict[str, Program]
) -> None:
    with undone():
        case = complain(house, committee)
        # Its sender's own program, too, knows nothing more of it.
        partner = programs["a partner"].api_key
        BroughtCase.objects.create(api_key=partner, agency=house.own.agency, case_id=case.pk, brought_at=AT)
        facts, wrong = EventRecord.objects.count(), []
        for name, program in programs.items():
            for one in _OF_A_CASE:
                mine, nobodys = (
                    program.ask(
                        one.method,
                        one.path.format(reference=number, attachment="x"),
                        FILLED if one.method == "POST" else None,
                        If_Match='"v1"',
                        Idempotency_Key=f"{number}-{one.path}"[-64:],
                    )
                    for number in (case.reference, _NUMBERED)
                )
                if mine.status_code != nobodys.status_code or mine.status_code in (200, 201, 409, 412):
                    wrong.append((name, one.method, one.path, mine.status_code, nobodys.status_code))
            for path in (f"requests/{case.reference}", f"tokens/{case.public_id}"):
                answer = program.client.get(f"/open311/v2/{path}.json", {"api_key": program.secret})
                wrong += [(name, path)] if case.digits in answer.content.decode() else []

        assert wrong == []
        assert EventRecord.objects.exclude(kind="BarredAttempt").count() == facts


def test_other_systems_are_told_nothing_and_what_waited_for_them_is_gone(house: House, committee: Unit) -> None:
    with undone():
        hook = integrations.add_subscription(
            house.own.agency,
            name="x",
            url="http://127.0.0.1:9/closed",
            kinds=list(OFFERED),
            confidential=True,
            by=None,
            at=SUNDAY_9AM,
        ).subscription
        case = Case.objects.get(reference=house.references["own unit"])
        own, another = Delivery.objects.filter(subscription=hook), complain(house, committee)
        cases.hold(case, **held(), by=house.people[Role.SPECIALIST], at=AT)
        tell(EventRecord.objects.filter(case_id=case.pk, kind="CasePutOnHold"))
        waited = queries.due(hook, at=AT).count()

        cases.tell_of_staff(case, AboutStaff("", (house.people[Role.SPECIALIST],)), by=house.people[Role.AGENT], at=AT)
        still = queries.due(hook, at=AT).count()
        record = EventRecord.objects.get(case_id=case.pk, kind="StaffComplaintOpened")
        keep_to_ourselves(events.load(record), record)
        tell(EventRecord.objects.filter(case_id__in=[case.pk, another.pk]))

        assert (waited, still) == (1, 0)
        assert not own.exists()


def held() -> dict[str, Any]:
    return {"reason_code": "study", "review_on": (AT + timedelta(days=3)).date(), "text": SONG}


def tell(records: Iterable[EventRecord]) -> None:
    for record in records:
        if record.kind in BY_FACT:
            integrations.note(record, at=AT)


def test_files_of_lists_hold_no_line_of_it_and_write_no_other_number_down(
    house: House, committee: Unit, tmp_path: Path
) -> None:
    def files() -> list[str]:
        found = []
        for role in ROLES:
            if role in SCOPES[Right.EXPORT_CASES]:
                given = {"query": "view=all&whose=all", "form": "jsonl", "columns": "all", "people": "on"}
                answer = house.client(role).post(reverse("desk:export"), given | {"purpose": "audit"})
                found.append(
                    b"".join(answer.streaming_content).decode() if answer.streaming else str(answer.status_code)
                )
        call_command("export", "cases", agency="MUN", format="jsonl", output=str(tmp_path / "a"), stderr=io.StringIO())
        counts = EventRecord.objects.filter(kind="CasesExported").order_by("pk").values_list("data__count", flat=True)
        return [*found, (tmp_path / "a").read_text(), str(list(counts))]

    with undone():
        before = files()
    with undone():
        case = complain(house, committee)
        after = files()
        options = {"agency": "MUN", "format": "jsonl", "output": str(tmp_path / "b"), "stderr": io.StringIO()}
        call_command("export", "cases", "--staff-complaints", **options)
        fact = EventRecord.objects.filter(kind="CasesExported").latest("pk")

    assert all(house.references["own unit"] in file for file in before[:-1])
    assert before == after
    assert case.reference in (tmp_path / "b").read_text()
    assert "staff_complaints" in fact.data["filters"]


def test_open_pages_hear_nothing_of_it_neither_at_once_nor_when_they_come_back(house: House, committee: Unit) -> None:
    last, member = EventRecord.objects.latest("pk").pk, directory.members_of(committee, AT)[0]
    with undone():
        case = complain(house, committee)
        cases.reply(case, text=SONG, by=member, at=AT)
        note_reading([Shown("contact", case.pk)], agency_id=case.agency_id, by=member, at=AT)
        note_attempt(case, member, at=AT)
        contacts.set_identity(case.beneficiary, number="12345678", by=member, at=AT)
        reveal = {"reason": SONG, "by": house.people[Role.HEAD], "proved": True, "unit_id": house.own.pk}
        contacts.reveal_identity(
            case.beneficiary, case_id=case.pk, people=compartment.listening(case, AT), at=AT, **reveal
        )
        with connection.cursor() as cursor:
            asked = {"last": last, "early": last, "late": 0, "agencies": [case.agency_id], "limit": 500}
            cursor.execute(visitors._MISSED, asked | {"looks": events.looks()})
            rows = [(*row[:4], json.loads(row[4]) if isinstance(row[4], str) else row[4]) for row in cursor.fetchall()]
        of_the_case = [row for row in rows if row[3] == case.pk]

        def heard(person_id: int, *scopes: Any) -> list[bytes]:
            return missed_frames(of_the_case, Stream(person_id, "", scopes, scopes))

        everywhere, here = (case.agency_id, None), (case.agency_id, frozenset({house.own.pk, committee.pk}))
        assert len(of_the_case) > 5
        for role in ROLES:
            assert heard(house.people[role].pk, everywhere) == heard(house.people[role].pk, here) == []
        assert b"CaseRegistered" in b"".join(heard(member.pk, here))


def test_what_the_public_is_told_is_the_same_with_it_and_without(house: House, committee: Unit) -> None:
    agency, month = house.own.agency, AT.date().replace(day=1)
    since = AT - timedelta(days=30)
    lately = Cohort(agency_id=agency.pk, zone=agency.zone, start=since, end=AT + timedelta(seconds=1), as_of=AT)

    def told() -> list[Any]:
        pages = [house.client(None).get(reverse(f"portal:{name}")).content for name in ("home", "turns")]
        similar = cases_read.similar_open(agency=agency, service_id=service.pk, at=AT, lat=23.59, lon=58.17)
        figures = analytics.public_figures(lately)
        return [_RANDOM.sub("", page.decode()) for page in pages] + [similar, figures, published.month(agency, month)]

    with undone():
        open_to_all(house)
        service = Service.objects.get(agency=agency, code="RD-POTHOLE")
        before = told()
        case = complain(house, committee)
        Case.objects.filter(pk=case.pk).update(lat=23.59, lon=58.17)
        Jump.objects.create(**jump_of(case, committee))

        assert told() == before


def jump_of(case: Case, unit: Unit) -> dict[str, Any]:
    member = directory.members_of(unit, AT)[0]
    told = {"act": "assign", "reason_code": "route", "overtook": 1, "place": 2, "waiting": 2, "importance": "P2"}
    return told | {"agency": unit.agency, "case": case, "by": member, "at": AT, "unit": unit}
