"""The starting data as it lies in `data/`, read into plain values; nothing here touches the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from wasl.catalogue.form_documents import from_document
from wasl.catalogue.forms import Question
from wasl.catalogue.words import DATA
from wasl.core.localized import Localized, both
from wasl.directory.models import Unit

# The unit that takes what has no place of its own; an agency founded with its own centre keeps that one instead.
CENTRES = {"MUN": "CC", "HOU": "CS-HOU"}
# The source names partners without saying whose: utilities and rescue work with the municipality, the national
# platform with everybody.
PARTNERS_OF_ALL = frozenset({"TAJAWOB"})
ICONS = {
    "MUN": {1: "route", 2: "lamp", 3: "trash-2", 4: "cloud-rain", 5: "utensils", 6: "bug", 7: "trees", 8: "building-2"},
    "HOU": {1: "map", 2: "scroll-text", 3: "hand-coins", 4: "ruler", 5: "monitor", 6: "briefcase", 9: "message-square"},
}
OTHER_ICON = "layers"
TEAMS = frozenset({"CC-FIELD"})


@dataclass(frozen=True)
class UnitRow:
    """One unit of an agency."""

    code: str
    name: Localized
    kind: str


@dataclass(frozen=True)
class CategoryRow:
    """One category of an agency; its digit is its place in the telephone menu and in lists."""

    code: str
    digit: int
    name: Localized
    icon: str


def unit_rows(org: str) -> list[UnitRow]:
    """Departments, area directorates and partner bodies of an agency of the source ("MUN", "HOU")."""
    source = _file("catalogue.yaml")
    departments = [row for row in source["departments"] if row["org"] == org]
    areas = source["area_directorates"] if org == "MUN" else []
    partners = [p for p in source["external_partners"] if org == "MUN" or p["code"] in PARTNERS_OF_ALL]
    return [
        *(UnitRow(row["code"], name_of(row), _department_kind(row, org)) for row in departments),
        *(UnitRow(row["code"], name_of(row), Unit.Kind.DIRECTORATE) for row in areas),
        *(UnitRow(row["code"], name_of(row), Unit.Kind.PARTNER) for row in partners),
    ]


def area_wilayats() -> dict[str, list[str]]:
    """Which wilayats each area directorate of the municipality serves: unit code -> wilayat codes."""
    return {row["code"]: list(row["wilayats"]) for row in _file("catalogue.yaml")["area_directorates"]}


def category_rows(org: str) -> list[CategoryRow]:
    """The categories of an agency by digit."""
    rows: dict[int, CategoryRow] = {}
    for row in service_rows(org):
        digit = int(row["category_digit"])
        icon = ICONS[org].get(digit, OTHER_ICON)
        rows[digit] = CategoryRow(f"C{digit}", digit, both(row["category_ar"], row["category_en"]), icon)
    return [rows[digit] for digit in sorted(rows)]


def service_rows(org: str) -> list[dict[str, Any]]:
    """The services of an agency as the source has them, each with `description` and `keywords` of `keywords.yaml`."""
    words = _file("keywords.yaml")
    return [row | _described(words[row["code"]]) for row in _file("catalogue.yaml")["services"] if row["org"] == org]


def forms() -> dict[str, list[Question]]:
    """The questions that some services ask from the start: code of the service -> its form."""
    return {code: [from_document(row) for row in rows] for code, rows in _file("forms.yaml").items()}


def _described(words: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": both(words["ar"], words["en"]), "keywords": words["words"]}


def _department_kind(row: dict[str, Any], org: str) -> str:
    if row["code"] == CENTRES[org]:
        return Unit.Kind.CENTRE
    if row["code"] in TEAMS:
        return Unit.Kind.TEAM
    return Unit.Kind.SECTION if row["name_ar"].startswith("قسم") else Unit.Kind.DEPARTMENT


def name_of(row: Mapping[str, Any]) -> Localized:
    """The two names of a row of the source."""
    return both(row["name_ar"], row["name_en"])


@lru_cache
def _file(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
