"""The provider of text messages that runs beside a house, seen from outside: its list, its moods, its telephones."""

import json
import re
import urllib.request
from typing import Any
from urllib.parse import urlencode

from tests.journeys.house import House, wait_for


class Provider:
    """The simulator of a running house."""

    def __init__(self, house: House) -> None:
        found = re.search(r"Sent texts\s+(http://127\.0\.0\.1:\d+)/", house.said())
        assert found, house.said()
        self.url = found[1]

    def texts(self, to: str) -> list[dict[str, Any]]:
        """What a number was sent, oldest first."""
        with urllib.request.urlopen(f"{self.url}/messages.json", timeout=60) as answer:
            told: list[dict[str, Any]] = json.load(answer)["messages"]
        return [text for text in told if text["to"] == to]

    def wait_for(self, to: str, words: str, *, seconds: float = 60) -> dict[str, Any]:
        """The first text to a number that holds these words."""
        found: dict[str, Any] = wait_for(
            lambda: next((text for text in self.texts(to) if words in text["text"]), None),
            seconds=seconds,
            what=f"a text with «{words}»",
        )
        return found

    def tell(self, path: str, **fields: str) -> None:
        """Change a mood, or write to us."""
        with urllib.request.urlopen(f"{self.url}{path}", urlencode(fields).encode(), timeout=30) as answer:
            assert answer.status == 200
