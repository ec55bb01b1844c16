"""Agencies: the authorities that live in this house. Each sees itself, and those that were founded from it."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from wasl.accounts.models import User
from wasl.administration.models import ConfigChange
from wasl.administration.registry import Choice, Document, Field, Group, Kind, Type, Use, Wrong, changed, register
from wasl.calendars import operations as calendars
from wasl.cases import queries as cases
from wasl.core.i18n import LANGUAGES, t
from wasl.core.localized import Localized
from wasl.directory import operations as directory
from wasl.directory import queries
from wasl.directory.models import Agency, check_time_zone
from wasl.directory.rights import Right, Role
from wasl.places import queries as places
from wasl.sla import ladders
from wasl.sla import operations as sla

# For so many years, its own among them, an agency that is founded is proposed the holidays of its country.
YEARS_AHEAD = 3

_HOST = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_TONGUES = {"ar": t("العربية", "Arabic"), "en": t("الإنجليزية", "English")}
_PLAIN = (
    "time_zone", "languages", "phone", "email", "hosts", "governorates", "open311_anonymous", "open311_words",
)  # fmt: skip


def _governorates(agency: Agency) -> Sequence[Choice]:
    return [(governorate.code, str(governorate.name)) for governorate in places.governorates()]


def check_email(address: str) -> None:
    """Raises ValueError with a sentence unless it is an address."""
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError(t("اكتب بريداً مثل name@example.om.", "Write an address such as name@example.om.")) from None


def _check_zone(name: str) -> None:
    try:
        check_time_zone(name)
    except ValidationError as error:
        raise ValueError(str(error.messages[0])) from None


def _check_letters(letters: str) -> None:
    if not (letters.isascii() and letters.isalpha() and letters.isupper()):
        raise ValueError(t("حروف إنجليزية كبيرة فقط، مثل MR.", "Capital Latin letters only, such as MR."))


def _check_hosts(hosts: list[str]) -> None:
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ValueError(
                t(
                    "اكتب اسم الموقع وحده، مثل report.example.om.",
                    "Write the host name alone, such as report.example.om.",
                )
            )


class Agencies(Kind):
    code = "agencies"
    title, singular = t("الجهات", "Agencies"), t("جهة", "agency")
    sentence = t(
        "اسم الجهة وهاتفها ومنطقتها وعناوين موقعها، وتأسيس جهة جديدة.",
        "The name, telephone, area and host names of the agency, and the founding of a new one.",
    )
    icon, group, order = "landmark", Group.ORGANISATION, 10
    right = Right.MANAGE_UNITS
    refusals = (directory.AgencyRefused, ValidationError)
    fields = (
        Field(
            "code",
            t("الرمز", "Code"),
            hint=t("قصير ولا يتغير، مثل MUN.", "Short and for good, such as MUN."),
            required=True,
            fixed=True,
            in_list=True,
            ltr=True,
            max_length=16,
            half=True,
        ),
        Field(
            "letters",
            t("حروف أرقام الطلبات", "Letters of references"),
            hint=t("تبدأ بها أرقام الطلبات: MR-2611-04173-2.", "References begin with them: MR-2611-04173-2."),
            required=True,
            fixed=True,
            in_list=True,
            ltr=True,
            max_length=4,
            check=_check_letters,
            half=True,
        ),
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True),
        Field(
            "short_name",
            t("الاسم المختصر", "Short name"),
            Type.LOCALIZED,
            hint=t("فارغ: الاسم نفسه.", "Empty: the name itself."),
        ),
        Field("phone", t("هاتف الجمهور", "Public telephone"), in_list=True, ltr=True, max_length=20, half=True),
        Field("email", t("بريد الجمهور", "Public e-mail"), ltr=True, check=check_email, half=True),
        Field(
            "time_zone",
            t("المنطقة الزمنية", "Time zone"),
            required=True,
            default="Asia/Muscat",
            ltr=True,
            check=_check_zone,
            half=True,
        ),
        Field(
            "languages",
            t("لغات الموقع", "Languages"),
            Type.CHOICES,
            required=True,
            default=list(LANGUAGES),
            choices=tuple((code, _TONGUES[code]) for code in LANGUAGES),
            half=True,
        ),
        Field(
            "governorates",
            t("المحافظات", "Governorates"),
            Type.CHOICES,
            choices=_governorates,
            hint=t("بلا اختيار: السلطنة كلها.", "None chosen: the whole country."),
        ),
        Field(
            "hosts",
            t("أسماء الموقع", "Host names"),
            Type.WORDS,
            check=_check_hosts,
            ltr=True,
            hint=t(
                "عناوين صفحات الجمهور لهذه الجهة، اسم في كل سطر.",
                "Under which its public pages live, one name a line.",
            ),
        ),
        Field(
            "is_default",
            t("الجهة المعتمدة", "Default agency"),
            Type.YES_NO,
            in_list=True,
            hint=t(
                "يراها من يفتح الموقع دون اسم جهة، ومنها تُؤسَّس الجهات الجديدة.",
                "Shown where no host names one; new agencies are founded from it.",
            ),
        ),
        Field(
            "open311_anonymous",
            t("بلاغات التطبيقات دون مفتاح", "Reports of apps without a key"),
            Type.YES_NO,
            hint=t(
                "يقبل Open311 البلاغات من أي تطبيق. بلا اختيار: من التطبيقات التي لها مفتاح فقط.",
                "Open311 takes reports from any app. Not chosen: only from apps that have a key.",
            ),
        ),
        Field(
            "open311_words",
            t("نشر وصف البلاغات", "Publish what reports say"),
            Type.YES_NO,
            hint=t(
                "يعرض Open311 وصف البلاغ وعنوانه للجميع، وقد يكتب الناس فيهما أسماء وأرقاماً. "
                "بلا اختيار: الخدمة والولاية والحالة فقط.",
                "Open311 shows the description and address of a report to everybody; people may write names and "
                "numbers there. Not chosen: the service, the wilayat and the state alone.",
            ),
        ),
    )

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        founded = ConfigChange.objects.filter(agency=agency, kind=self.code, before__isnull=True)
        shown = {agency.code, *founded.values_list("code", flat=True)}
        return [_document(one) for one in queries.all_agencies() if one.code in shown]

    def is_own(self, agency: Agency, document: Document) -> bool:
        return bool(document["code"] == agency.code)

    def may_add(self, agency: Agency, user: User, at: datetime) -> bool:
        return agency.is_default

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        short = after["short_name"] if any(after["short_name"].values()) else after["name"]
        return {**after, "short_name": short, "hosts": [host.lower() for host in after["hosts"]]}

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        if before is None:
            self._check_new(after)

    def _check_new(self, after: Document) -> None:
        known = queries.all_agencies()
        taken = t("مستخدم في جهة أخرى. اختر غيره.", "Another agency has it. Choose another.")
        wrong = {
            name: taken
            for name in ("code", "letters")
            if any(getattr(one, name).upper() == after[name].upper() for one in known)
        }
        if wrong:
            raise Wrong(wrong)

    def not_taken(self, field: str) -> str:
        if field == "is_default":
            return t(
                "لا يخلو البيت من جهة معتمدة. اختر هذا في الجهة التي ستخلفها.",
                "The house is never without a default. Choose this in the agency that shall take over.",
            )
        return super().not_taken(field)

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            _check_not_own(agency, (before or {})["code"], by)
            directory.end_agency(self._agency((before or {})["code"]), by=by, at=at)
            return
        found = self._founded(after, by=by, at=at) if before is None else self._agency(after["code"])
        if before is not None:
            self._change(found, before, after, by=by, at=at)
        if after["is_default"] and not found.is_default:
            directory.make_default_agency(found, by=by, at=at)

    def _founded(self, after: Document, *, by: User | None, at: datetime) -> Agency:
        values = {name: after[name] for name in _PLAIN}
        founded = directory.create_agency(
            code=after["code"],
            letters=after["letters"],
            name=Localized(after["name"]),
            short_name=Localized(after["short_name"]),
            by=by,
            at=at,
            **values,
        )
        if by is not None:
            # Somebody must be able to set it up: whoever founded it.
            centre = queries.triage_unit(founded)
            directory.grant_role(by, role=Role.ADMINISTRATOR, unit=centre, by=by, at=at)
        return founded

    def settle(self, agency: Agency, document: Document, *, by: User | None, at: datetime) -> None:
        # Lines, reasons, reviews and the matrix are the house's until the agency names its own; these are rows.
        founded = self._agency(document["code"])
        calendars.load_starting_calendars(founded, years=range(at.year, at.year + YEARS_AHEAD), at=at, by=by)
        sla.load_starting_policies(founded, at=at, by=by)
        ladders.load_starting_ladders(founded, at=at, by=by)

    def _change(self, row: Agency, before: Document, after: Document, *, by: User | None, at: datetime) -> None:
        if before.get("ended"):
            directory.resume_agency(row, by=by, at=at)
        values: dict[str, Any] = {name: after[name] for name in _PLAIN}
        values |= {name: Localized(after[name]) for name in ("name", "short_name")}
        changes = {name: values[name] for name in sorted(changed(before, after) & set(values))}
        if changes:
            directory.change_agency(row, by=by, at=at, **changes)

    def used_by(self, agency: Agency, code: str, at: datetime) -> list[Use]:
        row = self._agency(code)
        people = {membership.user_id for membership in queries.all_memberships(row) if membership.is_valid(at=at)}
        return [
            Use(t("طلبات مفتوحة", "Open cases"), cases.open_of_agency(row), blocks=True),
            Use(t("موظفون لهم أدوار فيها", "People with roles in it"), len(people)),
        ]

    def _agency(self, code: str) -> Agency:
        return next(one for one in queries.all_agencies() if one.code == code)


def _check_not_own(agency: Agency, code: str, by: User | None) -> None:
    if by is not None and code == agency.code:
        raise Wrong.of(
            t(
                "لا تُنهي الجهة نفسها. تنهيها الجهة التي أسستها، أو مشغّل النظام.",
                "An agency does not end itself. The one that founded it does, or whoever runs the system.",
            )
        )


def _document(agency: Agency) -> Document:
    plain = {name: getattr(agency, name) for name in (*_PLAIN, "code", "letters", "name", "is_default")}
    return {**plain, "short_name": agency.short_name or agency.name, "ended": not agency.is_active}


register(Agencies())
