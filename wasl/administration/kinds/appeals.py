"""How an agency reviews what its beneficiaries object to, and whom it names after its last word."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Type, register
from wasl.cases import appeals, operations
from wasl.cases.appeal_rows import OPENING
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency

CODE = "reviews"


class Reviews(Kind):
    code = "reviews"
    title, singular = t("المراجعات", "Reviews"), t("قاعدة المراجعة", "rule of reviews")
    sentence = t(
        "متى يُطلب أن ينظر في الطلب من هو أعلى، ومتى يُجاب، وإلى من يتوجه المستفيد بعد ذلك.",
        "Until when a review can be asked for, when it is answered, and whom a beneficiary can turn to after it.",
    )
    icon, group, order = "gavel", Group.SERVICES, 59
    can_add = can_end = False
    refusals = (operations.BadAppealRule,)
    fields = (
        Field(
            "grounds",
            t("متى تُطلب", "When it can be asked for"),
            Type.CHOICES,
            required=True,
            choices=tuple((one.value, one.label) for one in OPENING),
            hint=t(
                "المراجعة الثانية تُطلب دائماً: عند الاعتراض على الأولى، أو إن لم تُجب في موعدها.",
                "The second review can always be asked for: when the first is objected to, or not answered in time.",
            ),
        ),
        Field(
            "ask_days",
            t("أيام يُطلب فيها بعد القرار", "Days after a decision in which it can be asked"),
            Type.WHOLE,
            required=True,
            in_list=True,
            least=1,
            most=90,
        ),
        Field(
            "decide_days",
            t("أيام العمل للجواب", "Working days for the answer"),
            Type.WHOLE,
            required=True,
            in_list=True,
            least=1,
            most=90,
        ),
        Field("body_name", t("الجهة الخارجية", "The outside body"), Type.LOCALIZED, required=True, in_list=True),
        Field("body_words", t("ما يقرؤه المستفيد عنها", "What the beneficiary reads of it"), Type.LOCALIZED),
        Field("body_link", t("موقعها", "Its website"), Type.TEXT, ltr=True, max_length=200),
        Field("body_phone", t("هاتفها", "Its telephone"), Type.TEXT, ltr=True, max_length=20),
    )

    def name_of(self, document: Document) -> str:
        return str(self.title)

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        rule = appeals.rule_of(agency.pk)
        return [
            {
                "code": CODE,
                "grounds": [one.value for one in OPENING if one.value in appeals.grounds_of(rule)],
                "ask_days": rule.ask_days,
                "decide_days": rule.decide_days,
                "body_name": dict(rule.body_name),
                "body_words": dict(rule.body_words),
                "body_link": rule.body_link,
                "body_phone": rule.body_phone,
            }
        ]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is not None:
            operations.set_appeal_rule(
                agency,
                ask_days=after["ask_days"],
                decide_days=after["decide_days"],
                body_name=Localized(after["body_name"]),
                body_words=Localized(after.get("body_words") or {}),
                body_link=after.get("body_link") or "",
                body_phone=after.get("body_phone") or "",
                grounds=after.get("grounds"),
                by=by,
                at=at,
            )


register(Reviews())
