"""The wording the house starts with: `data/templates.yaml`."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from wasl.core.localized import Localized

FILE = Path(__file__).parent / "data" / "templates.yaml"


class NoSuchTemplate(LookupError):
    """No wording of this code exists."""


@dataclass(frozen=True)
class Wording:
    """Subject and body in each language, with {places}; `values` names the places that may stand in them."""

    code: str
    title: Localized
    subject: Localized
    body: Localized
    values: frozenset[str]
    # The text message, and whether it is sent to people who asked for no more than the needful.
    sms: Localized = field(default_factory=Localized)
    is_essential: bool = True

    def for_channel(self, channel: str) -> "Wording":
        """The same with the body that this channel sends."""
        return replace(self, body=self.sms) if channel == "sms" else self


def starting(code: str) -> Wording:
    """The house's wording of a code. Raises NoSuchTemplate."""
    if code not in starting_wordings():
        raise NoSuchTemplate(code)
    return starting_wordings()[code]


@lru_cache
def starting_wordings() -> dict[str, Wording]:
    """All wordings of the house by code."""
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {code: _wording(code, entry) for code, entry in loaded.items()}


def _wording(code: str, entry: dict[str, Any]) -> Wording:
    return Wording(
        code=code,
        title=Localized(entry["title"]),
        subject=Localized(entry["subject"]),
        body=Localized({language: text.strip() for language, text in entry["body"].items()}),
        values=frozenset(entry["values"]),
        sms=Localized({language: text.strip() for language, text in entry.get("sms", {}).items()}),
        is_essential=entry.get("essential", True),
    )
