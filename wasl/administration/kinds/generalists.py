"""Comprehensive employees: who may finish which services at the first contact, and how soon a further one counts."""

from datetime import datetime
from typing import Any

from wasl.accounts import queries as people
from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Type, Wrong, register
from wasl.administration.values import as_moment, moment
from wasl.cases import operations as cases
from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.core.i18n import say, t
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.rights import Role
from wasl.routing import generalists
from wasl.routing.generalists import BadGeneralist, Named
from wasl.routing.models import Generalist

_ROLES = tuple((role.value, role.label) for role in Role if generalists.can(role))
DAYS_CODE = "first_contact"


class Generalists(Kind):
    code = "generalists"
    title, singular = t("الموظف الشامل", "Comprehensive employees"), t("تكليف شامل", "grant")
    sentence = t(
        "من ينجز خدمات بعينها عند أول تواصل دون إحالة، كي لا يراجع أحد جهتين.",
        "Who finishes listed services at the first contact, without a referral, so that nobody visits two places.",
    )
    icon, group, order = "badge-check", Group.SERVICES, 56
    refusals = (BadGeneralist,)
    comes_after = ("roles", "support_lines")
    fields = (
        Field(
            "person",
            t("الموظف", "Person"),
            Type.REFERENCE,
            fixed=True,
            in_list=True,
            refers_to="people",
            ends_along=True,
            hint=t("أو اتركه، واختر وحدة ودوراً.", "Or leave it and choose a unit and a role."),
        ),
        Field(
            "unit",
            t("الوحدة وما تحتها", "Unit and below"),
            Type.REFERENCE,
            fixed=True,
            in_list=True,
            refers_to="units",
            ends_along=True,
            half=True,
        ),
        Field("role", t("الدور", "Role"), Type.CHOICE, fixed=True, in_list=True, choices=_ROLES, half=True),
        Field(
            "services",
            t("الخدمات", "Services"),
            Type.REFERENCES,
            required=True,
            refers_to="services",
            in_list=True,
            hint=t("ما ينجزه بنفسه عند أول تواصل.", "What is finished at the first contact."),
        ),
        Field(
            "from",
            t("من", "From"),
            Type.MOMENT,
            hint=t("فارغ: من الآن.", "Empty: from now."),
            half=True,
        ),
        Field(
            "until",
            t("إلى", "Until"),
            Type.MOMENT,
            in_list=True,
            hint=t("فارغ: بلا نهاية.", "Empty: no end."),
            half=True,
        ),
    )

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        latest: dict[str, Document] = {}
        services = {service.pk: code for code, service in catalogue.known_services(agency.pk).items()}
        # What was replaced before it began never held: it stands there only where there is nothing else.
        for row in sorted(generalists.all_grants(agency), key=lambda row: row.valid_to != row.valid_from):
            document = _document(row, agency, services, at)
            latest[document["code"]] = document
        return list(latest.values())

    def code_for(self, document: Document) -> str:
        if person := document.get("person"):
            return str(person)
        return f"{document.get('role', '')}@{document.get('unit', '')}"

    def name_of(self, document: Document) -> str:
        if document.get("person"):
            return str(document["person"])
        role = document.get("role", "")
        label = Role(role).label if role in set(Role) else role
        return say("{role} في {unit}", "{role} in {unit}", role=label, unit=document.get("unit", ""))

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        """A grant holds from now or later; a changed one from now."""
        starts = as_moment(after["from"])
        order = [service.code for service in catalogue.all_services(agency)]
        chosen = sorted(set(after["services"]), key=lambda code: order.index(code) if code in order else len(order))
        return {**after, "services": chosen, "from": after["from"] if starts and starts > at else moment(at, agency)}

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        starts = as_moment(after["from"])
        try:
            generalists.check(
                agency,
                _named(agency, after),
                services=_services(agency, after),
                valid_from=starts if starts and starts > at else at,
                valid_to=as_moment(after["until"]),
                at=at,
            )
        except BadGeneralist as bad:
            raise Wrong({bad.field: bad.sentence}) from None

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            generalists.end_generalist(agency, _named(agency, before or {}), by=by, at=at)
            return
        generalists.set_generalist(
            agency,
            _named(agency, after),
            services=_services(agency, after),
            valid_from=as_moment(after["from"]),
            valid_to=as_moment(after["until"]),
            by=by,
            at=at,
        )


def _named(agency: Agency, document: Document) -> Named:
    code = document.get("unit") or ""
    unit = next((unit for unit in directory.all_units(agency) if unit.code == code), None) if code else None
    address = document.get("person") or ""
    return Named(people.person_by_address(address) if address else None, unit, str(document.get("role") or ""))


def _services(agency: Agency, document: Document) -> list[Service]:
    known = catalogue.known_services(agency.pk)
    return [known[code] for code in document.get("services") or [] if code in known]


def _document(row: Generalist, agency: Agency, services: dict[int, str], at: datetime) -> dict[str, Any]:
    document = {
        "person": row.person.email if row.person is not None else "",
        "unit": row.unit.code if row.unit is not None else "",
        "role": row.role,
        "services": [code for number, code in services.items() if number in row.services],
        "from": moment(row.valid_from, agency),
        "until": moment(row.valid_to, agency),
        "ended": row.valid_to is not None and row.valid_to <= at,
    }
    return {"code": Generalists().code_for(document), **document}


class FirstContact(Kind):
    code = "first_contact"
    title, singular = t("الإنجاز عند أول تواصل", "First contact"), t("مدة أول تواصل", "days of the first contact")
    sentence = t(
        "خلال كم يوماً يعني تواصل جديد في الأمر نفسه أنه لم يُحل من أول مرة.",
        "Within how many days a further contact in the same matter says that the first one had not settled it.",
    )
    icon, group, order = "phone-incoming", Group.SERVICES, 96
    can_add = can_end = False
    fields = (
        Field(
            "days",
            t("الأيام بعد الإنجاز", "Days after the resolution"),
            Type.WHOLE,
            required=True,
            in_list=True,
            least=1,
            most=90,
            hint=t("ما حُسب من قبل يبقى كما هو.", "What was judged before stays."),
        ),
    )

    def name_of(self, document: Document) -> str:
        return str(self.title)

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [{"code": DAYS_CODE, "days": cases.first_contact_days(agency.pk)}]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is not None:
            cases.set_first_contact_days(agency, days=after["days"], by=by, at=at)


register(Generalists())
register(FirstContact())
