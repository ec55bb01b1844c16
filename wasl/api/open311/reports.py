"""A sent report read into what intake takes. Everything that is wrong with it is told at once."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from wasl.api.open311.answers import AGAIN_SECONDS, Refused, wrong
from wasl.api.open311.reading import Given
from wasl.catalogue import forms
from wasl.catalogue.forms import Datatype, Question
from wasl.catalogue.models import Service
from wasl.contacts import emails, phones
from wasl.core import files, http
from wasl.core.files import limits
from wasl.core.i18n import counted, t
from wasl.core.models import StoredFile
from wasl.core.text import clean_line, latin_digits
from wasl.directory.models import Agency
from wasl.intake.reports import Report, Where, Who
from wasl.places import queries as places

LONGEST_DESCRIPTION, LONGEST_ADDRESS, LONGEST_NAME, LONGEST_URL = 4_000, 300, 120, 2_000
_DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d{1,30})?")
_WITH_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:?\d\d)")

_TOO_LONG = (
    "{name}: كتبت {n}، والحد {limit}.",
    "{name}: you wrote {n}; the limit is {limit}.",
)
_BAD_DEGREES = (
    "{name}: اكتب درجات عشرية من -{most} إلى {most}.",
    "{name}: write decimal degrees from -{most} to {most}.",
)
_HALF_A_POINT = t("lat و long يُرسلان معاً.", "lat and long go together.")
_NO_PLACE = t(
    "حدّد المكان: lat و long، أو address_string، أو address_id.",
    "Tell the place: lat and long, or address_string, or address_id.",
)
_NO_SUCH_ADDRESS = t(
    "address_id: لا مكان بهذا الرمز. أرسل رمز ولاية، أو address_string.",
    "address_id: no place of this code. Send the code of a wilayat, or address_string.",
)
_UNKNOWN_ATTRIBUTE = ("attribute[{code}]: لا تسأل الخدمة عن هذا.", "attribute[{code}]: the service does not ask this.")
_BAD_URL = t(
    "media_url: اكتب عنواناً يبدأ بـ http أو https.", "media_url: write an address that begins with http or https."
)
_TOO_MANY_PICTURES = t("يكفي البلاغ {n} صور.", "{n} pictures are enough for a report.", n=limits.PHOTOS_PER_REPORT)
_NOT_A_PICTURE = t("الملف ليس صورة. أرسل JPEG أو PNG أو HEIC.", "The file is no picture. Send JPEG, PNG or HEIC.")
_BUSY = t(
    "نعالج صوراً كثيرة الآن. أعد الإرسال كما هو بعد قليل.", "Busy with pictures. Send it again as it is in a while."
)


@dataclass
class _Reader:
    """Reads the parts of one report and gathers what is wrong."""

    given: Given
    agency: Agency
    service: Service
    wrong: list[str] = field(default_factory=list)

    def description(self) -> str:
        return self._within("description", self.given.text("description"), LONGEST_DESCRIPTION)

    def where(self) -> Where:
        address = self._within("address_string", clean_line(self.given.text("address_string")), LONGEST_ADDRESS)
        lat, lon = self._degrees("lat", 90), self._degrees("long", 180)
        told = [bool(self.given.one(name)) for name in ("lat", "long", "address_string", "address_id")]
        if told[0] != told[1]:
            self.wrong.append(_HALF_A_POINT)
        elif self.service.needs_location and not any(told):
            self.wrong.append(_NO_PLACE)
        code = self.given.one("address_id")
        wilayat = places.wilayat_by_code(code) if code else None
        # Clients put notes of their own there; where the place is told otherwise, that counts.
        if code and wilayat is None and not any(told[:3]):
            self.wrong.append(_NO_SUCH_ADDRESS)
        return Where(
            governorate=wilayat.governorate if wilayat else None,
            wilayat=wilayat,
            address_text=address,
            lat=lat,
            lon=lon,
        )

    def who(self) -> Who:
        names = (self.given.one("first_name"), self.given.one("last_name"))
        name = self._within("first_name, last_name", " ".join(filter(None, names)), LONGEST_NAME)
        phone = email = ""
        try:
            phone = phones.parse_phone(self.given.one("phone")) if self.given.one("phone") else ""
        except phones.BadPhone as problem:
            self.wrong.append(f"phone: {problem.args[0]}")
        try:
            email = emails.parse_email(self.given.one("email")) if self.given.one("email") else ""
        except emails.BadEmail as problem:
            self.wrong.append(f"email: {problem.args[0]}")
        wished = "sms" if phone and phones.is_mobile(phone) else "email" if email else "call" if phone else ""
        return Who(name=name, phone=phone, email=email, preferred_channel=wished)

    def answers(self, questions: list[Question], at: datetime) -> list[dict[str, Any]]:
        sent = self.given.attributes()
        known = {question.code: question for question in questions}
        for code in sent:
            if code not in known:
                self.wrong.append(t(*_UNKNOWN_ATTRIBUTE, code=code))
        zone = self.agency.zone
        data = {
            code: [_as_asked(known[code], text, zone) for text in texts]
            for code, texts in sent.items()
            if code in known
        }
        read = forms.read(questions, data, "", today=at.astimezone(zone).date())
        self.wrong += [f"attribute[{code}]: {sentence}" for code, sentence in read.errors.items()]
        return forms.told(questions, read.values)

    def _degrees(self, name: str, most: int) -> Decimal | None:
        text = latin_digits(self.given.one(name)).replace("٫", ".")
        if not text:
            return None
        try:
            degrees = Decimal(text) if _DEGREES.fullmatch(text) else None
        except InvalidOperation:
            degrees = None
        if degrees is None or abs(degrees) > most:
            self.wrong.append(t(*_BAD_DEGREES, name=name, most=most))
            return None
        return degrees.quantize(Decimal("0.000001"))

    def _within(self, name: str, text: str, most: int) -> str:
        return within(name, text, most, self.wrong)


def within(name: str, text: str, most: int, problems: list[str]) -> str:
    """The text if it is not too long; else nothing, and one more problem."""
    if len(text) <= most:
        return text
    problems.append(t(*_TOO_LONG, name=name, n=counted(len(text), "letter"), limit=counted(most, "letter")))
    return ""


def picture_addresses(given: Given, problems: list[str]) -> tuple[str, ...]:
    """The addresses of pictures; how many pictures there are in all is looked at too."""
    found = tuple(dict.fromkeys(given.every("media_url", "media_url[]")))
    for address in found:
        try:
            http.split(address)
        except http.Refused:
            problems.append(_BAD_URL)
        else:
            within("media_url", address, LONGEST_URL, problems)
    if len(found) + len(given.files) + len(given.too_big) > limits.PHOTOS_PER_REPORT:
        problems.append(_TOO_MANY_PICTURES)
    return found


def read_report(
    given: Given, service: Service, questions: list[Question], *, agency: Agency, language: str, at: datetime
) -> Report:
    """The report of a request. Raises Refused with everything that has to be mended."""
    reader = _Reader(given, agency, service)
    report = Report(
        kind=service.kind,
        service=service,
        description=reader.description(),
        where=reader.where(),
        who=reader.who(),
        language=language,
        answers=reader.answers(questions, at),
        pictures=picture_addresses(given, reader.wrong),
    )
    if reader.wrong:
        raise wrong(*reader.wrong)
    report.files.extend(stored(given, agency_id=agency.pk, at=at))
    return report


def stored(given: Given, *, agency_id: int, at: datetime) -> list[StoredFile]:
    """The pictures that were sent along, taken in but not kept yet. Raises Refused with each that is not taken."""
    refused = [f"media: {files.FileRefused('too_big', limit=limits.FILE_BYTES // limits.MEGABYTE).message}"] * len(
        given.too_big
    )
    taken: list[StoredFile] = []
    for upload in given.files:
        try:
            file = files.store(upload, agency_id=agency_id, name=upload.name or "", at=at)
        except files.FileRefused as refusal:
            refused.append(f"media: {refusal.message}")
            continue
        except (files.DecoderBusy, files.FileStoreFull):
            raise Refused((503, _BUSY), again=AGAIN_SECONDS) from None
        if files.is_picture(file):
            taken.append(file)
        else:
            refused.append(f"media: {_NOT_A_PICTURE}")
    if refused:
        raise wrong(*refused)
    return taken


def _as_asked(question: Question, text: str, zone: ZoneInfo) -> str:
    """A moment as a form of ours would tell it: in the agency's time zone; a day of it where a day is asked."""
    written = latin_digits(clean_line(text))
    if question.datatype not in (Datatype.DATE, Datatype.DATETIME) or not _WITH_OFFSET.fullmatch(written):
        return text
    try:
        moment = datetime.fromisoformat(written.upper().replace(" ", "T")).astimezone(zone)
    except (ValueError, OverflowError):
        return text
    return f"{moment:%Y-%m-%d}" if question.datatype == Datatype.DATE else f"{moment:%Y-%m-%dT%H:%M}"
