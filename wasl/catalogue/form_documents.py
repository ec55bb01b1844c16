"""Questions as plain documents (of an editor, a YAML file, a column), and what is wrong with a form as a whole."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from wasl.catalogue.forms import (
    CHOOSABLE,
    CODE,
    KEY,
    LISTS,
    Condition,
    Datatype,
    Limits,
    Question,
    Unreadable,
    Value,
    plain,
    to_decimal,
)
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.core.text import clean_line

LABEL_LETTERS, MASK_LETTERS, MOST_QUESTIONS, MOST_VALUES = 200, 40, 30, 60
TIMES = ("", "past", "future")
Problem = tuple[str, str]  # what of a question, and a sentence


class BadForm(ValueError):
    """A form that cannot be asked: `problems` are a question's place (from 1), what of it, and a sentence.

    What of it is code, label, values, condition, least, mask or when; "" is the question as a whole.
    """

    def __init__(self, problems: list[tuple[int, str, str]]) -> None:
        super().__init__(" ".join(f"{place}: {sentence}" for place, _, sentence in problems))
        self.problems = problems


def as_document(question: Question) -> dict[str, Any]:
    """A question as plain values; what says nothing is left out."""
    condition, limits = question.condition, question.limits
    document: dict[str, Any] = {
        "code": question.code,
        "label": dict(question.label),
        "hint": {language: text for language, text in question.hint.items() if text},
        "datatype": question.datatype.value,
        "required": question.required,
        "values": [{"key": value.key, "label": dict(value.label)} for value in question.values],
        "condition": {"question": condition.question, "values": list(condition.values)} if condition else {},
        "least": None if limits.least is None else plain(limits.least),
        "most": None if limits.most is None else plain(limits.most),
        "mask": limits.mask,
        "when": limits.when,
    }
    return {name: value for name, value in document.items() if value not in ("", None, [], {}, False)}


def from_document(document: Mapping[str, Any]) -> Question:
    """The question of a document. Raises ValueError where it is no question at all (unknown datatype or number)."""
    try:
        datatype = Datatype(document.get("datatype") or Datatype.STRING)
    except ValueError:
        raise ValueError(t("اختر نوع الجواب من القائمة.", "Choose the kind of answer from the list.")) from None
    condition = document.get("condition") or {}
    values = tuple(
        Value(clean_line(str(one.get("key", ""))), _texts(one.get("label")))
        for one in document.get("values") or ()
        if isinstance(one, Mapping)
    )
    return Question(
        code=clean_line(str(document.get("code", ""))),
        label=_texts(document.get("label")),
        hint=_texts(document.get("hint")),
        datatype=datatype,
        required=document.get("required") in (True, "true", "on", "1", 1),
        values=values if datatype in LISTS else (),
        condition=Condition(str(condition.get("question", "")), tuple(map(str, condition.get("values") or ())))
        if isinstance(condition, Mapping) and condition.get("question")
        else None,
        limits=_limits(document, datatype),
    )


def check(questions: Sequence[Question]) -> None:
    """Let a form pass that can be asked. Raises BadForm with everything that is wrong."""
    problems: list[tuple[int, str, str]] = []
    if len(questions) > MOST_QUESTIONS:
        problems.append(
            (MOST_QUESTIONS + 1, "", t("{n} سؤالاً تكفي لأي خدمة.", "{n} questions are enough.", n=MOST_QUESTIONS))
        )
    for place, question in enumerate(questions, start=1):
        before = questions[: place - 1]
        found = [*_of_words(question, before), *_of_values(question), *_of_limits(question)]
        found += _of_condition(question, before)
        problems += [(place, *problem) for problem in found]
    if problems:
        raise BadForm(problems)


def _of_words(question: Question, before: Sequence[Question]) -> list[Problem]:
    problems: list[Problem] = []
    if not CODE.fullmatch(question.code):
        problems.append(
            (
                "code",
                t(
                    "رمز السؤال حروف لاتينية صغيرة وأرقام، مثل pole_number.",
                    "The code of a question is small Latin letters and figures, such as pole_number.",
                ),
            )
        )
    if any(one.code == question.code for one in before):
        problems.append(
            (
                "code",
                t("الرمز «{code}» لسؤال آخر هنا.", "Another question here has the code “{code}”.", code=question.code),
            )
        )
    if not question.label.get("ar") or not question.label.get("en"):
        problems.append(
            ("label", t("اكتب نص السؤال بالعربية والإنجليزية.", "Write the question in Arabic and in English."))
        )
    if any(len(text) > LABEL_LETTERS for text in (*question.label.values(), *question.hint.values())):
        problems.append(
            ("label", t("اختصر: {n} حرف على الأكثر.", "Shorten it: at most {n} characters.", n=LABEL_LETTERS))
        )
    return problems


def _of_values(question: Question) -> list[Problem]:
    if question.datatype not in LISTS:
        return []
    problems: list[Problem] = []
    keys = [value.key for value in question.values]
    if len(keys) < 2:
        problems.append(("values", t("اكتب خيارين على الأقل.", "Write at least two things to choose from.")))
    if len(keys) > MOST_VALUES:
        problems.append(("values", t("{n} خياراً على الأكثر.", "At most {n} things to choose from.", n=MOST_VALUES)))
    if len(set(keys)) < len(keys):
        problems.append(("values", t("رمز مكرر بين الخيارات.", "Two of the choices have the same code.")))
    if any(not KEY.fullmatch(key) for key in keys):
        problems.append(
            (
                "values",
                t(
                    "رمز الخيار حروف لاتينية صغيرة وأرقام دون مسافات.",
                    "The code of a choice is small Latin letters and figures, without blanks.",
                ),
            )
        )
    if any(not value.label.get("ar") or not value.label.get("en") for value in question.values):
        problems.append(
            ("values", t("اكتب كل خيار بالعربية والإنجليزية.", "Write each choice in Arabic and in English."))
        )
    return problems


def _of_condition(question: Question, before: Sequence[Question]) -> list[Problem]:
    condition = question.condition
    if condition is None:
        return []
    asked = next((one for one in before if one.code == condition.question), None)
    if asked is None or asked.datatype not in CHOOSABLE:
        return [
            (
                "condition",
                t(
                    "يظهر السؤال بحسب سؤال اختيار يسبقه. رتّبه بعده، أو اختر غيره.",
                    "A question can depend on an earlier one with choices. Put it after that, or choose another.",
                ),
            )
        ]
    known = {value.key for value in asked.choices}
    if not condition.values or set(condition.values) - known:
        return [
            (
                "condition",
                t(
                    "حدّد جواباً من أجوبة «{label}» يظهر عنده السؤال.",
                    "Say at which answers to “{label}” the question appears.",
                    label=asked.label,
                ),
            )
        ]
    return []


def _of_limits(question: Question) -> list[Problem]:
    limits = question.limits
    problems: list[Problem] = []
    if limits.least is not None and limits.most is not None and limits.least > limits.most:
        problems.append(("least", t("الحد الأدنى أكبر من الأعلى.", "The least is more than the most.")))
    if question.datatype != Datatype.NUMBER and any(
        limit is not None and (limit < 0 or limit != limit.to_integral_value()) for limit in (limits.least, limits.most)
    ):
        problems.append(("least", t("الحدود هنا أعداد صحيحة.", "The limits here are whole numbers.")))
    if len(limits.mask) > MASK_LETTERS:
        problems.append(("mask", t("الشكل أطول مما ينبغي.", "The shape is too long.")))
    if limits.when not in TIMES:
        problems.append(("when", t("اختر وقتاً من القائمة.", "Choose a time from the list.")))
    return problems


def _texts(given: Any) -> Localized:
    if isinstance(given, str):
        return Localized(ar=clean_line(given))
    if not isinstance(given, Mapping):
        return Localized()
    return Localized({str(language): clean_line(str(text)) for language, text in given.items() if text})


def _limits(document: Mapping[str, Any], datatype: Datatype) -> Limits:
    """Only the limits that mean something for the datatype: an editor may still send those of another."""
    counts = datatype not in (Datatype.ONE, Datatype.YES_NO, Datatype.DATE, Datatype.DATETIME)
    is_day = datatype in (Datatype.DATE, Datatype.DATETIME)
    return Limits(
        least=_number(document.get("least")) if counts else None,
        most=_number(document.get("most")) if counts else None,
        mask=clean_line(str(document.get("mask") or "")) if datatype == Datatype.STRING else "",
        when=str(document.get("when") or "") if is_day else "",
    )


def _number(given: Any) -> Decimal | None:
    try:
        return to_decimal("" if given is None else str(given))
    except Unreadable as problem:
        raise ValueError(problem.args[0]) from None


def fresh_code(label: str, taken: Sequence[str]) -> str:
    """A code for a new question or choice: the Latin words of its English label, or a number."""
    words = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:24].strip("_")
    code = words if CODE.fullmatch(words) else f"q{len(taken) + 1}"
    number, free = 2, code
    while free in taken:
        free, number = f"{code}_{number}", number + 1
    return free
