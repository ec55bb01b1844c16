"""Why a case may be taken before its turn: the closed list that people choose from."""

from datetime import datetime
from typing import Any

from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Type, register
from wasl.cases import operations
from wasl.cases import order as turns
from wasl.cases.models import JumpReason
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency


class JumpReasons(Kind):
    code = "jump_reasons"
    title, singular = t("أسباب التقديم في الدور", "Reasons for going ahead"), t("سبب تقديم", "reason for going ahead")
    sentence = t(
        "ما يختار منه الموظف حين يبدأ بطلب قبل ما سبقه في الدور. لا سبب منها يخص شخصاً أو مكانته.",
        "What people choose from when they take a case before those whose turn it is. None is about who somebody is.",
    )
    icon, group, order = "scale", Group.SERVICES, 58
    refusals = (operations.NoSuchReason,)
    fields = (
        Field("code", t("الرمز", "Code"), required=True, fixed=True, ltr=True, max_length=24, half=True),
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True, max_length=80),
        Field(
            "needs_words",
            t("يُكتب معه التفصيل", "Words must be written with it"),
            Type.YES_NO,
            default=False,
            in_list=True,
        ),
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
        return [_document(row) for row in turns.all_reasons(agency.pk)]

    def sort_key(self, document: Document) -> Any:
        return (document.get("order") or 0, document["code"])

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        needs_words = bool(after.get("needs_words")) or after["code"] == turns.IN_WORDS
        return {**after, "order": after.get("order") or 0, "needs_words": needs_words}

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            operations.end_jump_reason(agency, (before or {})["code"], by=by, at=at)
            return
        operations.set_jump_reason(
            agency,
            code=after["code"],
            name=Localized(after["name"]),
            needs_words=bool(after.get("needs_words")),
            order_in_list=after.get("order") or 0,
            by=by,
            at=at,
        )


def _document(row: JumpReason) -> Document:
    document: Document = {
        "code": row.code,
        "name": dict(row.name),
        "needs_words": row.needs_words,
        "order": row.order,
    }
    return document if row.ended_at is None else {**document, "ended": True}


register(JumpReasons())
