"""The questions that services ask beside the usual ones."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from wasl.accounts.models import User
from wasl.administration.kinds.catalogue import service_of
from wasl.administration.registry import Document, Field, Group, Kind, Type, Wrong, register
from wasl.catalogue import operations, queries
from wasl.catalogue.form_documents import BadForm, fresh_code
from wasl.catalogue.form_documents import check as check_form
from wasl.catalogue.forms import LISTS, Condition, Datatype, Limits, Question, Value
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency

DATATYPES = (
    (Datatype.STRING.value, t("سطر", "A line")),
    (Datatype.TEXT.value, t("نص من عدة أسطر", "A longer text")),
    (Datatype.NUMBER.value, t("رقم", "A number")),
    (Datatype.DATE.value, t("تاريخ", "A day")),
    (Datatype.DATETIME.value, t("تاريخ وساعة", "A day and time")),
    (Datatype.ONE.value, t("اختيار واحد من قائمة", "One of a list")),
    (Datatype.SEVERAL.value, t("اختيار أكثر من واحد", "Several of a list")),
    (Datatype.YES_NO.value, t("نعم أو لا", "Yes or no")),
)
COUNTED = (Datatype.STRING.value, Datatype.TEXT.value, Datatype.NUMBER.value, Datatype.SEVERAL.value)
QUESTION = (
    Field("label", t("السؤال", "Question"), Type.LOCALIZED, required=True, max_length=200),
    Field("datatype", t("الجواب", "Answer"), Type.CHOICE, default=Datatype.STRING.value, choices=DATATYPES, half=True),
    Field("required", t("لا يُترك فارغاً", "Must be answered"), Type.YES_NO, half=True),
    Field(
        "values",
        t("الخيارات", "Choices"),
        Type.ROWS,
        fields=(
            Field("label", t("الخيار", "Choice"), Type.LOCALIZED, required=True, max_length=100),
            Field("key", t("رمزه", "Its code"), ltr=True, max_length=30, hint=t("يُصنع إن تُرك.", "Made if left out.")),
        ),
        show_when=("datatype", (Datatype.ONE.value, Datatype.SEVERAL.value)),
    ),
    Field(
        "hint",
        t("توضيح", "Hint"),
        Type.LOCALIZED,
        hint=t("سطر صغير تحت السؤال.", "A small line under the question."),
        max_length=200,
    ),
    Field(
        "only_if",
        t("يظهر بحسب السؤال", "Depends on the question"),
        ltr=True,
        max_length=30,
        hint=t("رمز سؤال اختيار يسبقه؛ فارغ: يظهر دائماً.", "Code of an earlier question with choices; empty: always."),
        half=True,
    ),
    Field(
        "only_if_values",
        t("عند الأجوبة", "At the answers"),
        Type.WORDS,
        hint=t("رموز الخيارات، أو yes أو no.", "Codes of the choices, or yes or no."),
        half=True,
    ),
    Field("least", t("الأقل", "At least"), Type.DECIMAL, show_when=("datatype", COUNTED), half=True),
    Field(
        "most",
        t("الأكثر", "At most"),
        Type.DECIMAL,
        show_when=("datatype", COUNTED),
        hint=t("للأرقام قيمتها، وللنص حروفه، وللخيارات عددها.", "The number itself; letters of a text; choices made."),
        half=True,
    ),
    Field(
        "mask",
        t("شكل الجواب", "Shape of the answer"),
        ltr=True,
        max_length=40,
        hint=t("9 رقم، A حرف لاتيني، * أيهما. مثل A-9999.", "9 a figure, A a Latin letter, * either. Such as A-9999."),
        show_when=("datatype", (Datatype.STRING.value,)),
        half=True,
    ),
    Field(
        "when",
        t("الأيام المقبولة", "Days accepted"),
        Type.CHOICE,
        choices=(("past", t("اليوم وما قبله", "Up to today")), ("future", t("اليوم وما بعده", "From today on"))),
        show_when=("datatype", (Datatype.DATE.value, Datatype.DATETIME.value)),
        half=True,
    ),
    Field("code", t("الرمز", "Code"), ltr=True, max_length=30, hint=t("يُصنع إن تُرك.", "Made if left out."), half=True),
)
# Where the editor shows what `form_documents.check` found.
PLACES = {"condition": "only_if", "": "label"}


class Forms(Kind):
    code = "forms"
    title, singular = t("أسئلة الخدمات", "Questions of services"), t("أسئلة خدمة", "questions of a service")
    sentence = t(
        "ما تسأل عنه كل خدمة زيادة على الوصف والمكان، مع معاينة كما يراها المستفيد.",
        "What each service asks beside description and place, with a preview as citizens see it.",
    )
    icon, group, order = "list-checks", Group.SERVICES, 30
    refusals = ()
    fields = (
        Field(
            "service",
            t("الخدمة", "Service"),
            Type.REFERENCE,
            required=True,
            fixed=True,
            refers_to="services",
            ends_along=True,
            in_list=True,
        ),
        Field("name", t("اسم الخدمة", "Name of the service"), Type.LOCALIZED, computed=True, in_list=True),
        Field("questions", t("الأسئلة بترتيبها", "The questions in their order"), Type.ROWS, fields=QUESTION),
    )
    form_include = "administration/parts/form_preview.html"
    scripts = ("catalogue/questions.js", "administration/form_editor.js")

    def code_for(self, document: Document) -> str:
        return str(document.get("service", ""))

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        standing, names = queries.forms(agency, at), {one.code: one.name for one in queries.all_services(agency)}
        return [
            {
                "service": code,
                "name": names[code],
                "questions": [_document(one) for one in questions],
                "ended": code not in standing,
            }
            for code, questions in (queries.last_forms(agency) | standing).items()
        ]

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        service_of(agency, after["service"])
        if not after["questions"]:
            raise Wrong({"questions": t("أضف سؤالاً واحداً على الأقل.", "Add one question at least.")})
        try:
            check_form(read_questions(after))
        except BadForm as bad:
            raise Wrong(
                {
                    f"questions.{place - 1}.{PLACES.get(of_what, of_what)}": sentence
                    for place, of_what, sentence in reversed(bad.problems)
                }
            ) from None

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        service = service_of(agency, (after or before or {})["service"])
        operations.set_questions(service, read_questions(after) if after else [], by=by, at=at)

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        return {**after, "questions": [_document(question) for question in read_questions(after)]}


def read_questions(document: Document) -> list[Question]:
    """The questions of a document; codes that were left out are made of the words. Never an error."""
    questions: list[Question] = []
    for row in document.get("questions") or []:
        codes = [question.code for question in questions]
        given = str(row.get("code") or "").strip()
        code = given or fresh_code(Localized(row.get("label") or {}).get("en", ""), codes)
        questions.append(_question(row, code))
    return questions


def _question(row: Document, code: str) -> Question:
    datatype = Datatype(row.get("datatype") or Datatype.STRING)
    depends = str(row.get("only_if") or "").strip()
    counts, is_day = datatype.value in COUNTED, datatype in (Datatype.DATE, Datatype.DATETIME)
    return Question(
        code=code,
        label=_told(row.get("label")),
        hint=_told(row.get("hint")),
        datatype=datatype,
        required=bool(row.get("required")),
        values=_values(row.get("values") or []) if datatype in LISTS else (),
        condition=Condition(depends, tuple(row.get("only_if_values") or ())) if depends else None,
        limits=Limits(
            least=_decimal(row.get("least")) if counts else None,
            most=_decimal(row.get("most")) if counts else None,
            mask=str(row.get("mask") or "") if datatype == Datatype.STRING else "",
            when=str(row.get("when") or "") if is_day else "",
        ),
    )


def _values(rows: list[Document]) -> tuple[Value, ...]:
    values: list[Value] = []
    for row in rows:
        label = _told(row.get("label"))
        given = str(row.get("key") or "").strip()
        values.append(Value(given or fresh_code(label.get("en", ""), [value.key for value in values]), label))
    return tuple(values)


def _told(texts: Any) -> Localized:
    return Localized({language: text for language, text in (texts or {}).items() if text})


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(f"{number:.6f}").normalize()


def _document(question: Question) -> Document:
    limits, condition = question.limits, question.condition
    return {
        "label": _both(question.label),
        "datatype": question.datatype.value,
        "required": question.required,
        "values": [{"label": _both(value.label), "key": value.key} for value in question.values],
        "hint": _both(question.hint),
        "only_if": condition.question if condition else "",
        "only_if_values": list(condition.values) if condition else [],
        "least": None if limits.least is None else float(limits.least),
        "most": None if limits.most is None else float(limits.most),
        "mask": limits.mask,
        "when": limits.when,
        "code": question.code,
    }


def _both(texts: Localized) -> dict[str, str]:
    return {"ar": "", "en": ""} | dict(texts)


register(Forms())
