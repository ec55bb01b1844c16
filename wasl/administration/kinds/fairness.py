"""From when on it is told as a pattern that turns are not kept."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Type, register
from wasl.analytics.fairness import rules
from wasl.core.i18n import t
from wasl.directory.models import Agency

CODE = "turns"
_NAMES = {
    "days": t("ينظر في آخر (يوم)", "Looks at the last (days)"),
    "same_person": t("موظف ومستفيد واحد بعينه: مرات", "One officer and the same beneficiary: times"),
    "times_unit": t("موظف فوق معدل زملائه: أضعاف", "One officer above the rate of the colleagues: times"),
    "fewest_takes": t("ولا يُحكم دون (طلب تولّاه)", "And not below so many cases taken"),
    "ordered_share": t("وحدة تتجاوز الدور بأمر الإدارة: بالمئة", "A unit out of turn by order: per cent"),
}


class Fairness(Kind):
    code = "fairness"
    title, singular = t("أنماط تجاوز الدور", "Patterns of turns not kept"), t("حدود الأنماط", "limits of patterns")
    sentence = t(
        "متى يُنبَّه المدققون والمدير إلى نمط يستحق السؤال: لا يتهم أحداً، ولا يصل الموظف نفسه.",
        "When auditors and the director are told of a pattern worth a question: it accuses nobody, and never reaches "
        "the officer.",
    )
    icon, group, order = "scale", Group.SERVICES, 59
    can_add = can_end = False
    fields = tuple(
        Field(name, _NAMES[name], Type.WHOLE, required=True, in_list=True, least=least, most=most, hint=sentence)
        for name, (least, most, sentence) in rules.BOUNDS.items()
    )

    def name_of(self, document: Document) -> str:
        return str(self.title)

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        rule = rules.rule_of(agency)
        return [{"code": CODE} | {name: getattr(rule, name) for name in rules.BOUNDS}]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is not None:
            rules.set_rule(agency, by=by, at=at, **{name: after[name] for name in rules.BOUNDS})


register(Fairness())
