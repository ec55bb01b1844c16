"""Why a case may be put on hold: the words that people choose among."""

from datetime import datetime
from typing import Any

from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Type, register
from wasl.cases import operations, pending
from wasl.cases.models import HoldReason
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency


class HoldReasons(Kind):
    code = "hold_reasons"
    title, singular = t("أسباب التعليق", "Reasons for a hold"), t("سبب تعليق", "reason for a hold")
    sentence = t(
        "ما يختار منه الموظف حين يعلّق طلباً؛ وتُعرض به أسباب ما تأخر.",
        "What people choose from when they put a case on hold; the causes of what waits are told by them.",
    )
    icon, group, order = "hourglass", Group.SERVICES, 57
    refusals = (operations.LastReason,)
    fields = (
        Field("code", t("الرمز", "Code"), required=True, fixed=True, ltr=True, max_length=24, half=True),
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True, max_length=80),
        Field(
            "order",
            t("ترتيبه في القائمة", "Place in the list"),
            Type.WHOLE,
            default=100,
            least=0,
            most=999,
            half=True,
        ),
    )

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [_document(row) for row in pending.all_reasons(agency.pk)]

    def sort_key(self, document: Document) -> Any:
        return (document.get("order") or 0, document["code"])

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        return {**after, "order": after.get("order") or 0}

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            operations.end_hold_reason(agency, (before or {})["code"], by=by, at=at)
            return
        name, order = Localized(after["name"]), after.get("order") or 0
        operations.set_hold_reason(agency, code=after["code"], name=name, order=order, by=by, at=at)


def _document(row: HoldReason) -> Document:
    document: Document = {"code": row.code, "name": dict(row.name), "order": row.order}
    return document if row.ended_at is None else {**document, "ended": True}


register(HoldReasons())
