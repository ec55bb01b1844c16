"""Values of documents: what each type accepts, and the one shape it is kept in. Pure.

`tidy` trusts its input (rows of the house) and brings it into shape; `clean` trusts nothing (forms, files of strangers)
and says what to mend.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from wasl.administration.registry import ENDED, Choice, Document, Field, Kind, Type, Wrong
from wasl.core.i18n import LANGUAGES, t
from wasl.core.text import clean as clean_text
from wasl.core.text import clean_line, latin_digits
from wasl.directory.models import Agency

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]*")
_DURATION = re.compile(r"([1-9][0-9]{0,4}) *([^0-9]+)")
_LENGTHS = {
    word: letter
    for letter, words in {
        "m": "m min minute minutes دقيقة دقائق د",
        "h": "h hour hours ساعة ساعات س",
        "d": "d day days يوم يوما يوماً أيام ايام",
    }.items()
    for word in words.split()
}
_LOCALIZED = (Type.LOCALIZED, Type.LONG_LOCALIZED)
_LISTS = (Type.CHOICES, Type.WORDS, Type.REFERENCES, Type.ROWS)
_YES = {"true", "yes", "on", "1", "نعم"}
_NO = {"false", "no", "off", "0", "لا", ""}
_MOST_TEXT = 300
_MOST_LONG_TEXT = 2_000_000


def empty(field: Field) -> Any:
    """The value that stands for nothing."""
    if field.type in _LOCALIZED:
        return dict.fromkeys(LANGUAGES, "")
    if field.type in _LISTS:
        return []
    if field.type is Type.YES_NO:
        return False
    return None if field.type in (Type.WHOLE, Type.DECIMAL) else ""


def is_empty(field: Field, value: Any) -> bool:
    """Does the value say nothing? A "no" says something."""
    if field.type in _LOCALIZED:
        return not any((value or {}).values())
    return value is None or value == "" or value == []


def moment(at: datetime | None, agency: Agency) -> str:
    """A moment as documents write it: to the minute, in the agency's own zone; "" for none."""
    return "" if at is None else at.astimezone(agency.zone).isoformat(timespec="minutes")


def as_moment(value: str) -> datetime | None:
    """The moment of a document; None for none."""
    return datetime.fromisoformat(value) if value else None


def same_minute(value: str, at: datetime | None, agency: Agency) -> datetime | None:
    """The moment that a document means where the row may hold its seconds too."""
    return at if value == moment(at, agency) else as_moment(value)


def default_document(kind: Kind) -> Document:
    """A new document as its form starts."""
    return {
        field.code: field.default if field.default is not None else empty(field)
        for field in kind.fields
        if not field.computed
    }


def tidy(kind: Kind, document: Mapping[str, Any]) -> Document:
    """A document of the house in the one shape that compares, prints and stores well."""
    shaped = _tidy_fields(kind.fields, document)
    shaped["code"] = str(document.get("code") or kind.code_for(shaped))
    if document.get(ENDED):
        shaped[ENDED] = True
    return shaped


def _tidy_fields(fields: tuple[Field, ...], document: Mapping[str, Any]) -> Document:
    return {field.code: _tidy(field, document.get(field.code)) for field in fields}


def _tidy(field: Field, value: Any) -> Any:
    if value is None or field.type is Type.SECRET:
        return empty(field)
    if field.type in _LOCALIZED:
        return {language: str(value.get(language, "") or "") for language in (*LANGUAGES, *_others(value))}
    if field.type is Type.ROWS:
        return [_tidy_fields(field.fields, row) for row in value]
    if field.type in _LISTS:
        return [_plain(one) for one in value]
    if field.type is Type.DECIMAL:
        return float(value)
    return _plain(value)


def _others(value: Mapping[str, Any]) -> list[str]:
    return sorted(language for language in value if language not in LANGUAGES and value[language])


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, (bool, int, float)) else str(value)


def clean(kind: Kind, raw: Mapping[str, Any], agency: Agency, *, before: Document | None = None) -> Document:
    """A document out of what somebody typed or sent; what they left out stays as it was, or takes its default.

    Raises Wrong with a sentence for each field. References are not looked up here.
    """
    start = before if before is not None else default_document(kind)
    errors: dict[str, str] = {}
    document: Document = {}
    for field in kind.fields:
        if field.computed:
            continue
        keeps = field.code not in raw or (field.fixed and before is not None)
        document[field.code] = start.get(field.code, empty(field))
        if not keeps:
            document[field.code] = _take(field, raw[field.code], agency, errors, field.code)
        elif field.required and is_empty(field, document[field.code]) and field.code not in errors:
            errors[field.code] = _needed(field)
    if before is not None:
        _check_fixed(kind, raw, before, agency, errors)
    if errors:
        raise Wrong(errors)
    document["code"] = before["code"] if before is not None else _new_code(kind, raw, document)
    return document


def sketch(kind: Kind, raw: Mapping[str, Any], agency: Agency) -> Document:
    """As much of a document as can be read out of what somebody sent: enough to see which row is meant."""
    errors: dict[str, str] = {}
    document = default_document(kind)
    for field in kind.fields:
        if field.code in raw and not field.computed:
            document[field.code] = _take(field, raw[field.code], agency, errors, field.code)
    document["code"] = _new_code(kind, raw, document)
    return document


def _new_code(kind: Kind, raw: Mapping[str, Any], document: Document) -> str:
    if not kind.has_code and raw.get("code"):
        document["code"] = clean_line(str(raw["code"]))
    return kind.code_for(document)


def _check_fixed(kind: Kind, raw: Mapping[str, Any], before: Document, agency: Agency, errors: dict[str, str]) -> None:
    for field in kind.fields:
        if not field.fixed or field.code not in raw:
            continue
        given = _take(field, raw[field.code], agency, errors, field.code)
        if field.code not in errors and given != before.get(field.code):
            errors[field.code] = t(
                "لا يتغيّر هذا الحقل بعد الإنشاء. أنهِ هذا السجل وأنشئ غيره.",
                "This cannot change once the row exists. End the row and make another.",
            )


def _take(field: Field, value: Any, agency: Agency, errors: dict[str, str], where: str) -> Any:
    """The cleaned value; what is wrong goes to `errors` under its place."""
    try:
        cleaned = _rows(field, value, agency, errors, where) if field.type is Type.ROWS else _one(field, value, agency)
        if is_empty(field, cleaned):
            if field.required and field.type is not Type.SECRET:
                raise ValueError(_needed(field))
            return empty(field)
        if field.check is not None and where not in errors:
            field.check(cleaned)
    except ValueError as error:
        errors[where] = str(error)
        return empty(field)
    return cleaned


def _needed(field: Field) -> str:
    if field.type in (Type.CHOICE, Type.REFERENCE, Type.CHOICES, Type.REFERENCES):
        return t("اختر «{label}».", "Choose: {label}.", label=field.label)
    return t("اكتب «{label}».", "Fill in: {label}.", label=field.label)


def _rows(field: Field, value: Any, agency: Agency, errors: dict[str, str], where: str) -> list[Document]:
    if not isinstance(value, list) or any(not isinstance(row, Mapping) for row in value):
        raise ValueError(t("اكتب قائمة من الأسطر.", "Give a list of rows."))
    rows = []
    for number, row in enumerate(value):
        for unknown in sorted(set(row) - {inner.code for inner in field.fields}):
            errors[f"{where}.{number}.{unknown}"] = unknown_key(unknown)
        rows.append(
            {
                inner.code: _take(
                    inner,
                    row.get(inner.code, inner.default if inner.default is not None else empty(inner)),
                    agency,
                    errors,
                    f"{where}.{number}.{inner.code}",
                )
                for inner in field.fields
                if not inner.computed
            }
        )
    return rows


def unknown_key(name: object) -> str:
    """What to say of a name that no field has."""
    return t("لا يوجد حقل باسم «{name}».", "There is no field “{name}”.", name=str(name))


def choices_of(field: Field, agency: Agency) -> list[Choice]:
    """The choices of a field for this agency."""
    return list(field.choices(agency) if callable(field.choices) else field.choices)


def _one(field: Field, value: Any, agency: Agency) -> Any:
    if value is None:
        return empty(field)
    return _CLEANERS[field.type](field, value, agency)


def _text(field: Field, value: Any, agency: Agency) -> str:
    if isinstance(value, (Mapping, list)):
        raise ValueError(t("اكتب نصاً.", "Give a text."))
    plain = str(value).lower() if isinstance(value, bool) else str(value)
    text = clean_text(plain).strip() if field.type is Type.LONG_TEXT else clean_line(plain)
    if field.code == "code" and text and not _CODE.fullmatch(text):
        raise ValueError(
            t(
                "استخدم حروفاً إنجليزية وأرقاماً وشرطات بلا فراغات، مثل ROADS-2.",
                "Use Latin letters, digits and hyphens without spaces, such as ROADS-2.",
            )
        )
    _check_length(field, text)
    return text


def _check_length(field: Field, text: str) -> None:
    most = field.max_length or (_MOST_LONG_TEXT if field.type in (Type.LONG_TEXT, Type.LONG_LOCALIZED) else _MOST_TEXT)
    if len(text) > most:
        raise ValueError(
            t("اختصره إلى {n} حرفاً؛ هو الآن {m}.", "Shorten it to {n} characters; it has {m}.", n=most, m=len(text))
        )


def _localized(field: Field, value: Any, agency: Agency) -> dict[str, str]:
    if isinstance(value, str):
        value = {LANGUAGES[0]: value}
    if not isinstance(value, Mapping):
        raise ValueError(t("اكتب النص بكل لغة: ar و en.", "Give a text for each language: ar and en."))
    texts = dict.fromkeys(LANGUAGES, "")
    for language, text in value.items():
        if not re.fullmatch(r"[a-z]{2,3}", str(language)):
            raise ValueError(unknown_key(language))
        long = field.type is Type.LONG_LOCALIZED
        words = "" if text is None else str(text)
        texts[str(language)] = clean_text(words).strip() if long else clean_line(words)
        _check_length(field, texts[str(language)])
    if field.required and not texts["ar"]:
        raise ValueError(t("اكتب النص العربي.", "Write the Arabic text."))
    return {language: texts[language] for language in (*LANGUAGES, *_others(texts))}


def _choice(field: Field, value: Any, agency: Agency) -> str:
    # YAML reads an unquoted yes or a number as something else than a word.
    return _chosen(field, str(value).strip(), agency)


def _chosen(field: Field, value: str, agency: Agency) -> str:
    codes = [code for code, _ in choices_of(field, agency)]
    if value and value not in codes:
        shown = "، ".join(codes[:12]) if codes else "-"
        raise ValueError(
            t("«{value}» ليس من الخيارات: {codes}", "“{value}” is none of: {codes}", value=value, codes=shown)
        )
    return value


def _choices(field: Field, value: Any, agency: Agency) -> list[str]:
    given = {_chosen(field, str(one).strip(), agency) for one in _list(value)}
    return [code for code, _ in choices_of(field, agency) if code in given]


def _list(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [part for part in re.split(r"[\n,،]", value) if part.strip()]
    if not isinstance(value, list) or any(isinstance(one, (Mapping, list)) for one in value):
        raise ValueError(t("اكتب قائمة.", "Give a list."))
    return value


def _words(field: Field, value: Any, agency: Agency) -> list[str]:
    words = [clean_line(str(one)) for one in _list(value)]
    for word in words:
        _check_length(field, word)
    return list(dict.fromkeys(word for word in words if word))


def _references(field: Field, value: Any, agency: Agency) -> list[str]:
    return list(dict.fromkeys(str(one).strip() for one in _list(value) if str(one).strip()))


def _whole(field: Field, value: Any, agency: Agency) -> int | None:
    number = _number(value)
    if number is None:
        return None
    if number != int(number):
        raise ValueError(t("اكتب عدداً صحيحاً.", "Give a whole number."))
    return int(_between(field, number))


def _decimal(field: Field, value: Any, agency: Agency) -> float | None:
    number = _number(value)
    return None if number is None else _between(field, number)


def _number(value: Any) -> float | None:
    text = latin_digits(str(value)).replace("٫", ".").strip()
    if not text:
        return None
    try:
        if isinstance(value, bool):
            raise ValueError
        number = float(text)
    except ValueError:
        raise ValueError(t("اكتب رقماً.", "Give a number.")) from None
    if not math.isfinite(number):
        raise ValueError(t("اكتب رقماً.", "Give a number."))
    return number


def _between(field: Field, number: float) -> float:
    if field.least is not None and number < field.least:
        raise ValueError(t("أقل قيمة {n}.", "The least is {n}.", n=f"{field.least:g}"))
    if field.most is not None and number > field.most:
        raise ValueError(t("أكبر قيمة {n}.", "The most is {n}.", n=f"{field.most:g}"))
    return number


def _duration(field: Field, value: Any, agency: Agency) -> str:
    text = latin_digits(str(value)).strip().lower()
    found = _DURATION.fullmatch(text)
    letter = _LENGTHS.get(found[2]) if found else None
    if text and (found is None or letter is None):
        raise ValueError(
            t(
                "اكتب مدة مثل «30 دقيقة» أو «4 ساعات» أو «3 أيام».",
                "Give a length such as 30 minutes, 4 hours or 3 days.",
            )
        )
    return f"{found[1]}{letter}" if found else ""


def _date(field: Field, value: Any, agency: Agency) -> str:
    if isinstance(value, datetime):
        value = value.date()
    text = value.isoformat() if isinstance(value, date) else latin_digits(str(value)).strip()
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise ValueError(t("اكتب تاريخاً مثل 2026-12-04.", "Give a date such as 2026-12-04.")) from None


def _time(field: Field, value: Any, agency: Agency) -> str:
    # YAML 1.1 reads an unquoted 07:30 as a number of base sixty.
    text = f"{value // 60:02d}:{value % 60:02d}" if isinstance(value, int) else latin_digits(str(value)).strip()
    try:
        return time.fromisoformat(text).strftime("%H:%M") if text else ""
    except ValueError:
        raise ValueError(t("اكتب وقتاً مثل 07:30.", "Give a time such as 07:30.")) from None


def _moment(field: Field, value: Any, agency: Agency) -> str:
    zone: ZoneInfo = agency.zone
    try:
        if isinstance(value, datetime):
            at = value
        elif isinstance(value, date):
            at = datetime(value.year, value.month, value.day, tzinfo=zone)
        else:
            text = latin_digits(str(value)).strip()
            if not text:
                return ""
            at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            t("اكتب تاريخاً ووقتاً مثل 2026-12-04T07:30.", "Give a date and time such as 2026-12-04T07:30.")
        ) from None
    return moment(at if at.tzinfo else at.replace(tzinfo=zone), agency)


def _yes_no(field: Field, value: Any, agency: Agency) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise ValueError(t("اكتب نعم أو لا.", "Say yes or no."))


def _secret(field: Field, value: Any, agency: Agency) -> str:
    return str(value).strip()


_CLEANERS: dict[Type, Callable[[Field, Any, Agency], Any]] = {
    Type.TEXT: _text,
    Type.LONG_TEXT: _text,
    Type.LOCALIZED: _localized,
    Type.LONG_LOCALIZED: _localized,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.WHOLE: _whole,
    Type.DECIMAL: _decimal,
    Type.DURATION: _duration,
    Type.DATE: _date,
    Type.TIME: _time,
    Type.MOMENT: _moment,
    Type.YES_NO: _yes_no,
    Type.WORDS: _words,
    Type.REFERENCE: _text,
    Type.REFERENCES: _references,
    Type.SECRET: _secret,
}
