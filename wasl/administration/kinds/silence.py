"""After how many working days without an act a unit counts as silent."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Type, register
from wasl.cases import following, operations
from wasl.core.i18n import t
from wasl.directory.models import Agency

CODE = "silence"


class Silence(Kind):
    code = "silence"
    title, singular = t("صمت الوحدات", "Silent units"), t("مهلة الصمت", "limit of silence")
    sentence = t(
        "متى يظهر الطلب لفريق المتابعة لأن وحدته لم تفعل فيه شيئاً.",
        "When a case comes before the follow-up team because its unit has done nothing with it.",
    )
    icon, group, order = "bell-ring", Group.SERVICES, 58
    can_add = can_end = False
    fields = (
        Field(
            "working_days",
            t("أيام العمل دون أي إجراء من الوحدة", "Working days without an act of the unit"),
            Type.WHOLE,
            required=True,
            in_list=True,
            least=1,
            most=60,
        ),
    )

    def name_of(self, document: Document) -> str:
        return str(self.title)

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [{"code": CODE, "working_days": following.silent_days(agency.pk)}]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is not None:
            operations.set_silence(agency, working_days=after["working_days"], by=by, at=at)


register(Silence())
