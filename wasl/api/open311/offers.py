"""The services of an agency that this door offers, with their questions, as the specification words them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wasl.api.open311.answers import Refused
from wasl.catalogue import queries as catalogue
from wasl.catalogue.forms import YES_OR_NO, Datatype, Question, condition_in_words
from wasl.catalogue.models import Service
from wasl.core import edition
from wasl.core.i18n import language, t
from wasl.directory.models import Agency

NO_SERVICE = t("لا توجد خدمة بهذا service_code.", "There is no service of this service_code.")

# The specification knows six kinds of answers; a day is a moment to it, and yes or no a list of two.
_DATATYPES = {
    Datatype.STRING: "string",
    Datatype.TEXT: "text",
    Datatype.NUMBER: "number",
    Datatype.DATE: "datetime",
    Datatype.DATETIME: "datetime",
    Datatype.ONE: "singlevaluelist",
    Datatype.SEVERAL: "multivaluelist",
    Datatype.YES_NO: "singlevaluelist",
}
_HOW_TO_WRITE = {
    Datatype.NUMBER: t("رقم، مثل 12.5", "A number, such as 12.5"),
    Datatype.DATE: t("يوم، مثل 2026-11-29", "A day, such as 2026-11-29"),
    Datatype.DATETIME: t("يوم وساعة، مثل 2026-11-29T13:30:00+04:00", "A moment, such as 2026-11-29T13:30:00+04:00"),
}


@dataclass(frozen=True)
class Offers:
    """What of an agency's catalogue this door knows, by code and by number; ended services too."""

    by_code: dict[str, Service]
    by_number: dict[int, Service]

    @property
    def public(self) -> list[int]:
        """The numbers of services whose cases everybody may know of."""
        return [number for number, service in self.by_number.items() if service.public_map]

    @property
    def others(self) -> list[int]:
        """The numbers of those whose cases only the program that brought them sees."""
        return [number for number, service in self.by_number.items() if not service.public_map]


def offers(agency: Agency) -> Offers:
    """The services of Open311; confidential ones are not among them. From memory while the catalogue stays as it is."""

    def read() -> Offers:
        known = [one for one in catalogue.all_services(agency) if one.open311 and not one.confidential]
        return Offers({one.code: one for one in known}, {one.pk: one for one in known})

    return edition.kept(("open311.offers", agency.pk), read)


def offered(agency: Agency, *, at: datetime) -> list[Service]:
    """The services that may be asked for at this moment, in the order of the catalogue."""
    return [service for service in offers(agency).by_number.values() if service.is_offered(at=at)]


def service(agency: Agency, code: str, *, at: datetime) -> Service:
    """The service of a code, if it is offered now. Raises Refused."""
    found = offers(agency).by_code.get(code)
    if found is None or not found.is_offered(at=at):
        raise Refused((404, NO_SERVICE))
    return found


def list_row(one: Service, *, asks: bool) -> dict[str, Any]:
    """A service as the list shows it; `asks`: it has questions of its own."""
    return {
        "service_code": one.code,
        "service_name": str(one.name),
        "description": str(one.description),
        "metadata": asks,
        "type": "realtime",
        "keywords": ", ".join(one.keywords),
        "group": str(one.category.name),
    }


def definition(one: Service, questions: list[Question]) -> dict[str, Any]:
    """The questions of a service."""
    rows = [_attribute(question, order, questions) for order, question in enumerate(questions, start=1)]
    return {"service_code": one.code, "attributes": rows}


def _attribute(question: Question, order: int, questions: list[Question]) -> dict[str, Any]:
    spoken = language()
    when = str(condition_in_words(question, questions))
    hint = " ".join(filter(None, (str(question.hint), str(_HOW_TO_WRITE.get(question.datatype, "")), when)))
    values = YES_OR_NO if question.datatype == Datatype.YES_NO else question.values
    return {
        "variable": True,
        "code": question.code,
        "datatype": _DATATYPES[question.datatype],
        # What depends on another answer cannot be demanded by a program that knows no conditions.
        "required": question.required and question.condition is None,
        "datatype_description": hint or None,
        "order": order,
        "description": question.label.in_language(spoken),
        "values": [{"key": value.key, "name": value.label.in_language(spoken)} for value in values],
    }
