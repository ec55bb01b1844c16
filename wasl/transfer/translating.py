"""A row of another system read by the mapping into a case of ours, or into what keeps it from coming in."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from wasl.cases import workflow
from wasl.cases.bulk import CaseRow, problems
from wasl.contacts.bulk import Person
from wasl.contacts.bulk import read as read_person
from wasl.contacts.emails import BadEmail
from wasl.contacts.phones import BadPhone, parse_phone
from wasl.core.i18n import t
from wasl.core.localized import both
from wasl.core.text import clean, clean_line, fold, latin_digits
from wasl.directory.models import Agency
from wasl.places.models import Wilayat
from wasl.transfer import moments, places
from wasl.transfer.mapping import KNOWN_CODES, LANGUAGE_CODES, MOMENTS, Moment, Named, Taken
from wasl.transfer.mapping import Mapping as Plan
from wasl.transfer.moments import BadMoment
from wasl.transfer.names import Choice, Names, NotKnown
from wasl.transfer.places import BadPoint
from wasl.transfer.rows import Counts, Flaw, SourceRow

LONGEST_REFERENCE = 120
LONGEST_WORDS = 20_000
LONGEST_FACT = 500
# Told with every case, so that whoever knows the old number finds it on the page.
FORMER_NUMBER = dict(both("الرقم في النظام السابق", "Number in the former system"))
ENDED = frozenset({"resolved", "closed", "rejected", "duplicate", "withdrawn", "spam"})
# Words of people and of places may be of several lines; everything else is of one.
_LONG = frozenset({"description", "resolution", "rating_comment"})
_CUT = {"area": 120, "address": 300, "title": 200}

# So many values of a column are kept as they were read, and none that are longer.
_KEPT_VALUES, _KEPT_LENGTH = 1_000, 200

Get = Callable[[Mapping[str, Any]], Any]
Written = TypeVar("Written", bound=Hashable)


@dataclass(slots=True)
class Translated:
    """A row that may come in: all of its case but the numbers of what is made on the way."""

    line: int
    mark: str
    source_id: str
    duplicate_of: str
    service: Choice | None
    unit: Choice | None
    person: Person | None
    given: dict[str, Any]
    notes: tuple[str, ...] = ()

    def note_in(self, counts: Counts) -> None:
        """Count what is worth telling of a row that comes in."""
        for note in self.notes:
            counts.note(note)
        for choice in (self.service, self.unit):
            if choice is not None:
                choice.uses += 1

    def case_row(self, *, beneficiary_id: int | None = None, merged_into_id: int | None = None) -> CaseRow:
        """The row as the bulk writer takes it."""
        return CaseRow(
            **self.given,
            known_as=self.source_id,
            service_id=self.service.pk if self.service else None,
            unit_id=self.unit.pk if self.unit else None,
            beneficiary_id=beneficiary_id,
            merged_into_id=merged_into_id,
        )


@dataclass
class Reading:
    """One row while it is read: what was found so far, and what is wrong."""

    values: Mapping[str, Any]
    flaws: list[Flaw] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def flaw(self, name: str, value: Any, reason: str) -> None:
        """Something is wrong with a field."""
        self.flaws.append(Flaw(name, str(value), reason))


class Translator:
    """Reads rows by one mapping for one agency. `at` is the moment of the import."""

    def __init__(
        self, plan: Plan, agency: Agency, *, services: Names | None, units: Names | None, at: datetime
    ) -> None:
        self._plan, self._agency, self._at = plan, agency, at
        self._services, self._units = services, units
        self._get = {name: _getter(taken) for name, taken in plan.fields.items()}
        self._labels = {
            name: _getter(Taken(name, 0, (taken.name_column,)))
            for name, taken in plan.fields.items()
            if isinstance(taken, Named) and taken.name_column
        }
        self._moments = [
            (name, taken, moments.reader(taken.formats, _zone(taken, agency)))
            for name in MOMENTS
            if isinstance(taken := plan.fields.get(name), Moment)
        ]
        self._wilayats = places.wilayats_by_words() if "wilayat" in plan.fields else {}
        self._place = places.placing(agency, marks_outside=plan.marks_outside)
        self._degree = lru_cache(100_000)(places.degree)
        self._facts = [
            (_getter(Taken("facts", 0, (one.column,))), _answering(f"source-{number}", dict(one.label)))
            for number, one in enumerate(plan.facts, start=1)
        ]
        self._codes = tuple(name for name in KNOWN_CODES if name in plan.fields)

    def translate(self, row: SourceRow) -> Translated | list[Flaw]:
        """The case of a row, or everything that is wrong with it."""
        if row.flaw is not None:
            return [row.flaw]
        reading = Reading(row.values)
        source_id = self._reference(reading)
        codes = self._read_codes(reading)
        told = self._read_moments(reading)
        service = self._named(reading, self._services, "service", codes.get("kind", ""))
        unit = self._named(reading, self._units, "unit", "")
        given = self._words(reading, service, codes)
        self._set_place(reading, given)
        duplicate_of = self._text(reading, "duplicate_of")
        duplicate_of = "" if duplicate_of == source_id else duplicate_of
        self._set_history(reading, given, told, codes, bool(duplicate_of))
        self._set_rating(reading, given)
        person = self._person(reading, given, codes) if not reading.flaws else None
        found = Translated(
            row.line, row.mark, source_id, duplicate_of, service, unit, person, given, tuple(reading.notes)
        )
        if not reading.flaws:
            reading.flaws += [Flaw("", "", why) for why in problems(found.case_row(), at=self._at)]
        return reading.flaws or found

    def ids(self, row: SourceRow) -> tuple[str, str]:
        """The number of a row and that of the row it repeats, both as the source has them."""
        reading = Reading(row.values)
        own, other = self._text(reading, "reference"), self._text(reading, "duplicate_of")
        return own, "" if own == other else other

    def _reference(self, reading: Reading) -> str:
        found = self._text(reading, "reference")
        if not found:
            reading.flaw("reference", "", t("لا رقم للسجل في نظامه.", "The row has no number of its own."))
        elif len(found) > LONGEST_REFERENCE:
            reading.flaw("reference", found[:60], t("الرقم أطول من المسموح.", "The number is longer than allowed."))
        return found

    def _text(self, reading: Reading, name: str) -> str:
        get = self._get.get(name)
        return get(reading.values) if get is not None else ""

    def _read_codes(self, reading: Reading) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in self._codes:
            code = self._get[name](reading.values)
            if code in KNOWN_CODES[name]:
                found[name] = code
            elif code and self._plan.fields[name].unknown != "drop":
                reading.flaw(name, code, t("قيمة لا تعرفها المواءمة.", "A value the mapping does not know."))
        return found

    def _read_moments(self, reading: Reading) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for name, taken, read in self._moments:
            value = self._get[name](reading.values)
            if value == "":
                continue
            try:
                found[name] = read(value)
            except BadMoment:
                if taken.unknown != "drop":
                    reading.flaw(
                        name, value, t("لا يُقرأ تاريخاً بالصيغة المحددة.", "No date in the format that was given.")
                    )
        if "registered" not in found and not any(flaw.field == "registered" for flaw in reading.flaws):
            reading.flaw("registered", "", t("لا وقت تسجيل.", "No moment of registration."))
        return found

    def _named(self, reading: Reading, names: Names | None, name: str, kind: str) -> Choice | None:
        if names is None:
            return None
        value = self._text(reading, name)
        if not value:
            return None
        label = self._labels[name](reading.values) if name in self._labels else ""
        try:
            return names.choice(value, kind=kind, label=label)
        except NotKnown:
            reasons = {
                "service": t("خدمة لا تعرفها الجهة.", "A service the agency does not know."),
                "unit": t("وحدة لا تعرفها الجهة.", "A unit the agency does not know."),
            }
            reading.flaw(name, value, reasons[name])
            return None

    def _words(self, reading: Reading, service: Choice | None, codes: Mapping[str, str]) -> dict[str, Any]:
        kind = codes.get("kind") or (service.kind if service else "") or "report"
        language = codes.get("language", LANGUAGE_CODES[0])
        description = self._text(reading, "description")[:LONGEST_WORDS]
        title = self._text(reading, "title") or _first_line(description)
        if not title:
            title = (service.name if service else workflow.KINDS[kind]).in_language(language)
        return {
            "kind": kind,
            "channel": codes.get("channel", "paper"),
            "language": language,
            "importance": codes.get("importance", ""),
            "title": title[: _CUT["title"]],
            "description": description,
            "words": self._text(reading, "resolution")[:LONGEST_WORDS],
            "answers": self._read_facts(reading),
        }

    def _read_facts(self, reading: Reading) -> list[dict[str, Any]]:
        found = [_answer("source-id", FORMER_NUMBER, self._text(reading, "reference"))]
        for get, answering in self._facts:
            text = get(reading.values)
            if text:
                found.append(answering(text))
        return found

    def _set_place(self, reading: Reading, given: dict[str, Any]) -> None:
        lat, lon = self._point(reading)
        place = self._place(lat, lon, self._wilayat(reading))
        given |= {
            "governorate_id": place.governorate.pk if place.governorate else None,
            "wilayat_id": place.wilayat.pk if place.wilayat else None,
            "area_text": (self._text(reading, "area") or place.area_text)[: _CUT["area"]],
            "address_text": self._text(reading, "address")[: _CUT["address"]],
            "lat": place.lat,
            "lon": place.lon,
            "outside_area": place.outside_area,
        }

    def _point(self, reading: Reading) -> tuple[Decimal | None, Decimal | None]:
        written = self._text(reading, "lat"), self._text(reading, "lon")
        if not any(written):
            return None, None
        if not all(written):
            name, value = ("lon", written[0]) if written[0] else ("lat", written[1])
            reading.flaw(name, value, t("أحد الإحداثيين مفقود.", "One of the two coordinates is missing."))
            return None, None
        try:
            lat, lon = self._degree(written[0], 90), self._degree(written[1], 180)
        except BadPoint as bad:
            name = "lat" if str(bad) == written[0] else "lon"
            reading.flaw(name, str(bad), t("ليست درجة على الأرض.", "No degree on earth."))
            return None, None
        if (not lat and not lon) or (lat.normalize(), lon.normalize()) in self._plan.nowhere:
            reading.notes.append("nowhere")
            return None, None
        return lat, lon

    def _wilayat(self, reading: Reading) -> Wilayat | None:
        value = self._text(reading, "wilayat")
        if not value:
            return None
        found = self._wilayats.get(fold(value))
        if found is None and self._plan.fields["wilayat"].unknown != "drop":
            reading.flaw("wilayat", value, t("لا توجد ولاية بهذا الاسم.", "There is no wilayat of this name."))
        return found

    def _set_history(
        self,
        reading: Reading,
        given: dict[str, Any],
        told: dict[str, datetime],
        codes: Mapping[str, str],
        is_duplicate: bool,
    ) -> None:
        registered = told.get("registered")
        if registered is None:
            return
        state = codes.get("state") or _state_of(told)
        self._settle(reading, told, state in ENDED)
        ended_at = told.get("closed") or told.get("resolved") or told.get("rejected")
        given |= {
            "registered_at": registered,
            "due_at": told.get("target"),
            "acknowledged_at": told.get("acknowledged"),
            "referred_at": told.get("referred"),
            "accepted_at": told.get("accepted"),
            "started_at": told.get("started"),
        }
        if state not in ENDED:
            given["state"] = state
            if is_duplicate:
                reading.notes.append("duplicate_open")
            return
        if ended_at is None:
            reading.flaw(
                "state", state, t("انتهى الطلب ولا وقت لانتهائه.", "The case has ended, but no moment says when.")
            )
            return
        given |= _end("duplicate" if is_duplicate else state, told, ended_at)

    def _settle(self, reading: Reading, told: dict[str, datetime], is_ended: bool) -> None:
        """Moments that the mapping allows to lie before the registration, and ends that are none."""
        registered = told["registered"]
        for name, taken, _ in self._moments:
            moment = told.get(name)
            if moment is None or name in ("registered", "target"):
                continue
            if not is_ended and name in ("resolved", "rejected", "closed"):
                del told[name]
                if not taken.only_if_ended:
                    reading.notes.append("open_with_end")
            elif moment < registered and taken.earlier == "registered":
                told[name] = registered
                reading.notes.append("earlier")

    def _set_rating(self, reading: Reading, given: dict[str, Any]) -> None:
        value = self._text(reading, "rating")
        if not value:
            return
        figure = latin_digits(value)
        rated_at = given.get("closed_at") or given.get("resolved_at")
        if figure not in ("1", "2", "3", "4", "5"):
            if self._plan.fields["rating"].unknown != "drop":
                reading.flaw("rating", value, t("التقييم من 1 إلى 5.", "A rating is 1 to 5."))
        elif given.get("resolved_at") is None:
            reading.notes.append("rating_left_out")
        else:
            comment = self._text(reading, "rating_comment")
            given |= {"rating": int(figure), "rating_comment": comment, "rated_at": rated_at}

    def _person(self, reading: Reading, given: dict[str, Any], codes: Mapping[str, str]) -> Person | None:
        name, phone, email = (self._text(reading, one) for one in ("name", "phone", "email"))
        if not (name or phone or email):
            return None
        phone = self._address(reading, "phone", phone, self._phone)
        email = self._address(reading, "email", email, str)
        preferred = codes.get("preferred", "email" if email and not phone else "sms")
        given["preferred_channel"] = preferred
        try:
            return read_person(
                name=name,
                phone=phone or None,
                email=email or None,
                language=given["language"],
                preferred_channel=preferred,
                kind=codes.get("person_kind", "citizen"),
                at=given["registered_at"],
            )
        except BadPhone as bad:
            reading.flaw("phone", phone, str(bad))
        except BadEmail as bad:
            if self._plan.fields["email"].unknown == "drop":
                return self._person_without_mail(name, phone, given, codes)
            reading.flaw("email", email, str(bad))
        return None

    def _person_without_mail(
        self, name: str, phone: str, given: dict[str, Any], codes: Mapping[str, str]
    ) -> Person | None:
        given["preferred_channel"] = "sms" if phone else ""
        if not (name or phone):
            return None
        return read_person(
            name=name,
            phone=phone or None,
            language=given["language"],
            kind=codes.get("person_kind", "citizen"),
            at=given["registered_at"],
        )

    def _address(self, reading: Reading, name: str, value: str, read: Callable[[str], str]) -> str:
        if not value:
            return ""
        try:
            return read(value)
        except BadPhone as bad:
            if self._plan.fields[name].unknown != "drop":
                reading.flaw(name, value, str(bad))
            return ""

    def _phone(self, value: str) -> str:
        return parse_phone(value, self._plan.region)


def _getter(taken: Taken) -> Get:
    """What takes a field's value from a row: cleaned text, or a moment that the file holds as one."""
    tidy = clean if taken.field in _LONG else clean_line
    if taken.value:
        constant = taken.value
        return lambda row: constant
    values, default = taken.values, taken.default

    def read(written: str) -> str:
        if written.isascii() and written.isprintable():  # as `tidy` would leave it, many times faster
            text = " ".join(written.split()) if "  " in written else written.strip()
        else:
            text = tidy(written)
        return values.get(text, text) or default

    if len(taken.columns) == 1:
        return _of_column(taken.columns[0], _remembered(read), keeps_moments=isinstance(taken, Moment))

    def joined(parts: tuple[str, ...]) -> str:
        text = taken.join.join(filter(None, map(tidy, parts)))
        return values.get(text, text) or default

    known = _remembered(joined)
    return lambda row: known(tuple([str(row.get(column, "")) for column in taken.columns]))


def _of_column(column: str, read: Callable[[str], str], *, keeps_moments: bool) -> Get:
    def one(row: Mapping[str, Any]) -> Any:
        value = row.get(column, "")
        if type(value) is str:
            return read(value)
        return value if keeps_moments and not isinstance(value, str) else read(str(value))

    return one


def _remembered(read: Callable[[Written], str]) -> Callable[[Written], str]:
    """The same, kept for the values that come first, as most columns say the same things again and again."""
    known: dict[Written, str] = {}

    def remembered(written: Written) -> str:
        text = known.get(written)
        if text is None:
            text = read(written)
            if len(known) < _KEPT_VALUES and len(text) <= _KEPT_LENGTH:
                known[written] = text
        return text

    return remembered


def _zone(taken: Moment, agency: Agency) -> ZoneInfo:
    return ZoneInfo(taken.zone) if taken.zone else agency.zone


def _state_of(told: Mapping[str, datetime]) -> str:
    """Where the moments alone lead."""
    for name, state in (
        ("closed", "closed"),
        ("rejected", "rejected"),
        ("resolved", "closed"),
        ("started", "in_progress"),
    ):
        if name in told:
            return state
    return "in_progress" if "accepted" not in told else "accepted"


def _end(state: str, told: Mapping[str, datetime], ended_at: datetime) -> dict[str, Any]:
    """The end of a history. What was resolved is history and closed: nobody is asked any more whether it was solved."""
    if state in ("duplicate", "withdrawn", "spam"):
        return {"state": state, "left_at": ended_at}
    if state == "rejected":
        return {"state": state, "rejected_at": ended_at}
    if state == "closed" and "rejected" in told and "resolved" not in told:
        return {"state": state, "rejected_at": told["rejected"], "closed_at": ended_at}
    resolved_at = min(told.get("resolved") or ended_at, ended_at)
    return {"state": "closed", "resolved_at": resolved_at, "closed_at": max(ended_at, resolved_at)}


def _answer(code: str, label: dict[str, str], text: str) -> dict[str, Any]:
    return {"code": code, "label": label, "value": text, "text": {"ar": text, "en": text}}


def _answering(code: str, label: dict[str, str]) -> Callable[[str], dict[str, Any]]:
    """What makes the answer of one column; rows that say the same share it."""
    return lru_cache(_KEPT_VALUES)(lambda text: _answer(code, label, text[:LONGEST_FACT]))


def _first_line(words: str) -> str:
    return next((clean_line(line) for line in words.splitlines() if line.strip()), "")
