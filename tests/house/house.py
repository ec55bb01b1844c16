"""A house of two agencies with one of everything that an address may name: in the own unit, in another unit, abroad.

Made once for a file of tests; what a test does to it is `undone`.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from wasl.accounts.models import User
from wasl.administration.tests.makers import put
from wasl.alerts import links as alert_links
from wasl.alerts.models import Alert, CaseLink, Letter
from wasl.alerts.tests.makers import make_alert
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.config.doors import HouseDoor, doors
from wasl.contacts import operations as contacts
from wasl.core import clock, files
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.core.tests.makers import picture
from wasl.desk import operations as lists
from wasl.desk.models import BulkAct, SavedView
from wasl.desk.narrowing import Narrowing
from wasl.desk.views import act
from wasl.directory.delegations import delegate
from wasl.directory.models import Agency, Membership, Unit
from wasl.directory.rights import SCOPES, Reach, Right, Role
from wasl.directory.substitutes import appoint_substitute
from wasl.directory.tests.makers import SUNDAY_9AM, make_person, make_unit, sign_in
from wasl.intake.models import Disposition
from wasl.intake.operations import record_disposition
from wasl.integrations import operations as integrations
from wasl.integrations.offered import OFFERED
from wasl.messaging import operations as messaging
from wasl.messaging.models import RawDelivery
from wasl.notices.starting import starting_wordings
from wasl.partners import operations as partners
from wasl.privacy import operations as privacy
from wasl.tasks import operations as tasks
from wasl.tasks.models import Task
from wasl.verification import operations as verification
from wasl.web import errors

AT = SUNDAY_9AM + timedelta(days=1)
NOTE, PHONE = "كلام بين الزملاء", "9214 7705"
KNOWN_KINDS = {"public", "signed_link", "signed_in", "right", "key"}
# Filled-in forms, so that an act that wrongly gets through would really be done.
FILLED = dict.fromkeys(("reason", "text", "question", "outcome"), "نص") | {
    "kind": "report",
    "importance": "P2",
    "reason_code": "materials",
    "review_on": "2026-11-30",
    "scheduled_for": "2026-11-26T09:00",
}
_PARAMETER = re.compile(r"(\w+)/(?:<(?:\w+:)?(?P<a>\w+)>|\(\?P<(?P<b>\w+)>)")


_numbers = itertools.count(1)


@dataclass(frozen=True)
class Thing:
    """Something an address names: where it stands, who has it, and how the address is written."""

    label: str
    kwargs: dict[str, Any]
    agency_id: int
    unit_id: int | None = None
    assigned: bool = False
    confidential: bool = False
    # Done inside the save point of a request: what depends on who asks.
    prepare: Callable[[User], Any] = field(default=lambda person: None)
    # Rights that the thing itself asks for beside the one of the door.
    also: tuple[Right, ...] = ()


@dataclass
class House:
    """One house for all tests of this file."""

    own: Unit
    other: Unit
    foreign: Unit
    third: Unit
    original: str
    people: dict[Role, User]
    cookies: dict[Role, str]
    things: dict[str, list[Thing]]
    references: dict[str, str]

    # One for all: it loads the middleware once.
    browser: Client = field(default_factory=Client)
    methods: dict[HouseDoor, list[str]] = field(default_factory=dict)

    def body(self, door: HouseDoor) -> dict[str, Any]:
        """A filled-in form for whatever the door asks."""
        filled = FILLED | {"unit": self.third.pk, "into": self.original}
        if door.kind == "key":
            return {"jurisdiction_id": self.own.agency.code, "service_code": "S-1", "description": "x", "lat": "23.6"}
        if door.name == "administration:wording_preview":
            return filled | {"notice": next(iter(starting_wordings())), "channel": "sms"}
        return filled | {f"{door.name.removeprefix('desk:do_')}-{name}": value for name, value in filled.items()}

    def client(self, role: Role | None) -> Client:
        """A browser of the person (None: of a stranger) as after signing in, whatever was done with it before."""
        self.browser.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: self.cookies[role]} if role else {})
        return self.browser


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Made once, in a transaction that is thrown away at the end."""
    from django.test import client, override_settings

    # Nobody here looks at contexts, and the copies of them that the test client keeps cost more than the pages.
    patch = pytest.MonkeyPatch()
    patch.setattr(client, "store_rendered_templates", lambda *args, **given: None)
    # Most answers here are refusals; their page is the same every time and proven elsewhere.
    patch.setattr(errors, "page", lambda request, status: HttpResponse(status=status))
    patch.setattr(act, "_gone", lambda request, asked: HttpResponse(status=404))
    home = tmp_path_factory.mktemp("house")
    with django_db_blocker.unblock(), override_settings(WASL_HOME=home), clock.frozen(AT), transaction.atomic():
        yield _build()
        transaction.set_rollback(True)
    patch.undo()


def _build() -> House:
    agency, ministry = make_working_agency("MUN"), make_working_agency("HOU")
    own, other = make_unit("ROADS", agency=agency), make_unit("WATER", agency=agency)
    foreign = make_unit("ROADS", agency=ministry)
    people = {role: make_person(role.value, own) for role in Role}
    cookies = {role: sign_in(Client(), person).session.session_key for role, person in people.items()}
    case_things = _cases(own, other, foreign)
    return House(
        own,
        other,
        foreign,
        make_unit("LAMPS", agency=agency),
        make_case(agency=agency, service=make_service("S-0", agency=agency, unit=own)).reference,
        people,
        cookies,
        {"cases": case_things, "tasks": _tasks(own, other, foreign), "parked": _parked(own.agency, foreign.agency)}
        | _contacts(own, foreign)
        | _colleagues(own, other, foreign)
        | _lists(own, foreign)
        | _set_up(own.agency, foreign.agency)
        | _alerts(own, foreign)
        | _delegations(own, foreign)
        | _data_of_people(own.agency, foreign.agency)
        | _public_things(agency),
        {thing.label: thing.kwargs["number"] for thing in case_things},
    )


def _delegations(own: Unit, foreign: Unit) -> dict[str, list[Thing]]:
    """A power that somebody delegated to a colleague, in each agency."""
    things = []
    for unit in (own, foreign):
        row = delegate(
            make_person("supervisor", unit),
            to=make_person("specialist", unit),
            agency=unit.agency,
            unit=unit,
            powers=[Right.REJECT.value],
            gravest="P1",
            reason="سفر",
            valid_from=SUNDAY_9AM,
            valid_to=SUNDAY_9AM + timedelta(days=9),
            at=SUNDAY_9AM,
        )
        things.append(Thing(f"a delegation of {unit.agency.code}", {"number": row.pk}, unit.agency_id))
    return {"delegations": things}


def _set_up(*agencies: Agency) -> dict[str, list[Thing]]:
    """A unit somebody changed and a person somebody invited, in each agency."""
    things = []
    for number, agency in enumerate(agencies):
        (change,) = put("units", agency, at=AT, code="PIPES", name={"ar": "الأنابيب"})
        invited = f"invited-{number}@example.om"
        put("people", agency, at=AT, code=invited, full_name="مدعو")
        put("sms", agency, at=AT, code="TRY", name="الرسائل", address=f"Try{number}", url="https://sms.example.om/")
        kwargs = {"agency": agency.code, "units": "PIPES", "people": invited, "sms": "TRY", "batch": change.batch}
        kwargs |= _of_programs(agency)
        things.append(Thing(f"the set-up of {agency.code}", kwargs, agency.pk))
    return {"admin": things}


def _of_programs(agency: Agency) -> dict[str, str]:
    """A key, a subscription and one telling of an agency."""
    key = partners.issue_key(agency, name="x", scopes=["cases:read"], by=None, at=AT).api_key
    url = "http://127.0.0.1:9/hook"
    hook = integrations.add_subscription(agency, name="x", url=url, kinds=list(OFFERED), by=None, at=AT).subscription
    case = make_case(agency=agency)
    integrations.note(EventRecord.objects.get(case_id=case.pk, kind="CaseRegistered"), at=AT)
    telling = hook.deliveries.get().public_id
    return {"key": key.public_id, "subscription": hook.public_id, "telling": telling, "pause": "pause"}


def _cases(own: Unit, other: Unit, foreign: Unit) -> list[Thing]:
    def one(label: str, unit: Unit, *, confidential: bool = False, assigned: bool = False) -> Thing:
        service = make_service(f"S-{next(_numbers)}", agency=unit.agency, unit=unit, confidential=confidential)
        case = make_case(agency=unit.agency, service=service)
        cases.add_note(case, text=NOTE, by=make_person("supervisor", unit), at=SUNDAY_9AM)

        def prepare(person: User) -> None:
            if assigned:
                Case.objects.filter(pk=case.pk).update(assignee=person)

        return Thing(
            label,
            {"number": case.reference},
            unit.agency_id,
            case.unit_id,
            assigned=assigned,
            confidential=confidential,
            prepare=prepare,
            also=(Right.READ_CASE, Right.READ_CONFIDENTIAL) if confidential else (Right.READ_CASE,),
        )

    return [
        one("own unit", own),
        one("other unit", other),
        one("other agency", foreign),
        one("own, in another unit", other, assigned=True),
        one("closed, own unit", own, confidential=True),
    ]


def _alerts(own: Unit, foreign: Unit) -> dict[str, list[Thing]]:
    """An alert with its case, and a link of a letter to another: each answers to whom it was written alone."""
    made: dict[str, list[Thing]] = {"alerts": [], "link": []}
    for label, unit in (("told oneself", own), ("of another agency", foreign)):
        service = make_service(f"S-{next(_numbers)}", agency=unit.agency, unit=unit)
        case, person = make_case(agency=unit.agency, service=service), make_person("supervisor", unit)
        alert = make_alert(person, agency=unit.agency, case_id=case.pk, reference=case.digits, at=AT)
        letter = Letter.objects.create(agency=unit.agency, person=person, made_at=AT)
        token = alert_links.make(letter, [alert_links.Wanted(case.pk)], at=AT)[0].rpartition("/")[2]

        def take(person: User, case_id: int = case.pk, alert_id: int = alert.pk, letter_id: int = letter.pk) -> None:
            Case.objects.filter(pk=case_id).update(assignee=person)
            Alert.objects.filter(pk=alert_id).update(person=person)
            CaseLink.objects.filter(letter=letter_id).update(person=person)

        where = {"agency_id": unit.agency_id, "unit_id": unit.pk, "assigned": True, "prepare": take}
        made["alerts"].append(Thing(label, {"number": alert.pk}, **where))
        made["link"].append(Thing(label, {"token": token}, **where))
    return made


def _tasks(own: Unit, other: Unit, foreign: Unit) -> list[Thing]:
    def one(label: str, unit: Unit, *, assigned: bool = False) -> Thing:
        task = tasks.open_task(
            agency=unit.agency,
            unit=unit,
            kind=Task.Kind.CALL,
            title=both("اتصل", "Call"),
            dedupe_key=label,
            at=SUNDAY_9AM,
        )

        def prepare(person: User) -> None:
            if assigned:
                Task.objects.filter(pk=task.pk).update(assignee=person)

        return Thing(label, {"number": task.pk}, unit.agency_id, unit.pk, assigned=assigned, prepare=prepare)

    return [
        one("own unit", own),
        one("other unit", other),
        one("other agency", foreign),
        one("own, in another unit", other, assigned=True),
    ]


def _parked(own: Agency, foreign: Agency) -> list[Thing]:
    def one(label: str, agency: Agency) -> Thing:
        delivery = RawDelivery.objects.create(
            agency=agency,
            channel="email",
            provider_key=label,
            content=b"From: x@example.org\r\n\r\nhello",
            received_at=SUNDAY_9AM,
            state=RawDelivery.State.PARKED,
            note="empty",
        )
        return Thing(label, {"public_id": delivery.public_id}, agency.pk)

    return [one("own agency", own), one("other agency", foreign)]


def _lists(own: Unit, foreign: Unit) -> dict[str, list[Thing]]:
    """A saved view and an act on many: each answers to whom it belongs alone."""
    made: dict[str, list[Thing]] = {"views": [], "bulk": []}
    for label, unit in (("one's own", own), ("somebody else's", foreign)):
        owner, case = make_person("supervisor", unit), make_case(agency=unit.agency)
        view = lists.save_view(unit.agency, name=label, narrowing=Narrowing(), columns=(), by=owner, at=AT)
        bulk = lists.begin([(case, case.version)], act="note", query="", by=owner, at=AT)

        def take_view(person: User, number: int = view.pk, is_own: bool = unit == own) -> None:
            SavedView.objects.filter(pk=number if is_own else 0).update(owner=person)

        def take_bulk(person: User, number: int = bulk.pk, is_own: bool = unit == own) -> None:
            BulkAct.objects.filter(pk=number if is_own else 0).update(by=person)

        where = {"agency_id": unit.agency_id, "unit_id": unit.pk, "assigned": unit == own}
        made["views"].append(Thing(label, {"public_id": view.public_id}, prepare=take_view, **where))
        made["bulk"].append(Thing(label, {"public_id": bulk.public_id}, prepare=take_bulk, **where))
    return made


def _colleagues(own: Unit, other: Unit, foreign: Unit) -> dict[str, list[Thing]]:
    """People of three units, a role of each, and somebody who stands in for each."""
    made: dict[str, list[Thing]] = {"people": [], "roles": [], "substitutes": []}
    for label, unit in (("own unit", own), ("other unit", other), ("other agency", foreign)):
        person, substitute = make_person("agent", unit), make_person("liaison", unit)
        row = appoint_substitute(
            person,
            substitute=substitute,
            unit=unit,
            valid_from=AT,
            valid_to=AT + timedelta(days=9),
            by=person,
            at=AT,
        )
        role = Membership.objects.get(user=person)
        for name, number in (("people", person.pk), ("roles", role.pk), ("substitutes", row.pk)):
            made[name].append(Thing(label, {"number": number}, unit.agency_id, unit.pk))
    return made


def _contacts(own: Unit, foreign: Unit) -> dict[str, list[Thing]]:
    """Contacts answered on the spot: each belongs to whoever answered it, in the agency they work for."""

    def one(label: str, unit: Unit) -> Thing:
        by = make_person("agent", unit)
        record = record_disposition(agency=unit.agency, unit=unit, channel="phone", key=label, by=by, at=AT)

        def prepare(person: User) -> None:
            Disposition.objects.filter(pk=record.pk).update(by=person)

        return Thing(label, {"public_id": record.public_id}, unit.agency_id, unit.pk, assigned=True, prepare=prepare)

    return {"contacts": [one("own", own), one("other agency", foreign)]}


def _data_of_people(*agencies: Agency) -> dict[str, list[Thing]]:
    """A beneficiary of each agency, and what they ask about their data."""
    made: dict[str, list[Thing]] = {"persons": [], "requests": []}
    for agency in agencies:
        person = contacts.find_or_make(agency, name="سلمى بنت حمد", phone="+96891234567", at=AT)
        asked = privacy.ask(person, kind="access", checked="Card seen", by=make_person(None), at=AT)
        made["persons"].append(Thing(f"a person of {agency.code}", {"number": person.pk}, agency.pk))
        made["requests"].append(Thing(f"a wish in {agency.code}", {"public_id": asked.public_id}, agency.pk))
    return made


def _public_things(agency: Agency) -> dict[str, list[Thing]]:
    """Things whose address is the secret, or that everybody may see."""
    case = make_case(agency=agency)
    photo = files.store(picture(), agency_id=agency.pk, name="a.jpg", at=SUNDAY_9AM)
    token = files.signed_url(photo, at=AT).rpartition("/")[2]
    invited = make_person(None, email="invited@example.om")
    invitation, reset = (
        verification.issue(purpose=purpose, subject=str(invited.pk), lifetime=timedelta(days=1), at=AT)
        for purpose in ("invitation", "reset")
    )
    return {
        name: [Thing(name, kwargs, agency.pk)]
        for name, kwargs in (
            ("t", {"code": cases.access_code(case)}),
            ("services", {"code": case.service.code if case.service else ""}),
            ("files", {"token": token}),
            ("invite", {"token": invitation}),
            ("reset", {"token": reset}),
            ("sms", {"token": _provider(agency)}),
            ("help", {"code": "agent"}),
            ("problems", {"code": "not-found"}),
        )
    }


def _provider(agency: Agency) -> str:
    """The name under which the provider of an agency's text messages calls us."""
    account = messaging.save_account(agency=agency, channel="sms", code="sms", name="x", address="MUSCAT", at=AT)
    return str(account.hook_token)


# --- what is right ------------------------------------------------------------------------------------------------


def reaches(house: House, role: Role, right: Right, thing: Thing) -> bool:
    """Does the cell of the permission table cover the thing for somebody of the own unit?"""
    cell = SCOPES[right].get(role)
    if cell is None or thing.agency_id != house.own.agency_id:
        return False
    if cell.reach is Reach.AGENCY or thing.unit_id is None:
        return cell.reach is Reach.AGENCY
    return thing.assigned if cell.reach is Reach.OWN else thing.unit_id == house.own.pk


def is_allowed(house: House, role: Role, door: HouseDoor, thing: Thing | None) -> bool:
    right = Right(door.right)
    if thing is None:
        return role in SCOPES[right]
    return all(reaches(house, role, asked, thing) for asked in (right, *thing.also))


# --- asking -------------------------------------------------------------------------------------------------------


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens within is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def folder_of(door: HouseDoor) -> str:
    """The word before the parameter of an address ("cases", "tasks"); empty for an address without one."""
    found = _PARAMETER.search(door.address)
    return found[1] if found else ""


def things_of(house: House, door: HouseDoor) -> list[Thing | None]:
    folder = folder_of(door)
    if door.kind == "key":
        return list(_named_by_programs(house, door))
    if folder == "admin":
        return list(_of_the_set_up(house, door))
    return list(house.things[folder]) if folder else [None]


def _named_by_programs(house: House, door: HouseDoor) -> list[Thing]:
    """What programs name: a case of each sort, or whatever else the address asks for."""
    asked = re.findall(r"<\w+:(\w+)>", door.address)
    values = {"suffix": "json", "token": "nothing", "attachment": "nothing", **house.things["services"][0].kwargs}
    things = []
    for case in house.things["cases"]:
        known = values | {"number": case.kwargs["number"], "reference": case.kwargs["number"]}
        things.append(Thing(case.label, {part: known[part] for part in asked}, case.agency_id))
    return things if {"number", "reference"} & set(asked) else things[:1]


# Doors of the set-up that only those may use who may change the rows behind them.
_CHANGING = {"usual", "new", "change_row", "end", "act", "trial", "undo", "import"}


def _of_the_set_up(house: House, door: HouseDoor) -> list[Thing]:
    """The same row of the own agency and of another, named as far as the address asks."""
    name = door.name.removeprefix("administration:")
    # An invited person has a button, an account of a channel a trial; a unit has neither.
    row = {"act": {"kind": "people", "act": "invite"}, "trial": {"kind": "sms"}}.get(name, {"kind": "units"})
    changing = {"act": Right.MANAGE_PEOPLE, "trial": Right.MANAGE_CHANNELS}.get(name, Right.MANAGE_UNITS)
    also = (changing,) if name in _CHANGING else ()
    asked = re.findall(r"<\w+:(\w+)>", door.address)
    things = []
    for made in house.things["admin"]:
        values = {**made.kwargs, **row, "code": made.kwargs[row["kind"]]}
        if name == "webhook_do":
            values["act"] = "pause"
        things.append(Thing(made.label, {part: values[part] for part in asked}, made.agency_id, also=also))
    return things


def ask(house: House, role: Role | None, door: HouseDoor, thing: Thing | None, method: str) -> Any:
    client = house.client(role)
    address = reverse(door.name, kwargs=thing.kwargs if thing else {})
    query = {"jurisdiction_id": house.own.agency.code} if door.kind == "key" else None
    answer: Any = client.get(address, query) if method == "GET" else client.post(address, house.body(door))
    return answer


def is_sent_to_sign_in(answer: Any) -> bool:
    return bool(answer.status_code == 302 and answer["Location"].startswith(reverse("accounts:sign_in")))


def methods_of(house: House, door: HouseDoor) -> list[str]:
    """The methods a door takes, tried once by somebody who may go through it; none when there is nobody."""
    if door not in house.methods:
        house.methods[door] = _tried_methods(house, door)
    return house.methods[door]


def _tried_methods(house: House, door: HouseDoor) -> list[str]:
    for thing in things_of(house, door):
        for role in Role:
            if door.kind != "right" or is_allowed(house, role, door, thing):
                with undone():
                    if thing is not None:
                        thing.prepare(house.people[role])
                    tried = {method: ask(house, role, door, thing, method) for method in ("GET", "POST")}
                return [method for method, answer in tried.items() if answer.status_code != 405]
    return []


ALL = doors()
GUARDED = [door for door in ALL if door.kind in ("right", "signed_in")]


def names(found: list[HouseDoor]) -> list[str]:
    return [door.name or door.address for door in found]
