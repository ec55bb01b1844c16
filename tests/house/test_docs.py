"""The generated pages say what the code says today, and every door carries its mark."""

import functools

import pytest

from wasl.config import docs
from wasl.config.doors import doors

# All pages are written together, whichever is asked for.
pages = functools.cache(docs.pages)


@pytest.mark.parametrize(
    "name",
    [
        "rooms.md",
        "events.md",
        "channels.md",
        "settings.md",
        "permissions.md",
        "requirements.md",
        "measures.md",
        "roles.md",
    ],
)
def test_a_generated_page_is_fresh(name: str) -> None:
    page = docs.ROOT / "docs" / name

    assert page.read_text(encoding="utf-8") == pages()[name], "run `wasl manage docs` and commit the pages"


def test_every_door_carries_a_mark() -> None:
    unmarked = [door.address for door in doors() if not door.kind]

    assert unmarked == []


def test_marked_requirements_exist() -> None:
    known = (docs.ROOT / "docs" / "requirements.jsonl").read_text(encoding="utf-8")

    for number in docs.proofs_by_requirement():
        assert f'"id": "{number}"' in known
