"""What a form of registration says, with the rows its codes stand for: who, what, where, and the report it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import QueryDict

from wasl.cases import queries as cases
from wasl.cases import workflow
from wasl.cases.models import Case
from wasl.cases.operations import AboutStaff
from wasl.catalogue import forms as asked
from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.contacts.emails import BadEmail, parse_email
from wasl.contacts.models import BeneficiaryKind
from wasl.contacts.phones import BadPhone, parse_phone
from wasl.core.models import StoredFile
from wasl.desk.registering import held, people
from wasl.desk.registering.forms import KNOWN, NEW, NOBODY, SEARCHING, RegisterForm
from wasl.desk.registering.notice import notice_for
from wasl.desk.registering.presets import Desk
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.directory.rights import Right
from wasl.intake import queries as intake
from wasl.intake.reports import GRAVE_KINDS, Attended, Report, Where, Who
from wasl.places.models import Wilayat
from wasl.privacy.queries import Told
from wasl.routing import generalists
from wasl.routing import queries as routing
from wasl.routing.lines import FIRST

UNNAMED_KIND = "report"
FACTS = ("danger", "people", "site", "legal_days")


@dataclass
class Entry:
    """One form being filled at one desk, at one moment."""

    desk: Desk
    at: datetime
    data: QueryDict
    form: RegisterForm
    given: dict[str, Any]
    files: list[StoredFile] = field(default_factory=list)

    @cached_property
    def service(self) -> Service | None:
        """The service that was chosen, if the agency offers it now."""
        code = self.given.get("service", "")
        try:
            service = catalogue.service_by_code(self.desk.agency, code) if code else None
        except Service.DoesNotExist:
            return None
        return service if service is not None and service.is_offered(at=self.at) else None

    @property
    def kind(self) -> str:
        """The kind of the service, or the one chosen when no service fits."""
        return self.service.kind if self.service else self.given.get("kind") or UNNAMED_KIND

    @property
    def channel(self) -> str:
        """How it came."""
        return self.given.get("channel") or self.desk.channel

    @cached_property
    def notice(self) -> Told | None:
        """The text to read out, where somebody is there to hear it."""
        return notice_for(self.desk.agency, self.channel, at=self.at)

    @property
    def is_grave(self) -> bool:
        """Is it a matter that is asked how grave it is?"""
        return self.kind in GRAVE_KINDS

    @property
    def wilayat(self) -> Wilayat | None:
        """The wilayat that was chosen."""
        wilayat: Wilayat | None = self.given.get("wilayat")
        return wilayat

    # --- who

    @cached_property
    def may_find(self) -> bool:
        """May the clerk be shown known people?"""
        desk = self.desk
        return directory.may(desk.user, Right.FIND_PERSON, agency_id=desk.agency.pk, unit_id=desk.unit.pk, at=self.at)

    @cached_property
    def may_identify(self) -> bool:
        """May the clerk write down the number of a card?"""
        desk, right = self.desk, Right.RECORD_IDENTITY
        return directory.may(desk.user, right, agency_id=desk.agency.pk, unit_id=desk.unit.pk, at=self.at)

    @cached_property
    def person(self) -> Any:
        """The known person who was chosen."""
        token = self.given.get("person", "")
        return people.person_of(token, self.desk) if token and self.may_find else None

    @property
    def who_state(self) -> str:
        """How far the question "who?" is answered."""
        if self.person is not None:
            return KNOWN
        state = self.given.get("who_state", "")
        if state == NOBODY:
            return NOBODY
        typed = any(self.data.get(name, "").strip() for name in ("name", "phone", "email"))
        return NEW if state == NEW or typed else SEARCHING

    @cached_property
    def who(self) -> Who:
        """The person as intake takes them; the search box alone stands for a name, a number or a mail."""
        if self.who_state == NOBODY:
            return Who()
        named = {name: self.given.get(name, "") for name in ("name", "phone", "email")}
        if self.who_state == SEARCHING:
            named |= _as_typed(self.given.get("who", ""))
        wished = self.given.get("preferred_channel", "")
        return Who(
            **named,
            identity=self.given.get("identity", "") if self.may_identify else "",
            preferred_channel="" if wished == "none" else wished,
            kind=self.given.get("person_kind") or BeneficiaryKind.CITIZEN.value,
            person=self.person,
        )

    @property
    def reaches(self) -> frozenset[str]:
        """By which kinds of address the person can be reached: "phone", "email"."""
        known = {one.kind for one in self.person.addresses.all()} if self.person is not None else set()
        return frozenset(known | {kind for kind in ("phone", "email") if getattr(self.who, kind)})

    # --- finished at once

    @cached_property
    def may_finish(self) -> bool:
        """Is the clerk a generalist for this service, at a desk of the first line?"""
        desk, service = self.desk, self.service
        if service is None or not generalists.may_finish(desk.user, service.pk, desk.agency.pk, self.at):
            return False
        if routing.line_of(desk.unit, self.at) != FIRST:
            return False
        return directory.may(desk.user, Right.RESOLVE, agency_id=desk.agency.pk, unit_id=desk.unit.pk, at=self.at)

    @property
    def is_finished(self) -> bool:
        """Does the clerk say that it is done already?"""
        return self.may_finish and bool(self.given.get("finish"))

    @property
    def has_picture(self) -> bool:
        """Is there a photo among the files?"""
        return any(file.content_type.startswith("image/") for file in self.files)

    # --- about staff

    @cached_property
    def staff_found(self) -> list[Any]:
        """Whom the name of a colleague can mean."""
        words = self.given.get("staff_who", "")
        return directory.people_named(self.desk.agency.pk, words, self.at) if words else []

    @cached_property
    def staff_unit(self) -> Unit | None:
        """The unit that is complained of as a whole."""
        code = self.given.get("staff_unit", "")
        known = directory.known_units_of(self.desk.agency, self.at) if code else []
        return next((unit for unit in known if unit.code == code), None)

    @property
    def about_staff(self) -> AboutStaff | None:
        """Whom it is about, where it is about staff."""
        words, who, unit = self.given.get("staff_words", ""), self.staff_found, self.staff_unit
        if not (words or self.given.get("staff_who") or unit is not None):
            return None
        return AboutStaff(words, tuple(who) if len(who) == 1 else (), (unit,) if unit is not None else ())

    # --- what and where

    @cached_property
    def questions(self) -> list[asked.Question]:
        """What the service asks beside the usual."""
        return catalogue.questions(self.service.pk, self.at) if self.service else []

    @cached_property
    def answers(self) -> asked.Answers:
        """What was answered to it."""
        today = self.at.astimezone(self.desk.agency.zone).date()
        return asked.read(self.questions, self.data, today=today)

    @property
    def facts(self) -> dict[str, int | str]:
        """What weighs for the importance; what was not asked or not answered is left out."""
        if not self.is_grave:
            return {}
        told: dict[str, int | str] = {name: int(self.given[name]) for name in FACTS if self.given.get(name)}
        if hardship := self.given.get("hardship"):
            told["hardship"] = hardship
        return told

    @property
    def where(self) -> Where:
        """The place as intake takes it."""
        wilayat, lat, lon = self.wilayat, self.given.get("lat"), self.given.get("lon")
        return Where(
            governorate=wilayat.governorate if wilayat else None,
            wilayat=wilayat,
            area_text=self.given.get("area_text", ""),
            address_text=self.given.get("address_text", ""),
            lat=lat if lon is not None else None,
            lon=lon if lat is not None else None,
        )

    @property
    def has_place(self) -> bool:
        """Is a wilayat or a point known?"""
        return self.wilayat is not None or (self.where.lat is not None and self.where.lon is not None)

    @cached_property
    def joins(self) -> Case | None:
        """The earlier case the words belong to, if the clerk may read it and it can still take something in."""
        number = self.given.get("join", "")
        if not number:
            return None
        case = cases.by_number(cases.visible_to(self.desk.user, at=self.at), number)
        while case is not None and case.merged_into is not None:
            case = cases.by_number(cases.visible_to(self.desk.user, at=self.at), case.merged_into.reference)
        fits = case is not None and case.agency_id == self.desk.agency.pk and case.state in workflow.OPEN
        return case if fits else None

    @property
    def joins_own(self) -> bool:
        """Is the earlier case one of the same person?"""
        joins, person = self.joins, self.person
        return joins is not None and person is not None and joins.beneficiary_id == person.pk

    @property
    def report(self) -> Report:
        """The finished report."""
        importance = self.given.get("importance", "")
        return Report(
            kind=self.kind,
            service=self.service,
            description=self.given.get("description", ""),
            where=self.where,
            who=self.who,
            language=self.given.get("language") or "ar",
            files=self.files,
            facts=self.facts,
            importance=importance,
            importance_reason=self.given.get("importance_reason", "") if importance else "",
            answers=asked.told(self.questions, self.answers.values),
            finished=self.given.get("finished", "") if self.is_finished else "",
            about_staff=self.about_staff,
        )

    @property
    def attended(self) -> Attended:
        """What a clerk adds to it."""
        was_read = self.notice is not None and self.given.get("notice_read")
        return Attended(
            by=self.desk.user,
            channel=self.channel,
            notice=self.notice.code if self.notice and was_read else "",
            joins=self.joins,
            record_id=self.given.get("record", ""),
            unit=self.desk.unit,
        )


def entry_of(data: QueryDict, desk: Desk, *, at: datetime) -> Entry:
    """Read a form that was sent, or one as a draft kept it."""
    units = directory.known_units_of(desk.agency, at)
    form = RegisterForm(data, tree=intake.places_to_offer(desk.agency), units=units)
    given = form.read()
    return Entry(desk, at, data, form, given, held.unsealed(given.get("held", ""), desk))


def as_data(values: Mapping[str, Any]) -> QueryDict:
    """Stored values in the shape a browser sends them in."""
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
    return data


def _as_typed(words: str) -> dict[str, str]:
    if not words:
        return {}
    try:
        return {"email": parse_email(words)} if "@" in words else {"phone": parse_phone(words)}
    except (BadPhone, BadEmail):
        return {"name": words} if any(letter.isalpha() for letter in words) else {}
