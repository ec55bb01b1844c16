"""When the daily digest goes out to the people of an agency."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Panel, Type, register
from wasl.alerts import operations, queries
from wasl.core.i18n import t
from wasl.directory.models import Agency

CODE = "daily"


class Digests(Kind):
    code = "digest"
    title, singular = t("موجز الموظفين اليومي", "Daily digest of staff"), t("موجز", "digest")
    sentence = t(
        "بريد في أيام العمل بما ينتظر كل موظف. لا يُرسل فارغاً، ولا لمن هو غائب.",
        "A mail on working days with what waits for each person. Never empty, never to whoever is away.",
    )
    icon, group, order = "bell-ring", Group.WORDS, 30
    can_add = can_end = False
    fields = (
        Field(
            "hour",
            t("الساعة (0 إلى 23، بتوقيت الجهة)", "Hour (0 to 23, by the agency's clock)"),
            Type.WHOLE,
            required=True,
            in_list=True,
            least=0,
            most=23,
        ),
        Field("is_on", t("يُرسل", "Sent"), Type.YES_NO, in_list=True),
    )

    def name_of(self, document: Document) -> str:
        return str(self.title)

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        rule = queries.digest_rule(agency)
        return [{"code": CODE, "hour": rule.hour, "is_on": rule.is_on}]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is not None:
            operations.set_digest(agency, hour=after["hour"], is_on=after["is_on"], by=by, at=at)

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        if after is None:
            return None
        if after["is_on"]:
            told = t("يصل في أيام العمل عند الساعة {n}:00.", "It comes on working days at {n}:00.", n=after["hour"])
        else:
            told = t(
                "لن يصل موجز لأحد. العاجل والبريد الفوري يبقيان كما هما.",
                "Nobody gets a digest. Urgent mail and mail at once stay as they are.",
            )
        return Panel(t("ماذا سيتغير؟", "What would change?"), lines=(told,))


register(Digests())
