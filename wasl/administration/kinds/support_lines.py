"""The three lines of support: who stands where, what each may finish, and what goes along when a case leaves."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from wasl.accounts.models import User
from wasl.administration.registry import Choice, Document, Field, Group, Kind, Type, Wrong, register
from wasl.catalogue.models import CaseKind
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Role
from wasl.routing import operations, queries
from wasl.routing.lines import ENTERS, HAND_OVER, LEAVES, NUMBERS, THIRD, SupportLine

_LISTS = ("roles", "unit_kinds", "closes", "hand_over", "enters", "leaves")


def _choices(names: Mapping[str, Localized]) -> list[Choice]:
    return [(code, t(name.in_language("ar"), name.in_language("en"))) for code, name in names.items()]


class SupportLines(Kind):
    code = "support_lines"
    title, singular = t("خطوط الدعم", "Lines of support"), t("خط دعم", "line of support")
    sentence = t(
        "من يقف في كل خط من الخطوط الثلاثة، وماذا ينجز بنفسه، وماذا يُسلَّم مع الطلب.",
        "Who stands at each of the three lines, what it finishes itself, and what goes along with a case.",
    )
    icon, group, order = "layers", Group.SERVICES, 55
    refusals = (operations.BadLine,)
    can_add = False
    can_end = False
    fields = (
        Field(
            "number",
            t("الخط", "Line"),
            Type.CHOICE,
            required=True,
            fixed=True,
            choices=(("1", t("الأول", "First")), ("2", t("الثاني", "Second")), ("3", t("الثالث", "Third"))),
            half=True,
        ),
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True, max_length=80),
        Field(
            "roles",
            t("من يقف فيه", "Who stands there"),
            Type.CHOICES,
            required=True,
            choices=tuple((role.value, role.label) for role in Role),
            in_list=True,
            hint=t(
                "يُنبَّه هؤلاء بما يصل إلى الخط، وفي الثالث هم من يقرر.",
                "These are told of what comes to the line; at the third they decide.",
            ),
        ),
        Field(
            "unit_kinds",
            t("أين يقف", "Where it stands"),
            Type.CHOICES,
            required=True,
            choices=tuple(Unit.Kind.choices),
            hint=t(
                "الأول: ما يبقى عنده الطلب في الخط الأول. الثالث: إلى أي وحدات يُرفع.",
                "First: where a case stays at the first line. Third: the units to which cases are raised.",
            ),
        ),
        Field(
            "closes",
            t("ما ينجزه بنفسه", "What it finishes itself"),
            Type.CHOICES,
            choices=tuple(CaseKind.choices),
            in_list=True,
            hint=t(
                "ما عداه يُحال. وللوحدة المسؤولة عن خدمة أن تنجز طلباتها دائماً.",
                "All else is referred. The unit in charge of a service always finishes its cases.",
            ),
        ),
        Field(
            "hand_over",
            t("ما يُسلَّم عند الخروج", "What is handed over when a case leaves"),
            Type.CHOICES,
            choices=_choices(HAND_OVER),
            hint=t(
                "ما ليس في الطلب يُكتب عند التسليم. المكان والصورة حيث تطلبهما الخدمة.",
                "What is not on the case is written then. Place and photo where the service asks for them.",
            ),
        ),
        Field("enters", t("كيف يصل إليه الطلب", "How a case comes"), Type.CHOICES, choices=_choices(ENTERS)),
        Field("leaves", t("كيف يخرج منه", "How a case leaves"), Type.CHOICES, choices=_choices(LEAVES)),
        Field(
            "decide_days",
            t("أيام العمل حتى القرار", "Working days to decide"),
            Type.WHOLE,
            least=1,
            most=60,
            hint=t("للخط الثالث وحده.", "For the third line alone."),
            half=True,
        ),
    )

    def code_for(self, document: Document) -> str:
        return str(document["number"])

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        lines = queries.lines(agency.pk, at)
        return [_document(lines[number]) for number in NUMBERS]

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        try:
            operations.check_line(_line(after))
        except operations.BadLine as bad:
            raise Wrong({bad.field: bad.sentence}) from None

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        return _document(_line(after))

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        assert after is not None  # the three lines never end
        operations.set_line(agency, _line(after), by=by, at=at)


def _document(line: SupportLine) -> dict[str, Any]:
    lists = {name: sorted(getattr(line, name), key=_order(name)) for name in _LISTS}
    return {"number": str(line.number), "name": dict(line.name), "decide_days": line.decide_days or None, **lists}


def _order(name: str) -> Callable[[str], int]:
    choices = SupportLines.fields[[field.code for field in SupportLines.fields].index(name)].choices
    assert not callable(choices)
    places = [code for code, _ in choices]
    return places.index


def _line(document: Document) -> SupportLine:
    number = int(document["number"])
    days = document.get("decide_days") or 0
    lists = {name: tuple(document.get(name) or ()) for name in _LISTS}
    return SupportLine(
        number=number, name=Localized(document["name"]), decide_days=days if number == THIRD else 0, **lists
    )


register(SupportLines())
