"""A case told by a program: read, judged, and registered through intake like a report of any other door."""

import hashlib
import secrets
from decimal import Decimal
from typing import Any

from wasl.api.v1 import bodies, uploads
from wasl.api.v1.bodies import ProblemPart
from wasl.api.v1.calling import Caller
from wasl.api.v1.problems import Refused, wrong
from wasl.cases.models import Case
from wasl.catalogue import forms
from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.contacts.emails import BadEmail, parse_email
from wasl.contacts.phones import BadPhone, parse_phone
from wasl.core import references
from wasl.core.i18n import t
from wasl.core.text import clean, clean_line
from wasl.intake import operations as intake
from wasl.intake.reports import GRAVE_KINDS, Attended, Report, Where, Who
from wasl.places import queries as places

DOOR = CHANNEL = "api"
UNNAMED_KIND = "report"
# Days: a date further away is a slip of the year.
LONGEST_PAST, LONGEST_AHEAD = 366, 5 * 366
_NEEDED_BY = {"sms": "phone", "call": "phone", "email": "email"}


def register(given: bodies.NewCase, caller: Caller, *, key: str) -> Case:
    """Register what a program told, once per `key`. Refuses with every place that is to be mended."""
    report = _report(given, caller)
    attended = _attended(given, caller)
    receipt = intake.submit_report(
        report,
        agency=caller.agency,
        door=DOOR,
        key=_own(key, caller),
        address="",
        at=caller.at,
        attended=attended,
        brought_by=caller.api_key if caller.person is None else None,
    )
    return receipt.case


def _own(key: str, caller: Caller) -> str:
    """The key of the sending among those of all programs, in the letters that a submission takes."""
    return hashlib.sha256(f"{caller.api_key.pk}:{key or secrets.token_hex(16)}".encode()).hexdigest()


def _attended(given: bodies.NewCase, caller: Caller) -> Attended | None:
    if caller.person is None:
        if given.channel not in (None, CHANNEL):
            raise wrong(
                "/channel",
                t("لا يسمّي القناة إلا مفتاح يعمل باسم موظف.", "Only a key that acts for staff names the channel."),
            )
        return None
    return Attended(by=caller.person, channel=str(given.channel or CHANNEL))


def _report(given: bodies.NewCase, caller: Caller) -> Report:
    problems: list[ProblemPart] = []

    def say(pointer: str, detail: Any) -> None:
        problems.append(ProblemPart(str(detail), pointer=pointer))

    service = _service(given, caller, say)
    words = clean(given.description)
    if service is None and not words and not problems:
        say("/description", t("اكتب وصفاً أو اختر خدمة.", "Write a description or name a service."))
    kind = service.kind if service is not None else str(given.kind or UNNAMED_KIND)
    if service is not None and given.kind is not None and given.kind != service.kind:
        say("/kind", t("نوع الخدمة غير هذا؛ دعه خالياً.", "The service is of another kind; leave it out."))
    where = _where(given.place, service, say)
    who = _who(given.contact, say)
    answers = _answers(given, service, caller, say)
    same_as = _same_as(given, say)
    facts = _facts(given.facts, caller, say) if given.facts is not None and kind in GRAVE_KINDS else {}
    if problems:
        raise Refused("unprocessable", errors=problems)
    return Report(
        kind=kind,
        service=service,
        description=words,
        where=where,
        who=who,
        language=given.language,
        files=uploads.named(given.files, caller),
        facts=facts,
        answers=answers,
        same_as=same_as,
    )


def _service(given: bodies.NewCase, caller: Caller, say: Any) -> Service | None:
    if given.service is None:
        return None
    try:
        service = catalogue.service_by_code(caller.agency, given.service)
    except Service.DoesNotExist:
        service = None
    if service is None or not is_open_to(service, caller) or not service.is_valid(at=caller.at):
        say("/service", t("لا تُقدم خدمة بهذا الرمز الآن.", "No service of this code is offered now."))
        return None
    return service


def is_open_to(service: Service, caller: Caller) -> bool:
    """Confidential services are not told to partners, and not taken from them."""
    return caller.person is not None or not service.confidential


def _facts(facts: bodies.NewFacts, caller: Caller, say: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"danger": facts.danger, "people": facts.people, "site": facts.site}
    told = {name: value for name, value in told.items() if value}
    if facts.hardship is not None:
        told["hardship"] = str(facts.hardship)
    if facts.legal_date is not None:
        days = (facts.legal_date - caller.at.astimezone(caller.agency.zone).date()).days
        if not -LONGEST_PAST <= days <= LONGEST_AHEAD:
            say("/facts/legal_date", t("موعد بعيد جداً؛ راجع السنة.", "This is too far away; look at the year."))
        told["legal_days"] = days
    return told


def _where(place: bodies.NewPlace | None, service: Service | None, say: Any) -> Where:
    place = place or bodies.NewPlace()
    wilayat = places.wilayat_by_code(place.wilayat) if place.wilayat and "\0" not in place.wilayat else None
    if place.wilayat and wilayat is None:
        say("/place/wilayat", t("لا توجد ولاية بهذا الرمز.", "There is no wilayat of this code."))
    has_point = place.latitude is not None and place.longitude is not None
    if not has_point and (place.latitude is not None or place.longitude is not None):
        missing = "longitude" if place.longitude is None else "latitude"
        say(f"/place/{missing}", t("خط الطول والعرض معاً أو لا أحدهما.", "Both degrees or none."))
    if service is not None and service.needs_location and not has_point and wilayat is None:
        say(
            "/place",
            t("الخدمة تحتاج إلى مكان: نقطة أو ولاية.", "The service needs a place: a point or a wilayat."),
        )
    return Where(
        governorate=wilayat.governorate if wilayat else None,
        wilayat=wilayat,
        area_text=clean_line(place.area),
        address_text=clean_line(place.address),
        lat=_degrees(place.latitude) if has_point else None,
        lon=_degrees(place.longitude) if has_point else None,
    )


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.000001"))


def _who(contact: bodies.NewContact | None, say: Any) -> Who:
    if contact is None:
        return Who()
    phone = _parsed(parse_phone, BadPhone, contact.phone, "/contact/phone", say)
    email = _parsed(parse_email, BadEmail, contact.email, "/contact/email", say)
    needed = _NEEDED_BY.get(contact.preferred_channel, "")
    if needed and not clean_line(contact.phone if needed == "phone" else contact.email):
        say(
            f"/contact/{needed}",
            t("يلزم لنرد بالوسيلة المطلوبة.", "Needed so that we can answer in the way that is wished."),
        )
    return Who(
        name=clean_line(contact.name),
        phone=phone,
        email=email,
        preferred_channel="" if contact.preferred_channel == "none" else contact.preferred_channel,
    )


def _parsed(parse: Any, bad: type[Exception], given: str, pointer: str, say: Any) -> str:
    line = clean_line(given)
    if not line:
        return ""
    try:
        return str(parse(line))
    except bad as problem:
        say(pointer, problem.args[0])
        return ""


def _answers(given: bodies.NewCase, service: Service | None, caller: Caller, say: Any) -> list[dict[str, Any]]:
    questions = catalogue.questions(service.pk, caller.at) if service is not None else []
    for code in given.answers.keys() - {question.code for question in questions}:
        say(f"/answers/{code}", t("لا تسأل الخدمة هذا السؤال.", "The service does not ask this."))
    told = {code: _as_typed(value) for code, value in given.answers.items()}
    today = caller.at.astimezone(caller.agency.zone).date()
    answers = forms.read(questions, told, prefix="", today=today)
    for code, sentence in answers.errors.items():
        say(f"/answers/{code}", sentence)
    return forms.told(questions, answers.values)


def _as_typed(value: bodies.AnswerValue) -> str | list[str]:
    if isinstance(value, bool):
        return forms.YES if value else forms.NO
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**12:
        return str(int(value))
    return value if isinstance(value, list) else str(value)


def _same_as(given: bodies.NewCase, say: Any) -> str:
    if given.same_as is None:
        return ""
    reference = references.parse(given.same_as)
    if reference is None:
        say("/same_as", t("ليس هذا رقم طلب.", "This is no reference of a case."))
        return ""
    return str(reference.digits)
