"""Targets: what the figures should reach."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Type, Wrong, register
from wasl.analytics import operations, queries
from wasl.analytics.measures import MEASURES
from wasl.analytics.measures.definitions import AIMS, UNITS
from wasl.analytics.models import Target
from wasl.core.i18n import t
from wasl.directory.models import Agency


class Targets(Kind):
    code = "targets"
    title, singular = t("أهداف المؤشرات", "Targets"), t("هدف", "target")
    sentence = t(
        "ما يجب أن تبلغه المؤشرات؛ يظهر في لوحة المؤشرات مع تحققه أو عدمه.",
        "What the figures should reach; shown on the dashboard with whether they do.",
    )
    icon, group, order = "flag", Group.SERVICES, 95
    fields = (
        Field(
            "measure",
            t("المؤشر", "Figure"),
            Type.CHOICE,
            required=True,
            choices=[(code, str(MEASURES[code].name)) for code in AIMS],
            fixed=True,
            half=True,
        ),
        Field(
            "value",
            t("القيمة", "Value"),
            Type.DECIMAL,
            required=True,
            in_list=True,
            least=0,
            most=1000,
            hint=t(
                "النسب بالمئة، والأزمنة بأيام العمل أو ساعاته، والرضا من 1 إلى 5.",
                "Rates in per cent, times in working days or hours, satisfaction 1 to 5.",
            ),
            half=True,
        ),
    )

    def code_for(self, document: Document) -> str:
        return str(document.get("measure", ""))

    def name_of(self, document: Document) -> Any:
        one = MEASURES[document["measure"]]
        return f"{one.name} ({UNITS[one.unit]})"

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        found = {target.measure: _document(target, at) for target in queries.all_targets(agency)}
        return list(found.values())

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        unit, value = MEASURES[after["measure"]].unit, after["value"]
        if (unit == "percent" and value > 100) or (unit == "rating" and not 1 <= value <= 5):
            raise Wrong({"value": t("قيمة لا يبلغها هذا المؤشر.", "This figure cannot have such a value.")})

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is not None:
            operations.set_target(agency, measure=after["measure"], value=Decimal(str(after["value"])), by=by, at=at)
            return
        for target in queries.all_targets(agency):
            if target.measure == (before or {})["measure"]:
                operations.end_target(target, by=by, at=at)


def _document(target: Target, at: datetime) -> Document:
    document: Document = {"code": target.measure, "measure": target.measure, "value": float(target.value)}
    return document if target.is_valid(at=at) else {**document, "ended": True}


register(Targets())
