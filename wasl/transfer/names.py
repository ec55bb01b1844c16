"""Services and units by the names and codes of another system: found, or noted down to be made.

What is made is made by the operations of its own room, right before the first case that needs it.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from wasl.catalogue import operations as catalogue_operations
from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Category
from wasl.core.i18n import t
from wasl.core.localized import Localized, both
from wasl.core.text import clean_line, fold
from wasl.directory import operations as directory_operations
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.transfer.documents import BadDocument, Fault
from wasl.transfer.mapping import Named

LONGEST_NAME = 200
CODE_OF_SERVICE, CODE_OF_UNIT = 20, 24
HOLDING = both("مستورد", "Imported")
_NOT_IN_CODES = re.compile(r"[^A-Za-z0-9]+")


@dataclass(eq=False)
class Choice:
    """A service or unit that rows mean; `pk` is None until one that is missing was made. Compared by identity."""

    code: str
    name: Localized
    pk: int | None = None
    kind: str = ""
    uses: int = 0


class NotKnown(LookupError):
    """Nothing of ours is meant by the value, and nothing may be made."""


@dataclass
class Names:
    """The services or units of an agency, and what is to be made besides."""

    taken: Named
    by_code: dict[str, Choice]
    by_name: dict[str, Choice]
    longest_code: int
    found: dict[str, Choice | None] = field(default_factory=dict)

    def choice(self, value: str, *, kind: str = "", label: str = "") -> Choice | None:
        """What a value means; None where nothing does and that is allowed. Raises NotKnown."""
        key = self.taken.values.get(value, value)
        if key not in self.found:
            self.found[key] = self._look(key, kind, label)
        return self.found[key]

    def to_make(self) -> list[Choice]:
        """What is missing of all that rows have asked for so far, in their order."""
        return [choice for choice in self.found.values() if choice is not None and choice.pk is None]

    def _look(self, value: str, kind: str, label: str) -> Choice | None:
        known = self.by_code.get(value) or self.by_name.get(fold(value))
        if known is not None:
            return known
        if self.taken.unknown == "none":
            return None
        if self.taken.unknown != "make":
            raise NotKnown(value)
        code = code_for(value, self.longest_code)
        # The row of an earlier import, whose name somebody has changed since.
        known = self.by_code.get(code)
        if known is not None:
            return known
        words = clean_line(label or value)[:LONGEST_NAME]
        made = Choice(code, self.taken.names.get(value) or both(words, words), kind=kind)
        self.by_code[code] = self.by_name[fold(value)] = made
        return made


def services(agency: Agency, taken: Named) -> Names:
    """The services of an agency. Raises BadDocument where the mapping names one that is not there."""
    rows = [Choice(one.code, one.name, one.pk, one.kind) for one in catalogue.all_services(agency)]
    return _names(taken, rows, CODE_OF_SERVICE)


def units(agency: Agency, taken: Named) -> Names:
    """The units an agency has or had. Raises BadDocument where the mapping names one that is not there."""
    rows = [Choice(one.code, one.name, one.pk) for one in directory.all_units(agency)]
    if taken.under and taken.under not in {row.code for row in rows}:
        sentence = t("لا توجد وحدة بهذا الرمز: {code}", "There is no unit of this code: {code}", code=taken.under)
        raise BadDocument([Fault(taken.line, "fields.unit.under", sentence)])
    return _names(taken, rows, CODE_OF_UNIT)


def _names(taken: Named, rows: Iterable[Choice], longest: int) -> Names:
    rows = list(rows)
    by_code = {row.code: row for row in rows}
    wanted = {*taken.values.values(), taken.value, taken.default} - {""}
    if taken.unknown == "error" and (missing := sorted(code for code in wanted if code not in by_code)):
        sentence = t("لا يوجد في الجهة رمز «{code}».", "The agency has no code “{code}”.", code=missing[0])
        raise BadDocument([Fault(taken.line, f"fields.{taken.field}", sentence)])
    by_name: dict[str, Choice] = {}
    for row in rows:
        for words in row.name.values():
            by_name.setdefault(fold(words), row)
    return Names(taken, by_code, by_name, longest)


def code_for(value: str, longest: int) -> str:
    """The code of what is made for a value: the value where it can be one, else its letters and a mark of the rest.

    Always the same for the same value, so an import that begins again finds what it made.
    """
    plain = _NOT_IN_CODES.sub("-", value).strip("-")
    if plain and len(plain) <= longest and value.isascii() and plain.upper() == value.strip().upper():
        return plain.upper()
    mark = hashlib.sha256(value.encode()).hexdigest()[:5].upper()
    head = plain.upper()[: longest - len(mark) - 1].rstrip("-") or "X"
    return f"{head}-{mark}"


@transaction.atomic
def make_services(agency: Agency, taken: Named, wanted: Iterable[Choice], *, at: datetime) -> None:
    """Make services in the holding group, which offers them to nobody. They promise nothing of their own."""
    wanted = list(wanted)
    if not wanted:
        return
    category = _holding_group(agency, taken, at=at)
    for choice in wanted:
        service = catalogue_operations.create_service(
            agency,
            code=choice.code,
            kind=choice.kind or "report",
            category=category,
            name=choice.name,
            acknowledge_text="",
            resolve_text="",
            by=None,
            at=at,
        )
        choice.pk = service.pk


@transaction.atomic
def make_units(agency: Agency, taken: Named, wanted: Iterable[Choice], *, at: datetime) -> None:
    """Make units under the one the mapping names."""
    parent = directory.unit_by_code(agency, taken.under) if taken.under else None
    for choice in wanted:
        unit = directory_operations.create_unit(
            agency=agency,
            code=choice.code,
            name=choice.name,
            kind=Unit.Kind.DEPARTMENT,
            parent=parent,
            by=None,
            at=at,
        )
        choice.pk = unit.pk


def _holding_group(agency: Agency, taken: Named, *, at: datetime) -> Category:
    try:
        return catalogue.category_by_code(agency, taken.group)
    except Category.DoesNotExist:
        return catalogue_operations.create_category(
            agency,
            code=taken.group,
            name=taken.group_name or HOLDING,
            icon="inbox",
            order=900,
            is_offered=False,
            by=None,
            at=at,
        )
