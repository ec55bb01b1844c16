"""The service catalogue: groups, services, and the words that find them."""

from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse

from wasl.accounts.models import User
from wasl.administration.kinds.moving import moving_panel
from wasl.administration.registry import (
    Document,
    Field,
    Group,
    Kind,
    Link,
    Panel,
    Type,
    Use,
    Wrong,
    changed,
    register,
)
from wasl.cases import operations as cases
from wasl.cases import queries as case_queries
from wasl.catalogue import operations, queries
from wasl.catalogue.models import CaseKind, Category, ClockMode, Priority, Service
from wasl.core import clock
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.core.text import fold
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.sla import durations

REFUSALS = (operations.CodeTaken, operations.NotChangeable, operations.OfAnotherAgency, operations.CategoryInUse)
ICONS = {
    "route": t("طريق", "Road"),
    "lamp": t("إنارة", "Lamp"),
    "trash-2": t("نفايات", "Waste"),
    "cloud-rain": t("مطر", "Rain"),
    "utensils": t("غذاء", "Food"),
    "bug": t("حشرات", "Pests"),
    "trees": t("حدائق", "Trees"),
    "building-2": t("مبانٍ", "Buildings"),
    "map": t("أراضٍ", "Land"),
    "scroll-text": t("وثائق", "Deeds"),
    "hand-coins": t("مساعدات", "Assistance"),
    "ruler": t("مساحة", "Survey"),
    "monitor": t("خدمات رقمية", "Digital"),
    "briefcase": t("أعمال", "Business"),
    "message-square": t("آراء", "Opinions"),
    "inbox": t("وارد", "Inbox"),
    "layers": t("عام", "General"),
}


def code_field(hint: str) -> Field:
    """The code that people choose for a row, once."""
    return Field(
        "code", t("الرمز", "Code"), hint=hint, required=True, fixed=True, in_list=True, ltr=True, max_length=20
    )


class Categories(Kind):
    code = "categories"
    title, singular = t("مجموعات الخدمات", "Groups of services"), t("مجموعة", "group")
    sentence = t(
        "كما يراها المستفيد في الصفحة الأولى وفي القائمة الصوتية.",
        "As citizens see them on the first page and in the telephone menu.",
    )
    icon, group, order = "layout-grid", Group.SERVICES, 10
    refusals = REFUSALS
    takes_successor = True
    fields = (
        code_field(t("قصير ولا يتغير، مثل C2.", "Short and for good, such as C2.")),
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True),
        Field("icon", t("الأيقونة", "Icon"), Type.CHOICE, default="layers", choices=tuple(ICONS.items()), half=True),
        Field(
            "digit",
            t("رقمها في القائمة الصوتية", "Digit in the telephone menu"),
            Type.WHOLE,
            least=1,
            most=9,
            in_list=True,
            half=True,
        ),
        Field("order", t("الترتيب", "Order"), Type.WHOLE, default=0, least=0, most=999, half=True),
        Field(
            "is_offered",
            t("تُعرض للطلبات الجديدة", "Offered for new reports"),
            Type.YES_NO,
            default=True,
            hint=t(
                "بلا علامة: مجموعة تحفظ ما استُورد من نظام سابق؛ لا يجدها المستفيد ولا الموظف عند التسجيل.",
                "Without the tick: a group that keeps what was imported; nobody finds it when registering.",
            ),
        ),
    )

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [
            {
                "code": row.code,
                "name": row.name,
                "icon": row.icon,
                "digit": row.digit,
                "order": row.order,
                "is_offered": row.is_offered,
                "ended": row.valid_to is not None and row.valid_to <= at,
            }
            for row in queries.all_categories(agency)
        ]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            operations.end_category(category_of(agency, (before or {})["code"]), by=by, at=at)
            return
        values = {
            "name": Localized(after["name"]),
            "icon": after["icon"],
            "digit": after["digit"],
            "order": after["order"] or 0,
            "is_offered": after["is_offered"],
        }
        if before is None:
            operations.create_category(agency, code=after["code"], by=by, at=at, **values)
            return
        category = category_of(agency, after["code"])
        if before.get("ended"):
            operations.resume_category(category, by=by, at=at)
        changes = {name: values[name] for name in sorted(changed(before, after) & set(values))}
        if changes:
            operations.change_category(category, by=by, at=at, **changes)

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        return {**after, "order": after["order"] or 0}

    def sort_key(self, document: Document) -> Any:
        return document["order"] or 0, document["code"]


_DURATION = t(
    "مثل 30 دقيقة، أو 4 ساعات، أو 3 أيام من ساعة الخدمة.",
    "Such as 30 minutes, 4 hours or 3 days of the service's own clock.",
)
_FLAGS: tuple[tuple[str, str, str], ...] = (
    ("needs_location", t("تحتاج موقعاً", "Needs a place"), t("لا يُرسل البلاغ دون مكان.", "No report without one.")),
    ("needs_photo", t("تُطلب صورة", "Asks for a photo"), t("تُقترح ولا تُشترط.", "Suggested, never demanded.")),
    (
        "public_map",
        t("تظهر على الخريطة العامة", "On the public map"),
        t("يظهر المكان والحالة دون كلمات أحد.", "Place and state, nobody's words."),
    ),
    (
        "confidential",
        t("سرية", "Confidential"),
        t("لا يراها إلا من له صلاحية السري.", "Only for those who may read confidential cases."),
    ),
    (
        "crisis",
        t("من خدمات الأزمات", "A matter of emergencies"),
        t("ترتفع درجتها في أثناء الحالة الطارئة.", "Its class rises during an emergency."),
    ),
    (
        "open311",
        t("متاحة للأنظمة الأخرى", "Open to other systems"),
        t("تُنشر في واجهة Open311.", "Published through Open311."),
    ),
)
_PLAIN = ("keywords", "priority", "clock_mode", "note", *(code for code, _, _ in _FLAGS))


class Services(Kind):
    code = "services"
    title, singular = t("الخدمات", "Services"), t("خدمة", "service")
    sentence = t(
        "ما تُسأل عنه الجهة: كلماتها، وحدتها، درجتها، مددها، وما يظهر منها.",
        "What people ask of you: words, unit, class, times, and what is shown.",
    )
    icon, group, order = "layers", Group.SERVICES, 20
    refusals = REFUSALS
    fields = (
        code_field(t("قصير ولا يتغير، مثل LT-OUT.", "Short and for good, such as LT-OUT.")),
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True),
        Field(
            "category",
            t("المجموعة", "Group"),
            Type.REFERENCE,
            required=True,
            refers_to="categories",
            in_list=True,
            half=True,
        ),
        Field(
            "kind",
            t("نوع الطلب", "Kind of case"),
            Type.CHOICE,
            required=True,
            fixed=True,
            default=CaseKind.REPORT.value,
            choices=CaseKind.choices,
            half=True,
        ),
        Field("description", t("الوصف", "Description"), Type.LONG_LOCALIZED),
        Field(
            "keywords",
            t("كما يقولها الناس", "As people say it"),
            Type.WORDS,
            hint=t(
                "عبارة في كل سطر، باللهجة وبالإنجليزية. بها تُعرف الخدمة من كلام الناس.",
                "A phrase a line, in dialect and in English. They find the service in people's own words.",
            ),
        ),
        Field(
            "unit",
            t("الوحدة المسؤولة", "Unit in charge"),
            Type.REFERENCE,
            refers_to="units",
            in_list=True,
            half=True,
            hint=t("إن لم تُسمِّ قاعدة توجيه غيرها.", "Unless a route names another."),
        ),
        Field(
            "priority",
            t("درجة الأهمية", "Class to start from"),
            Type.CHOICE,
            required=True,
            default=Priority.P3.value,
            choices=Priority.choices,
            in_list=True,
            half=True,
        ),
        Field(
            "clock_mode",
            t("ساعة الخدمة", "Its clock"),
            Type.CHOICE,
            required=True,
            default=ClockMode.WORK.value,
            choices=ClockMode.choices,
            half=True,
        ),
        Field(
            "acknowledge",
            t("مدة تأكيد الاستلام", "Acknowledged within"),
            Type.DURATION,
            required=True,
            default="1d",
            hint=_DURATION,
            half=True,
        ),
        Field(
            "resolve",
            t("مدة الإنجاز", "Resolved within"),
            Type.DURATION,
            required=True,
            default="5d",
            hint=_DURATION,
            in_list=True,
            half=True,
        ),
        *(Field(code, label, Type.YES_NO, hint=hint) for code, label, hint in _FLAGS),
        Field("order", t("الترتيب", "Order"), Type.WHOLE, default=0, least=0, most=9999, half=True),
        Field("note", t("ملاحظة داخلية", "Internal note"), max_length=200),
    )

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [self._document(service, at) for service in queries.all_services(agency)]

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            operations.end_service(service_of(agency, (before or {})["code"]), by=by, at=at)
            return
        if before is None:
            values = self._values(agency, after, set(after))
            operations.create_service(agency, code=after["code"], kind=after["kind"], by=by, at=at, **values)
            return
        service = service_of(agency, after["code"])
        if before.get("ended"):
            operations.resume_service(service, by=by, at=at)
        values = self._values(agency, after, changed(before, after))
        if values:
            operations.change_service(service, by=by, at=at, **values)

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        wrong = {}
        for name in ("acknowledge", "resolve"):
            try:
                durations.parse(after[name], after["clock_mode"])
            except durations.BadDuration:
                wrong[name] = t("اكتب مدة مثل 4h أو 3d.", "Give a length such as 4h or 3d.")
        if wrong:
            raise Wrong(wrong)

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        return {**after, "order": after["order"] or 0}

    def used_by(self, agency: Agency, code: str, at: datetime) -> list[Use]:
        service = service_of(agency, code)
        url = f"{reverse('desk:home')}?service={service.pk}"
        return [Use(t("طلبات مفتوحة", "Open cases"), case_queries.open_of_service(service), url)]

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        fields = changed(before or {}, after or {})
        change = partial(self.apply, agency, before, after, by=None, at=at)
        if before is None or after is None:
            return None
        if fields & {"unit", "category"}:
            return moving_panel(cases.reroute(change, agency=agency, at=at), to_units=True)
        if "priority" in fields:
            return moving_panel(cases.regrade(change, agency=agency, at=at), to_units=False)
        if fields & {"acknowledge", "resolve", "clock_mode"}:
            return Panel(
                t("متى تسري المدد", "When the times hold"),
                lines=(
                    t(
                        "تسري على ما يُسجَّل بعد الحفظ. الطلبات المفتوحة تبقى على مددها.",
                        "They hold for what is registered from now on. Open cases keep their promises.",
                    ),
                ),
            )
        return None

    def links(self, agency: Agency, document: Document) -> list[Link]:
        service = service_of(agency, document["code"])
        if queries.questions(service.pk, clock.now()):
            form = reverse("administration:row", args=[agency.code, "forms", service.code])
        else:
            form = f"{reverse('administration:new', args=[agency.code, 'forms'])}?service={service.code}"
        return [
            Link(t("أسئلة الخدمة", "Its questions"), form, "list-checks"),
            Link(
                t("جرّب بلاغاً بهذه الخدمة", "Try a report of this service"),
                f"{reverse('administration:try_of', args=[agency.code])}?service={service.code}",
                "circle-play",
            ),
        ]

    def sort_key(self, document: Document) -> Any:
        return document["order"] or 0, document["code"]

    @staticmethod
    def _document(service: Service, at: datetime) -> Document:
        return {
            "code": service.code,
            "name": service.name,
            "category": service.category.code,
            "kind": service.kind,
            "description": service.description,
            "unit": service.unit.code if service.unit else "",
            "acknowledge": service.acknowledge_text,
            "resolve": service.resolve_text,
            "order": service.order,
            **{name: getattr(service, name) for name in _PLAIN},
            "ended": not service.is_valid(at=at),
        }

    @staticmethod
    def _values(agency: Agency, after: Document, names: set[str]) -> dict[str, Any]:
        values = {
            "name": Localized(after["name"]),
            "description": Localized(after["description"]),
            "category": category_of(agency, after["category"]),
            "unit": directory.unit_by_code(agency, after["unit"]) if after["unit"] else None,
            "acknowledge_text": after["acknowledge"],
            "resolve_text": after["resolve"],
            "order": after["order"] or 0,
            **{name: after[name] for name in _PLAIN},
        }
        columns = {{"acknowledge": "acknowledge_text", "resolve": "resolve_text"}.get(name, name) for name in names}
        return {name: values[name] for name in sorted(columns & set(values))}


class SynonymGroups(Kind):
    code = "synonyms"
    title, singular = t("المترادفات", "Words alike"), t("كلمات مترادفة", "words alike")
    sentence = t(
        "كلمات محلية تعني الشيء نفسه في البحث عن الخدمات.",
        "Local words that mean the same when services are searched.",
    )
    icon, group, order = "search", Group.SERVICES, 40
    fields = (
        Field("word", t("الكلمة", "Word"), required=True, fixed=True, in_list=True, max_length=40),
        Field(
            "same",
            t("ترادفها", "Means the same"),
            Type.WORDS,
            required=True,
            in_list=True,
            hint=t("كلمة في كل سطر.", "A word a line."),
        ),
    )

    def code_for(self, document: Document) -> str:
        return "-".join(fold(str(document.get("word", ""))).split())

    def name_of(self, document: Document) -> Any:
        return "، ".join([document["word"], *document["same"]])

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        found: dict[str, Document] = {}
        for row in queries.synonyms(agency):
            if row.words:
                document = {"word": row.words[0], "same": row.words[1:], "ended": row.ended_at is not None}
                found[self.code_for(document)] = document
        return list(found.values())

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        wrong = [word for word in (after["word"], *after["same"]) if " " in word.strip()]
        if wrong:
            raise Wrong(
                {"same": t("كلمة واحدة لا عبارة: «{word}».", "Single words, no phrases: “{word}”.", word=wrong[0])}
            )

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if before is None and after is not None:
            operations.add_synonyms(agency, [after["word"], *after["same"]], by=by, at=at)
            return
        code = self.code_for(after or before or {})
        row = next(row for row in reversed(queries.synonyms(agency)) if self.code_for({"word": row.words[0]}) == code)
        words = [after["word"], *after["same"]] if after is not None else None
        operations.change_synonyms(row, words=words, ended=after is None, by=by, at=at)


def service_of(agency: Agency, code: str) -> Service:
    """Raises Wrong for a code that the agency has not."""
    try:
        return queries.service_by_code(agency, code)
    except Service.DoesNotExist:
        raise Wrong(
            {"service": t("لا توجد خدمة بهذا الرمز: {code}", "No service has this code: {code}", code=code)}
        ) from None


def category_of(agency: Agency, code: str) -> Category:
    """Raises Wrong for a code that the agency has not."""
    try:
        return queries.category_by_code(agency, code)
    except Category.DoesNotExist:
        raise Wrong(
            {"category": t("لا توجد مجموعة بهذا الرمز: {code}", "No group has this code: {code}", code=code)}
        ) from None


register(Categories())
register(Services())
register(SynonymGroups())
