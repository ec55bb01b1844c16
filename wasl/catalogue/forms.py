"""The questions a service asks beside the usual ones, with nothing stored: what they are, and how answers are read.

A question has one of eight datatypes (those of Open311 and the yes/no and the plain day) and may depend on the answer
to an earlier one. Reading takes whatever a form sent, in either set of digits, and gives values that can be stored and,
for each answer that does not do, a sentence that says what to mend. A question whose condition is not met is not asked:
its answer is neither read nor missed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils import translation

from wasl.core.i18n import LANGUAGES, counted, t
from wasl.core.localized import Localized, both
from wasl.core.text import clean, clean_line, latin_digits
from wasl.web import moments

PREFIX = "q_"
LINE_LETTERS, TEXT_LETTERS = 200, 2_000
CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")
YES, NO = "yes", "no"
Given = str | list[str]


class Datatype(StrEnum):
    """What kind of answer a question wants."""

    STRING = "string"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    ONE = "singlevaluelist"
    SEVERAL = "multivaluelist"
    YES_NO = "boolean"


LISTS = frozenset({Datatype.ONE, Datatype.SEVERAL})
CHOOSABLE = LISTS | {Datatype.YES_NO}  # what another question may depend on


class Value(NamedTuple):
    """One thing to choose in a list: what is stored, and what is read."""

    key: str
    label: Localized


YES_OR_NO = (Value(YES, both("نعم", "Yes")), Value(NO, both("لا", "No")))


class Condition(NamedTuple):
    """The question is asked only when an earlier one (its code) was answered with one of these keys."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Limits:
    """What an answer must keep to. `least` and `most` are the number itself, or of letters, or of chosen things.

    `mask` is the shape of a line: 9 stands for a figure, A for a Latin letter, * for either, all else for itself.
    `when` is "past" for days up to today, "future" for days from today.
    """

    least: Decimal | None = None
    most: Decimal | None = None
    mask: str = ""
    when: str = ""


@dataclass(frozen=True)
class Question:
    """One question of a service's form."""

    code: str
    label: Localized
    datatype: Datatype = Datatype.STRING
    hint: Localized = field(default_factory=Localized)
    required: bool = False
    values: tuple[Value, ...] = ()
    condition: Condition | None = None
    limits: Limits = Limits()

    @property
    def choices(self) -> tuple[Value, ...]:
        """What can be chosen: the values of a list, yes and no, or nothing."""
        return YES_OR_NO if self.datatype == Datatype.YES_NO else self.values

    def label_of(self, key: str) -> Localized:
        """The words of a key; the key itself where a list no longer has it."""
        return next((value.label for value in self.choices if value.key == key), both(key, key))


@dataclass(frozen=True)
class Answers:
    """What was read. `values` can be stored (text, number, list of keys), `given` shows the form again as it was."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    given: dict[str, Given] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        """Can it go on like this?"""
        return not self.errors


class Unreadable(ValueError):
    """An answer that does not do; the message says what to mend."""


def read(questions: Sequence[Question], data: Any, prefix: str = PREFIX, *, today: date | None = None) -> Answers:
    """Read the answers of a sent form (a QueryDict, or any mapping of text and lists); never an error.

    Days in the past or future are judged only when `today` is given. What no question asks is passed over.
    """
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    given: dict[str, Given] = {}
    for question in questions:
        told = _given(data, prefix + question.code, several=question.datatype == Datatype.SEVERAL)
        given[question.code] = told
        if not is_asked(question, values):
            continue
        try:
            value = _read(question, told, today)
        except Unreadable as problem:
            errors[question.code] = problem.args[0]
            continue
        if value not in ("", []):
            values[question.code] = value
        elif question.required:
            errors[question.code] = _missing(question)
    return Answers(values, errors, given)


def reread(questions: Sequence[Question], values: Mapping[str, Any], *, today: date | None = None) -> Answers:
    """Judge values stored earlier (of a draft) by the questions of now."""
    return read(questions, {code: _as_given(value) for code, value in values.items()}, prefix="", today=today)


def is_asked(question: Question, values: Mapping[str, Any]) -> bool:
    """Is the condition of a question met by what was answered before it?"""
    if question.condition is None:
        return True
    answer = values.get(question.condition.question)
    chosen = answer if isinstance(answer, list) else [answer]
    return any(key in question.condition.values for key in chosen)


def told(questions: Sequence[Question], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answers as a case keeps them, with the words of today in all languages of the house, in the form's order."""
    return [
        {
            "code": question.code,
            "label": dict(question.label),
            "value": values[question.code],
            "text": {language: text_of(question, values[question.code], language) for language in LANGUAGES},
        }
        for question in questions
        if question.code in values and is_asked(question, values)
    ]


def text_of(question: Question, value: Any, language: str) -> str:
    """An answer in words of one language: «عمود مائل، سلك مكشوف», «29 نوفمبر 2026»."""
    if question.datatype in CHOOSABLE:
        keys = value if isinstance(value, list) else [value]
        return ("، " if language == "ar" else ", ").join(question.label_of(key).in_language(language) for key in keys)
    with translation.override(language):
        if question.datatype == Datatype.DATE:
            return latin_digits(moments.day_text(date.fromisoformat(value)))
        if question.datatype == Datatype.DATETIME:
            moment = datetime.fromisoformat(value)
            return latin_digits(f"{moments.day_text(moment.date())} {moment:%H:%M}")
    return str(value)


def condition_in_words(question: Question, questions: Iterable[Question]) -> Localized:
    """When a question is asked, for a page that cannot hide it: «إن كان جواب «…»: …»; empty without condition."""
    condition = question.condition
    asked = next((one for one in questions if condition and one.code == condition.question), None)
    if condition is None or asked is None:
        return Localized()
    labels = [asked.label_of(key) for key in condition.values]
    arabic = " أو ".join(label.in_language("ar") for label in labels)
    english = " or ".join(label.in_language("en") for label in labels)
    return both(
        f"أجب إن اخترت «{arabic}» في «{asked.label.in_language('ar')}»",
        f"Answer if you chose “{english}” for “{asked.label.in_language('en')}”",
    )


def example_of(mask: str) -> str:
    """An example of a mask: "99-AA" gives "12-AB"."""
    figures_left, letters_left = iter("1234567890" * 5), iter("ABCDEFGHIJ" * 5)
    made = {"9": figures_left, "*": figures_left, "A": letters_left}
    return "".join(next(made[sign]) if sign in made else sign for sign in mask)


def _given(data: Any, name: str, *, several: bool) -> Given:
    many = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
    many = many if isinstance(many, list | tuple) else [many]
    texts = [str(one) for one in many if one is not None]
    if several:
        return [clean_line(text) for text in texts if clean_line(text)]
    return clean(texts[-1]) if texts else ""


def _as_given(value: Any) -> Given:
    return value if isinstance(value, list) else str(value)


def _read(question: Question, given: Given, today: date | None) -> Any:
    if isinstance(given, list):
        return _several(question, given)
    if not given:
        return ""
    return _READERS[question.datatype](question, given, today)


def _line(question: Question, given: str, today: date | None) -> str:
    text = clean_line(given)
    _count_letters(question, text, LINE_LETTERS)
    if question.limits.mask:
        text = latin_digits(text).upper()
        if not re.fullmatch(_as_pattern(question.limits.mask), text):
            example = example_of(question.limits.mask)
            raise Unreadable(t("اكتبه على هذا الشكل: {example}", "Write it in this shape: {example}", example=example))
    return text


def _text(question: Question, given: str, today: date | None) -> str:
    _count_letters(question, given, TEXT_LETTERS)
    return given


def _number(question: Question, given: str, today: date | None) -> int | float:
    text = latin_digits(clean_line(given)).replace("٫", ".").replace("٬", "").replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d{1,6})?", text):
        raise Unreadable(t("اكتب رقماً، مثل 25 أو 2.5.", "Write a number, such as 25 or 2.5."))
    number = Decimal(text)
    _within(question.limits, number)
    return int(number) if number == number.to_integral_value() else float(number)


def _date(question: Question, given: str, today: date | None) -> str:
    day = _day(latin_digits(clean_line(given)))
    _in_time(question.limits, day, today)
    return day.isoformat()


def _datetime(question: Question, given: str, today: date | None) -> str:
    parts = latin_digits(clean_line(given)).replace("T", " ").split()
    hour = re.fullmatch(r"(\d{1,2}):(\d{2})(:\d{2})?", parts[1] if len(parts) == 2 else "")
    if hour is None or int(hour[1]) > 23 or int(hour[2]) > 59:
        raise Unreadable(
            t("اكتب اليوم والساعة، مثل 29/11/2026 13:30.", "Write day and time, such as 29/11/2026 13:30.")
        )
    day = _day(parts[0])
    _in_time(question.limits, day, today)
    return f"{day.isoformat()}T{int(hour[1]):02d}:{hour[2]}"


def _chosen(question: Question, given: str, today: date | None) -> str:
    if given not in {value.key for value in question.choices}:
        raise Unreadable(t("اختر جواباً من القائمة.", "Choose an answer from the list."))
    return given


_READERS: dict[Datatype, Callable[[Question, str, date | None], Any]] = {
    Datatype.STRING: _line,
    Datatype.TEXT: _text,
    Datatype.NUMBER: _number,
    Datatype.DATE: _date,
    Datatype.DATETIME: _datetime,
    Datatype.ONE: _chosen,
    Datatype.YES_NO: _chosen,
}


def _several(question: Question, given: list[str]) -> list[str]:
    known = [value.key for value in question.values]
    if set(given) - set(known):
        raise Unreadable(t("اختر من القائمة.", "Choose from the list."))
    chosen = [key for key in known if key in given]
    limits = question.limits
    if chosen and limits.least is not None and len(chosen) < limits.least:
        raise Unreadable(t("اختر {n} على الأقل.", "Choose at least {n}.", n=int(limits.least)))
    if limits.most is not None and len(chosen) > limits.most:
        raise Unreadable(t("اختر {n} على الأكثر.", "Choose {n} at most.", n=int(limits.most)))
    return chosen


def _count_letters(question: Question, text: str, most: int) -> None:
    limits = question.limits
    most = min(int(limits.most), most) if limits.most is not None else most
    if len(text) > most:
        raise Unreadable(
            t(
                "كتبت {n}، والحد {limit}. اختصر النص قليلاً.",
                "You wrote {n}; the limit is {limit}. Please shorten it a little.",
                n=counted(len(text), "letter"),
                limit=counted(most, "letter"),
            )
        )
    if limits.least is not None and len(text) < limits.least:
        least = counted(int(limits.least), "letter")
        raise Unreadable(
            t("اكتب أكثر من ذلك: {least} على الأقل.", "Write a little more: at least {least}.", least=least)
        )


def _within(limits: Limits, number: Decimal) -> None:
    least, most = limits.least, limits.most
    if (least is None or number >= least) and (most is None or number <= most):
        return
    if least is not None and most is not None:
        raise Unreadable(
            t(
                "اكتب رقماً من {least} إلى {most}.",
                "Write a number from {least} to {most}.",
                least=plain(least),
                most=plain(most),
            )
        )
    if least is not None:
        raise Unreadable(t("أقل رقم هنا {least}.", "The smallest number here is {least}.", least=plain(least)))
    raise Unreadable(t("أكبر رقم هنا {most}.", "The largest number here is {most}.", most=plain(most or Decimal())))


def plain(number: Decimal) -> str:
    """A limit in figures, without needless zeros: 10, 2.5."""
    return f"{number.normalize():f}"


def _day(text: str) -> date:
    years_first = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text)
    days_first = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text)
    found = years_first.groups() if years_first else days_first.groups()[::-1] if days_first else ()
    try:
        return date(*(int(part) for part in found))
    except (TypeError, ValueError):
        raise Unreadable(
            t("اكتب اليوم والشهر والسنة، مثل 29/11/2026.", "Write day, month and year, such as 29/11/2026.")
        ) from None


def _in_time(limits: Limits, day: date, today: date | None) -> None:
    if today is None or not limits.when:
        return
    if limits.when == "past" and day > today:
        raise Unreadable(t("اختر يوماً لا يأتي بعد اليوم.", "Choose a day not later than today."))
    if limits.when == "future" and day < today:
        raise Unreadable(t("اختر اليوم أو يوماً بعده.", "Choose today or a later day."))


def _as_pattern(mask: str) -> str:
    signs = {"9": r"\d", "A": "[A-Z]", "*": "[A-Z0-9]"}
    return "".join(signs.get(sign) or re.escape(sign.upper()) for sign in mask)


def _missing(question: Question) -> str:
    if question.datatype == Datatype.SEVERAL:
        return t("اختر واحداً أو أكثر.", "Choose one or more.")
    if question.datatype in CHOOSABLE:
        return t("اختر أحد الأجوبة.", "Choose one of the answers.")
    if question.datatype in (Datatype.DATE, Datatype.DATETIME):
        return t("اكتب التاريخ.", "Write the date.")
    if question.datatype == Datatype.NUMBER:
        return t("اكتب الرقم.", "Write the number.")
    return t("اكتب جوابك هنا.", "Write your answer here.")


def to_decimal(text: str) -> Decimal | None:
    """A limit as somebody writes it, in any digits; None for nothing. Raises Unreadable."""
    told_number = latin_digits(clean_line(text)).replace("٫", ".")
    if not told_number:
        return None
    try:
        number = Decimal(told_number)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 10**12:
        raise Unreadable(t("اكتب رقماً.", "Write a number."))
    return number
