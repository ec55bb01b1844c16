"""Units: the tree of those who answer."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Type, Use, changed, register
from wasl.administration.values import as_moment, moment, same_minute
from wasl.cases import queries as cases
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory import operations as directory
from wasl.directory import queries
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Right
from wasl.tasks import queries as tasks

STAFF_COMPLAINTS = [
    ("", t("لا تأتي إليها", "Do not come to it")),
    ("1", t("تأتي إليها أولاً", "Come to it first")),
    ("2", t("تأتي إليها إن كان في خط الأولى", "Come to it where the first stands in the line")),
]


class Units(Kind):
    code = "units"
    title, singular = t("الوحدات", "Units"), t("وحدة", "unit")
    sentence = t(
        "المديريات والدوائر والأقسام التي تُحال إليها الطلبات، وتبعية بعضها لبعض.",
        "The directorates, departments and sections that cases are referred to, and how they stand to each other.",
    )
    icon, group, order = "building-2", Group.ORGANISATION, 20
    right = Right.MANAGE_UNITS
    refusals = (directory.UnitInUse, directory.NotOfThisAgency, directory.UnderItself)
    takes_successor = True
    fields = (
        Field(
            "code",
            t("الرمز", "Code"),
            hint=t("قصير ولا يتغير، مثل ROADS.", "Short and for good, such as ROADS."),
            required=True,
            fixed=True,
            in_list=True,
            ltr=True,
            max_length=24,
        ),
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True),
        Field(
            "kind",
            t("النوع", "Sort"),
            Type.CHOICE,
            required=True,
            default=Unit.Kind.DEPARTMENT.value,
            in_list=True,
            choices=Unit.Kind.choices,
            half=True,
        ),
        Field(
            "parent",
            t("تتبع", "Part of"),
            Type.REFERENCE,
            hint=t("فارغ إن لم تتبع وحدة أخرى.", "Empty when it stands under no other unit."),
            in_list=True,
            refers_to="units",
            half=True,
        ),
        Field(
            "is_triage",
            t("وحدة الفرز", "Triage unit"),
            Type.YES_NO,
            hint=t(
                "تستلم كل طلب لا تجد له القواعد وحدة. للجهة وحدة فرز واحدة.",
                "Takes every case that no rule has a unit for. An agency has one.",
            ),
        ),
        Field(
            "is_centre",
            t("مركز اتصال", "Contact centre"),
            Type.YES_NO,
            hint=t("يرد موظفوها على الناس مباشرة.", "Its people answer the public themselves."),
        ),
        Field(
            "staff_complaints",
            t("الشكاوى على الموظفين", "Complaints about staff"),
            Type.CHOICE,
            hint=t(
                "تأتي إليها في دائرة مغلقة لا يراها غير أعضائها والمدقق. تُختار وحدتان: إن كان المشكو منه في خط الأولى "
                "ذهبت الشكوى إلى الثانية.",
                "They come to it in a closed compartment that only its members and the auditor see. Two units are "
                "chosen: where whoever is complained of stands in the line of the first, the second gets it.",
            ),
            default="",
            choices=STAFF_COMPLAINTS,
            half=True,
        ),
        Field(
            "from",
            t("تعمل منذ", "Works since"),
            Type.MOMENT,
            hint=t("فارغ: من الآن.", "Empty: from now on."),
            half=True,
        ),
    )

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [
            {
                "code": unit.code,
                "name": unit.name,
                "kind": unit.kind,
                "parent": unit.parent.code if unit.parent else "",
                "is_triage": unit.is_triage,
                "is_centre": unit.is_centre,
                "staff_complaints": str(unit.staff_complaints or ""),
                "from": moment(unit.valid_from, agency),
                "ended": unit.valid_to is not None and unit.valid_to <= at,
            }
            for unit in queries.all_units(agency)
        ]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            directory.end_unit(self._unit(agency, (before or {})["code"]), by=by, at=at)
            return
        parent = self._unit(agency, after["parent"]) if after["parent"] else None
        if before is None:
            unit = directory.create_unit(
                agency=agency,
                code=after["code"],
                kind=after["kind"],
                name=Localized(after["name"]),
                parent=parent,
                is_centre=after["is_centre"],
                valid_from=as_moment(after["from"]),
                by=by,
                at=at,
            )
        else:
            unit = self._change(agency, before, after, parent, by=by, at=at)
        if after["is_triage"] and not unit.is_triage:
            directory.move_triage(unit, by=by, at=at)
        self._place(unit, before, after, by=by, at=at)

    def _place(self, unit: Unit, before: Document | None, after: Document, *, by: User | None, at: datetime) -> None:
        order = after.get("staff_complaints") or ""
        if order != ((before or {}).get("staff_complaints") or ""):
            directory.take_staff_complaints(unit, int(order or 0), by=by, at=at)

    def _change(
        self,
        agency: Agency,
        before: Document,
        after: Document,
        parent: Unit | None,
        *,
        by: User | None,
        at: datetime,
    ) -> Unit:
        unit = self._unit(agency, after["code"])
        if before.get("ended"):
            unit = directory.resume_unit(unit, by=by, at=at)
        values = {
            "name": Localized(after["name"]),
            "kind": after["kind"],
            "parent": parent,
            "is_centre": after["is_centre"],
            "valid_from": same_minute(after["from"], unit.valid_from, agency) or unit.valid_from,
        }
        fields = {"valid_from" if name == "from" else name for name in changed(before, after)}
        changes = {name: values[name] for name in sorted(fields & set(values))}
        return directory.change_unit(unit, by=by, at=at, **changes) if changes else unit

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        return {**after, "from": after["from"] or moment(at, agency)}

    def not_taken(self, field: str) -> str:
        if field == "is_triage":
            return t(
                "لا تبقى الجهة بلا وحدة فرز. اختر هذا في الوحدة التي ستخلفها.",
                "An agency is never without a triage unit. Choose this in the unit that shall take over.",
            )
        return super().not_taken(field)

    def used_by(self, agency: Agency, code: str, at: datetime) -> list[Use]:
        unit = self._unit(agency, code)
        return [
            Use(t("طلبات مفتوحة لدى الوحدة", "Open cases with the unit"), cases.open_with(unit), blocks=True),
            Use(t("مهام مفتوحة لدى الوحدة", "Open tasks of the unit"), tasks.open_with(unit), blocks=True),
        ]

    def _unit(self, agency: Agency, code: str) -> Unit:
        return queries.unit_by_code(agency, code)


register(Units())
