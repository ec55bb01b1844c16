"""What an operator writes down about the HTTP gateway of a provider, instead of somebody writing code for it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from wasl.channels.contract import AccountFacts, Fate
from wasl.core import http
from wasl.core.i18n import t

PLACES = ("to", "from", "text", "reference", "unicode", "hook")
METHODS = ("POST", "GET")
FORMATS = ("json", "form", "query")
AUTHS = ("bearer", "header", "basic", "query", "none")
HOOK_AUTHS = ("header", "query", "basic", "hmac")
NUMBER_FORMATS = ("plus", "digits", "zeros")
SIMULATOR = "simulator"
# Hours without a receipt after which nobody waits for one any more.
RECEIPT_HOURS = 48
_PLACE = re.compile(r"\{([a-z]+)\}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
# The words of SMPP receipts and of common gateways.
_WORDS = {
    Fate.DELIVERED: ("delivrd", "delivered", "success", "0"),
    Fate.FAILED: ("undeliv", "undelivered", "undeliverable", "expired", "rejectd", "rejected", "deleted", "failed"),
    Fate.UNDER_WAY: ("enroute", "acceptd", "accepted", "buffered", "queued", "sent", "submitted", "pending"),
}


@dataclass(frozen=True)
class Gateway:
    """How to speak with one gateway. Lists may be written with commas; field names may be paths: `data.0.id`."""

    url: str = ""
    method: str = "POST"
    format: str = "json"
    # JSON for "json"; lines `name: value` for "form" and "query". {places} are put in as values, never as markup.
    template: str = '{"to": "{to}", "from": "{from}", "text": "{text}", "reference": "{reference}"}'
    headers: str = ""
    auth: str = "bearer"
    auth_name: str = ""
    username: str = ""
    number_format: str = "plus"
    unicode_yes: str = "1"
    unicode_no: str = "0"
    success_field: str = ""
    success_values: tuple[str, ...] = ()
    id_field: str = "id"
    code_field: str = ""
    permanent_codes: tuple[str, ...] = ()
    temporary_codes: tuple[str, ...] = ()
    gives_receipts: bool = True
    receipt_id: str = "id"
    receipt_reference: str = ""
    receipt_status: str = "status"
    receipt_delivered: tuple[str, ...] = ()
    receipt_failed: tuple[str, ...] = ()
    receipt_hours: int = RECEIPT_HOURS
    hook_list: str = ""
    inbound_from: str = "from"
    inbound_text: str = "text"
    inbound_id: str = "id"
    hook_auth: str = "header"
    hook_name: str = "X-Hook-Secret"
    hook_username: str = ""
    hook_time_name: str = ""
    hook_answer: str = "OK"
    # Numbers that may be written to at all: a form open to the world must not write to dear ones.
    prefixes: tuple[str, ...] = ("+968",)
    per_minute: int = 300
    key: str = field(default="", repr=False)
    hook_secret: str = field(default="", repr=False)

    @classmethod
    def of(cls, account: AccountFacts) -> "Gateway":
        """The gateway of an account, with its secrets."""
        return cls.read({**account.settings, **_secrets(account.secret)})

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Gateway":
        """Settings as stored or typed; what is left empty takes its default."""
        known = {one.name: one for one in fields(cls)}
        given = {
            name: _as(type_of(known[name].default), value)
            for name, value in written.items()
            if name in known and value not in ("", None)
        }
        return cls(**given)

    def fate_of(self, status: str) -> Fate:
        """What a word of a receipt means: the account's own lists first, then the usual words."""
        word = status.strip().casefold()
        own = {Fate.DELIVERED: self.receipt_delivered, Fate.FAILED: self.receipt_failed}
        for table in (own, _WORDS):
            for fate, words in table.items():
                if word in {each.casefold() for each in words}:
                    return fate
        return Fate.UNKNOWN

    def may_write_to(self, number: str) -> bool:
        """Is this E.164 number in one of the countries the account writes to?"""
        return number.startswith(self.prefixes)


def may_write_to(settings: Mapping[str, Any], number: str) -> bool:
    """The same question of an account's settings."""
    return Gateway.read(settings).may_write_to(number)


def problems(written: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with settings, by the name of the field; empty when they can be used."""
    if written.get("gateway") == SIMULATOR:
        return {}
    found: dict[str, str] = {}
    try:
        gateway = Gateway.read(written)
    except ValueError:
        return {"per_minute": t("اكتب عدداً", "Write a number")}
    _check_choices(gateway, found)
    _check_url(gateway, found)
    _check_template(gateway, found)
    if not all(_HEADER_NAME.fullmatch(name) for name, _ in lines_of(gateway.headers)):
        found["headers"] = t("اكتب كل ترويسة في سطر: الاسم: القيمة", "Write one header a line: Name: value")
    if not all(re.fullmatch(r"\+[1-9]\d{0,6}", prefix) for prefix in gateway.prefixes):
        found["prefixes"] = t("اكتب رموز الدول مثل ‎+968", "Write country codes such as +968")
    return found


def simulated(url: str) -> dict[str, Any]:
    """The settings that fit the simulator at this address."""
    return {
        "url": url,
        "template": json.dumps({name: f"{{{name}}}" for name in PLACES}),
        "receipt_reference": "reference",
        "hook_auth": "hmac",
        "hook_name": "X-Signature",
        "hook_time_name": "X-Time",
    }


def lines_of(text: str) -> list[tuple[str, str]]:
    """`name: value`, one a line."""
    pairs = [line.partition(":") for line in text.splitlines() if line.strip()]
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with {places} filled; what is no place of ours stays as it stands."""
    return _PLACE.sub(lambda match: values.get(match[1], match[0]), text)


def field_of(data: Any, path: str) -> str:
    """The value at a path like `data.0.id`, as text; empty when there is none."""
    for step in path.split(".") if path else []:
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and step.isdecimal() and int(step) < len(data):
            data = data[int(step)]
        else:
            return ""
    return "" if data is None or isinstance(data, Mapping | list) else str(data)


def type_of(default: Any) -> str:
    """How a setting is written: "list", "number", "yes_no" or "text"."""
    for kind, name in ((bool, "yes_no"), (int, "number"), (tuple, "list")):
        if isinstance(default, kind):
            return name
    return "text"


def _as(kind: str, value: Any) -> Any:
    if kind == "list":
        items = value if isinstance(value, list | tuple) else str(value).split(",")
        return tuple(str(item).strip() for item in items if str(item).strip())
    if kind == "yes_no":
        return value if isinstance(value, bool) else str(value).lower() not in ("0", "false", "no", "off")
    return int(value) if kind == "number" else str(value)


def _secrets(secret: Mapping[str, str]) -> dict[str, str]:
    return {name: secret[name] for name in ("key", "hook_secret") if secret.get(name)}


def _check_choices(gateway: Gateway, found: dict[str, str]) -> None:
    choices = {"method": METHODS, "format": FORMATS, "auth": AUTHS, "hook_auth": HOOK_AUTHS}
    for name, allowed in {**choices, "number_format": NUMBER_FORMATS}.items():
        if getattr(gateway, name) not in allowed:
            found[name] = t("اختر من: {list}", "Choose one of: {list}", list=", ".join(allowed))
    if not 1 <= gateway.per_minute <= 60_000:
        found["per_minute"] = t("اكتب عدداً من 1 إلى 60000", "Write a number from 1 to 60000")
    if not 1 <= gateway.receipt_hours <= 168:
        found["receipt_hours"] = t("اكتب عدداً من 1 إلى 168", "Write a number from 1 to 168")


def _check_url(gateway: Gateway, found: dict[str, str]) -> None:
    try:
        http.split(gateway.url)
    except http.Refused:
        found["url"] = t(
            "اكتب عنوان البوابة كاملاً، مثل https://sms.example.om/send",
            "Write the whole address of the gateway, such as https://sms.example.om/send",
        )


def _check_template(gateway: Gateway, found: dict[str, str]) -> None:
    used = set(_PLACE.findall(gateway.template))
    if not {"to", "text"} <= used:
        found["template"] = t("يجب أن يحوي {to} و{text}", "It must hold {to} and {text}")
    elif unknown := sorted(used - set(PLACES)):
        found["template"] = t("لا نعرف {place}", "We do not know {place}", place="{" + unknown[0] + "}")
    elif gateway.format == "json":
        try:
            json.loads(gateway.template)
        except ValueError:
            found["template"] = t("ليس نص JSON صحيحاً", "This is not well-formed JSON")
