"""The OpenAPI 3.1 document of the interface: made from the table of endpoints and from the Structs that read and write
the bodies, so that it cannot say anything else than what happens.
"""

import copy
from functools import lru_cache
from typing import Any, cast

import msgspec
from django.utils import translation

from wasl.api.v1.bodies import NoQuery, Problem
from wasl.api.v1.endpoints import Endpoint
from wasl.api.v1.examples import EXAMPLES
from wasl.api.v1.problems import CONTENT_TYPE, KINDS
from wasl.api.v1.table import ENDPOINTS, TAGS, by_path
from wasl.core.files.limits import FILE_BYTES, MEGABYTE
from wasl.core.i18n import say_in

PREFIX = "/api/v1/"
VERSION = "1.0"
_REF = "#/components/schemas/{name}"
_IDEMPOTENCY = "Idempotency-Key"
FILE_TYPES = ("image/jpeg", "image/png", "image/heic", "application/pdf", "application/octet-stream")
_PARAMETERS = {
    "reference": (
        "رقم الطلب، مثل MR-2611-04173-2، ويُقبل أيضاً بلا شرطات",
        "The reference of a case, like MR-2611-04173-2; also without dashes",
    ),
    "attachment": ("معرّف الملف من قائمة ملفات الطلب", "The id of a file, of the list of files of the case"),
    "code": ("رمز الخدمة", "The code of a service"),
}


def document(language: str, base: str) -> dict[str, Any]:
    """The whole document in a language, for a house at this address. A new one each time: callers may change it."""
    made = copy.deepcopy(_document(language))
    made["servers"] = [{"url": base.rstrip("/")}]
    return made


@lru_cache(maxsize=4)
def _document(language: str) -> dict[str, Any]:
    schemas, components = _schemas(language)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": say_in(language, "واجهة وصل للبرامج", "Wasl JSON API"),
            "version": VERSION,
            "description": say_in(
                language,
                "طلبات الناس وما يجري عليها، لتطبيقات الموظفين وأنظمة الشركاء. المعرّفات نصوص، والأوقات بفرق التوقيت، "
                "وكلمات النظام بالعربية والإنجليزية.",
                "Cases and what happens to them, for apps of staff and systems of partners. Ids are strings, moments "
                "carry their offset, words of the house come in Arabic and English.",
            ),
        },
        "servers": [],
        "security": [{"key": []}],
        "tags": [{"name": code, "description": say_in(language, *words)} for code, words in TAGS.items()],
        "paths": {
            PREFIX + path: {
                method.lower(): _operation(one, schemas, components, language) for method, one in some.items()
            }
            for path, some in by_path().items()
        },
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": say_in(
                        language,
                        "مفتاح من مدير النظام، يبدأ بـ wasl_",
                        "A key from the administrator; begins with wasl_",
                    ),
                }
            },
        },
    }


def _structs() -> list[type[msgspec.Struct]]:
    found: dict[str, type[msgspec.Struct]] = {"Problem": Problem}
    for one in ENDPOINTS:
        for struct in (one.body, one.query, one.answer):
            if struct is not None:
                found[struct.__name__] = struct
    return list(found.values())


def _schemas(language: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of each Struct of the table by its name, and all components, in a language."""
    structs = _structs()
    schemas, components = msgspec.json.schema_components(structs, ref_template=_REF)
    told = _in_language({name: components[name] for name in sorted(components)}, language)
    return {one.__name__: schema for one, schema in zip(structs, schemas, strict=True)}, told


def _in_language(part: Any, language: str) -> Any:
    """The document with the descriptions of one language."""
    if isinstance(part, list):
        return [_in_language(one, language) for one in part]
    if not isinstance(part, dict):
        return part
    arabic = part.get("x-ar")
    told = {name: _in_language(value, language) for name, value in part.items() if name != "x-ar"}
    if arabic and language == "ar":
        told["description"] = arabic
    return told


def _operation(one: Endpoint, schemas: dict[str, Any], components: dict[str, Any], language: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.tag],
        "summary": say_in(language, *one.summary),
        "description": _about(one, language),
        "parameters": [*_in_path(one, language), *_in_query(one, components), *_in_headers(one, language)],
        "responses": _responses(one, schemas, language),
        "x-scopes": list(one.scopes),
        "x-right": one.right.value if one.right is not None else "",
    }
    body = _body(one, schemas, language)
    return made | ({"requestBody": body} if body else {})


def _about(one: Endpoint, language: str) -> str:
    sentences = [say_in(language, *one.about)] if any(one.about) else []
    if one.scopes:
        scopes = say_in(language, " أو ", " or ").join(one.scopes)
        sentences.append(say_in(language, "صلاحية المفتاح: {scopes}.", "Scope of the key: {scopes}.", scopes=scopes))
    if one.right is not None:
        sentences.append(
            say_in(language, "صلاحية الموظف: {right}.", "Right of the person: {right}.", right=one.right.value)
        )
    if not one.partners:
        sentences.append(say_in(language, "لمفتاح يعمل باسم موظف.", "For keys that act for a member of staff."))
    return " ".join(sentences)


def _in_path(one: Endpoint, language: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": say_in(language, *words),
            "schema": {"type": "string", "minLength": 1, "maxLength": 40},
        }
        for name, words in _PARAMETERS.items()
        if f"{{{name}}}" in one.path
    ]


def _in_query(one: Endpoint, components: dict[str, Any]) -> list[dict[str, Any]]:
    if one.query is NoQuery:
        return []
    found = []
    for name, schema in components[one.query.__name__]["properties"].items():
        plain = {key: value for key, value in schema.items() if key != "description"}
        found.append(
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": schema.get("description", ""),
                "schema": _without_null(plain),
            }
        )
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The address says nothing by leaving the parameter out."""
    kinds = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name != "anyOf" and value is not None}
    return {**rest, **(kinds[0] if kinds else {})}


def _in_headers(one: Endpoint, language: str) -> list[dict[str, Any]]:
    found = []
    if one.kept:
        words = (
            "اختره أنت، واحداً لكل طلب. الإعادة به خلال 30 يوماً تعطي الجواب نفسه.",
            "Chosen by you, one for each request. Sent again within 30 days it gives the same answer.",
        )
        found.append(_header(_IDEMPOTENCY, language, words, r"^[\x21-\x7e]{1,255}$"))
    if one.fresh:
        words = ('النسخة التي قرأتها من ETag، مثل "v17"', 'The version you read, of ETag, like "v17"')
        found.append(_header("If-Match", language, words, r'^"v[0-9]{1,9}"$') | {"required": True})
    if one.method == "GET":
        words = (
            "ما لديك من ETag؛ إن لم يتغيّر شيء فالجواب 304",
            "The ETag you have; if nothing changed, 304 comes back",
        )
        found.append(_header("If-None-Match", language, words))
    return found


def _header(name: str, language: str, words: tuple[str, str], pattern: str = "") -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": say_in(language, *words),
        "schema": {"type": "string", "pattern": pattern} if pattern else {"type": "string"},
    }


def _body(one: Endpoint, schemas: dict[str, Any], language: str) -> dict[str, Any] | None:
    if one.takes_file:
        words = say_in(
            language,
            "الملف نفسه، إلى {n} ميغابايت",
            "The file itself, up to {n} MB",
            n=FILE_BYTES // MEGABYTE,
        )
        kinds = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in FILE_TYPES}
        return {"required": True, "description": words, "content": kinds}
    if one.body is None:
        return None
    needed = any(field.required for field in msgspec.structs.fields(one.body))
    content = {"schema": schemas[one.body.__name__], "example": EXAMPLES[one.body.__name__]}
    return {"required": needed, "content": {"application/json": content}}


_EVERYWHERE = ("malformed", "invalid", "key-needed", "too-fast", "our-fault", "busy")


def problems_of(one: Endpoint) -> list[str]:
    """The kinds of problems an endpoint may answer with, in the order of their table."""
    found = {*_EVERYWHERE, *one.problems}
    found |= {"scope-missing"} if one.scopes else set()
    found |= {"right-missing", "second-factor"} if one.right is not None else set()
    found |= {"for-staff"} if not one.partners else set()
    found |= {"not-yours"} if not one.staff else set()
    found |= {"version-needed", "stale"} if one.fresh else set()
    if one.body is not None or one.takes_file:
        found |= {"too-large", "unprocessable"}
    if one.body is not None:
        found |= {"unsupported-type"}
    if one.kept:
        found |= {"key-reused", "still-at-work"}
    return [code for code in KINDS if code in found]


def _responses(one: Endpoint, schemas: dict[str, Any], language: str) -> dict[str, Any]:
    found: dict[str, Any] = {str(one.status): _success(one, schemas, language)}
    if one.method == "GET":
        found["304"] = {"description": say_in(language, "لم يتغيّر شيء", "Nothing changed"), "headers": _etag(language)}
    for code in problems_of(one):
        kind = KINDS[code]
        words = say_in(language, *_both(kind.title))
        known = found.get(str(kind.status))
        if known is not None:
            known["description"] += f" · {words} ({code})"
            continue
        found[str(kind.status)] = {
            "description": f"{words} ({code})",
            "content": {CONTENT_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
            **_with_headers(kind.status, language),
        }
    return found


def _both(sentence: str) -> tuple[str, str]:
    """A sentence that is told when shown, in both languages."""
    told = []
    for language in ("ar", "en"):
        with translation.override(language):
            told.append(str(sentence))
    return cast(tuple[str, str], tuple(told))


def _with_headers(status: int, language: str) -> dict[str, Any]:
    if status in (429, 503):
        words = say_in(language, "كم ثانية تنتظر", "How many seconds to wait")
        return {"headers": {"Retry-After": {"description": words, "schema": {"type": "string"}}}}
    return {"headers": _etag(language)} if status == 412 else {}


def _etag(language: str) -> dict[str, Any]:
    words = say_in(language, "النسخة", "The version")
    return {"ETag": {"description": words, "schema": {"type": "string"}}}


def _success(one: Endpoint, schemas: dict[str, Any], language: str) -> dict[str, Any]:
    headers = _etag(language) if one.method == "GET" or one.answer in _VERSIONED else {}
    if one.status == 201 and one.path == "cases":
        words = say_in(language, "عنوان الطلب", "The address of the case")
        headers |= {"Location": {"description": words, "schema": {"type": "string"}}}
    made: dict[str, Any] = {"description": say_in(language, "تم", "Done")}
    if headers:
        made["headers"] = headers
    if one.gives_file:
        kinds = {"image/*", "application/*", "text/*"}
        made["content"] = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(kinds)}
    elif one.answer is not None:
        made["content"] = {"application/json": {"schema": schemas[one.answer.__name__]}}
    return made


_VERSIONED = {one.answer for one in ENDPOINTS if one.answer is not None and one.answer.__name__ in ("Case", "Receipt")}
