"""What an exported case tells: one fixed table of fields, each with its words for people and its value for programs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from wasl.cases import workflow
from wasl.cases.models import Case
from wasl.contacts.models import AddressKind
from wasl.core.i18n import t
from wasl.transfer.export.cells import nameless

# What the fields read beside what lists show of a case, and the rows beside it.
NEEDS = (
    "agency_id", "assignee_id", "unit_id", "confidential", "area_text", "lat", "lon", "resolved_at", "rating",
    "service__code",
)  # fmt: skip
PERSONAL_NEEDS = ("description", "address_text", "beneficiary")

Value = str | int | float | Decimal | datetime | None


@dataclass(frozen=True)
class Taken:
    """A case on its way out; `with_person` says whether names and words of people may go along."""

    case: Case
    at: datetime
    with_person: bool = False


@dataclass(frozen=True)
class Field:
    """One field. `words` is for sheets, in the language of the reader; `value` for programs, in codes."""

    code: str
    label: Any
    words: Callable[[Taken], Value]
    value: Callable[[Taken], Value]
    personal: bool = False

    def told(self, taken: Taken) -> Value:
        """The words, unless they are somebody's and may not go along."""
        return None if self.personal and not taken.with_person else self.words(taken)

    def coded(self, taken: Taken) -> Value:
        """The value, unless it is somebody's and may not go along."""
        return None if self.personal and not taken.with_person else self.value(taken)


def _same(code: str, label: Any, value: Callable[[Case], Value], *, personal: bool = False) -> Field:
    return Field(code, label, lambda one: value(one.case), lambda one: value(one.case), personal)


def _told(code: str, label: Any, words: Callable[[Case], Any], value: Callable[[Case], Value]) -> Field:
    return Field(code, label, lambda one: str(words(one.case)), lambda one: value(one.case))


def _place(case: Case) -> Any:
    if case.outside_area:
        return t("خارج النطاق", "Outside the area")
    return case.wilayat.name if case.wilayat else ""


def _address(kind: AddressKind) -> Callable[[Case], str]:
    def of(case: Case) -> str:
        found = case.beneficiary.addresses.all() if case.beneficiary else ()
        return next((one.value for one in found if one.kind == kind.value), "")

    return of


FIELDS: dict[str, Field] = {
    field.code: field
    for field in (
        _same("reference", t("الرقم", "Reference"), lambda case: case.reference),
        _same("title", t("العنوان", "Title"), lambda case: nameless(case.title)),
        _told(
            "importance",
            t("الأهمية", "Class"),
            lambda case: case.importance_words,
            lambda case: case.importance,
        ),
        _told("state", t("الحالة", "State"), lambda case: case.state_words.staff, lambda case: case.state),
        _told("unit", t("الوحدة", "Unit"), lambda case: case.unit, lambda case: case.unit.code),
        _told("place", t("المكان", "Place"), _place, lambda case: str(case.wilayat.name) if case.wilayat else ""),
        _same("received", t("ورد", "Received"), lambda case: case.registered_at),
        _same("due", t("الموعد", "Due"), lambda case: case.due_at),
        _same("assignee", t("المسؤول", "Assigned to"), lambda case: case.assignee.name if case.assignee else ""),
        _told(
            "service",
            t("الخدمة", "Service"),
            lambda case: case.service.name if case.service else "",
            lambda case: case.service.code if case.service else None,
        ),
        _told("kind", t("النوع", "Kind"), lambda case: workflow.KINDS[case.kind], lambda case: case.kind),
        _told(
            "channel",
            t("القناة", "Channel"),
            lambda case: workflow.CHANNELS.get(case.channel, case.channel),
            lambda case: case.channel,
        ),
        _same("since", t("دخل حالته", "Entered state"), lambda case: case.state_since),
        _same("scheduled", t("موعد العمل", "Work planned"), lambda case: case.scheduled_for),
        _same("reopened", t("أُعيد فتحه", "Reopened"), lambda case: case.reopened_times),
        _same("resolved", t("أُنجز", "Resolved"), lambda case: case.resolved_at),
        Field(
            "overdue",
            t("متأخر", "Overdue"),
            lambda one: str(t("نعم", "yes") if one.case.is_overdue(at=one.at) else t("لا", "no")),
            lambda one: int(one.case.is_overdue(at=one.at)),
        ),
        _same("rating", t("التقييم", "Rating"), lambda case: case.rating),
        _same("area", t("المنطقة", "Area"), lambda case: case.area_text),
        _same("lat", t("خط العرض", "Latitude"), lambda case: case.lat),
        _same("lon", t("خط الطول", "Longitude"), lambda case: case.lon),
        _same(
            "name",
            t("اسم المستفيد", "Name"),
            lambda case: case.beneficiary.full_name if case.beneficiary else "",
            personal=True,
        ),
        _same("phone", t("الهاتف", "Phone"), _address(AddressKind.PHONE), personal=True),
        _same("email", t("البريد الإلكتروني", "E-mail"), _address(AddressKind.EMAIL), personal=True),
        _same("address", t("العنوان المكاني", "Address"), lambda case: case.address_text, personal=True),
        _same("description", t("الوصف", "Description"), lambda case: case.description, personal=True),
    )
}
ALWAYS = ("reference", "title")


def chosen(codes: Iterable[str] | None, *, personal: bool) -> list[Field]:
    """The fields of these codes (None: all), the first two always; those about people only where they may go along."""
    wanted = [*ALWAYS, *(FIELDS if codes is None else codes)]
    if personal:
        wanted += [code for code, field in FIELDS.items() if field.personal]
    found = [FIELDS[code] for code in dict.fromkeys(wanted) if code in FIELDS]
    return [field for field in found if personal or not field.personal]
