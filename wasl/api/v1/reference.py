"""The OpenAPI document as it is read by people: groups, endpoints, fields and an example to copy."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wasl.api.v1.document import document
from wasl.core.i18n import say

_SHOWN_KEY = "$WASL_KEY"
_TYPES = {
    "string": ("نص", "text"),
    "integer": ("عدد صحيح", "whole number"),
    "number": ("عدد", "number"),
    "boolean": ("نعم أو لا", "true or false"),
    "object": ("كائن", "object"),
    "null": ("خالٍ", "null"),
}
_FORMATS = {"date-time": ("لحظة بفرق التوقيت", "moment with offset"), "date": ("يوم", "day")}


@dataclass(frozen=True)
class Field:
    """One field of a body or parameter of an address. `depth`: how far inside the body it stands."""

    name: str
    type: str
    required: bool
    description: str
    codes: list[str]
    depth: int = 0


@dataclass(frozen=True)
class Told:
    """One answer: its status and when it comes."""

    status: str
    description: str

    @property
    def tone(self) -> str:
        """The colour of its chip."""
        return {"2": "ok", "3": "info", "4": "warn", "5": "bad"}.get(self.status[0], "")


@dataclass(frozen=True)
class Shown:
    """One endpoint."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]
    answers: list[Told]
    curl: str

    @property
    def tone(self) -> str:
        """The colour of its method."""
        return "info" if self.method == "GET" else "ok"


@dataclass(frozen=True)
class Group:
    """Endpoints under one heading."""

    code: str
    name: str
    endpoints: list[Shown]


def groups(language: str, base: str) -> list[Group]:
    """Everything the interface offers, in the order of its table."""
    made = document(language, base)
    shown: dict[str, list[Shown]] = {tag["name"]: [] for tag in made["tags"]}
    for path, methods in made["paths"].items():
        for method, told in methods.items():
            shown[told["tags"][0]].append(_shown(made, base, path, method, told))
    return [Group(tag["name"], tag["description"], shown[tag["name"]]) for tag in made["tags"]]


def _shown(made: dict[str, Any], base: str, path: str, method: str, told: dict[str, Any]) -> Shown:
    body = told.get("requestBody", {}).get("content", {})
    answers = told["responses"]
    success = next(answer for status, answer in answers.items() if status.startswith("2"))
    return Shown(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        description=told["description"],
        parameters=[_parameter(made, one) for one in told["parameters"]],
        body=list(_fields(made, body.get("application/json", {}).get("schema", {}))),
        answer=list(_fields(made, success.get("content", {}).get("application/json", {}).get("schema", {}))),
        answers=[Told(status, answer["description"]) for status, answer in answers.items()],
        curl=_curl(base, path, method.upper(), told, body),
    )


def _parameter(made: dict[str, Any], one: dict[str, Any]) -> Field:
    where = {"header": say(" (ترويسة)", " (header)"), "path": say(" (في العنوان)", " (in the path)")}
    schema = one["schema"]
    type_words = _type(made, schema) + where.get(one["in"], "")
    return Field(one["name"], type_words, one["required"], one["description"], _codes(made, schema))


def _fields(made: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Iterator[Field]:
    found = _resolved(made, schema)
    needed = set(found.get("required", []))
    for name, part in found.get("properties", {}).items():
        yield Field(name, _type(made, part), name in needed, _words(made, part), _codes(made, part), depth)
        if depth < 2:
            yield from _fields(made, _inner(made, part), depth + 1)


def _resolved(made: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = made["components"]["schemas"][name] if name else schema
    return found


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without "or null"."""
    kinds: list[dict[str, Any]] = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    return kinds[0] if len(kinds) == 1 else schema


def _inner(made: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What stands inside a field: of an object its fields, of a list those of its items."""
    plain = _resolved(made, _plain(schema))
    if plain.get("type") == "array":
        plain = _resolved(made, plain.get("items", {}))
    # A text in two languages explains itself.
    return {} if set(plain.get("properties", {})) == {"ar", "en"} else plain


def _type(made: dict[str, Any], schema: dict[str, Any]) -> str:
    plain = _resolved(made, _plain(schema))
    nullable = say(" أو خالٍ", " or null") if {"type": "null"} in schema.get("anyOf", []) else ""
    if "enum" in plain:
        return say("رمز", "code") + nullable
    if plain.get("type") == "array":
        return say("قائمة", "list") + nullable
    if set(plain.get("properties", {})) == {"ar", "en"}:
        return say("نص باللغتين", "text in both languages") + nullable
    words = _FORMATS.get(plain.get("format", "")) or _TYPES.get(plain.get("type", ""), ("قيمة", "value"))
    return say(*words) + _limits(plain) + nullable


def _limits(plain: dict[str, Any]) -> str:
    if "minimum" in plain and "maximum" in plain:
        return f" {plain['minimum']:g}…{plain['maximum']:g}"
    if plain.get("maxLength", 0) > 0 and plain.get("type") == "string":
        return f" ≤ {plain['maxLength']}"
    return ""


def _codes(made: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    return [str(one) for one in _resolved(made, _plain(schema)).get("enum", [])]


def _words(made: dict[str, Any], schema: dict[str, Any]) -> str:
    return str(schema.get("description") or _plain(schema).get("description", ""))


def _curl(base: str, path: str, method: str, told: dict[str, Any], body: dict[str, Any]) -> str:
    address = base.rstrip("/") + path.replace("{reference}", "MR-2611-04173-2").replace("{code}", "RD-POTHOLE")
    lines = [f"curl {'' if method == 'GET' else f'-X {method} '}'{address.replace('{attachment}', 'FILE_ID')}'"]
    lines.append(f'-H "Authorization: Bearer {_SHOWN_KEY}"')
    headers = {one["name"] for one in told["parameters"] if one["in"] == "header"}
    if "If-Match" in headers:
        lines.append("-H 'If-Match: \"v17\"'")
    if "Idempotency-Key" in headers:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if "application/json" in body:
        example = body["application/json"].get("example", {})
        if example:
            lines.append("-H 'Content-Type: application/json'")
            lines.append(f"--data '{json.dumps(example, ensure_ascii=False, indent=1)}'")
    elif body:
        lines += ["-H 'Content-Type: image/jpeg'", "--data-binary @photo.jpg"]
    if method == "GET" and path.endswith("{attachment}"):
        lines.append("-OJ")
    return " \\\n  ".join(lines)
