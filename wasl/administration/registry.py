"""The kinds of configuration, and what each must tell the engine.

A `Kind` is everything the administration knows of one sort of row: its names, its fields and five short methods.
From it alone the engine makes the list, the form, the review with its difference, the history, undo, "used by", YAML
and search. To add one, write `kinds/<area>.py` (the package loads every module in it) and copy `kinds/units.py`:

    class Units(Kind):
        code = "units"                                  # plural word: address, YAML key; never changes
        title, singular = t("الوحدات", "Units"), t("وحدة", "unit")
        sentence = t("…", "…")                          # one sentence on the landing page
        icon, group, order = "building-2", Group.ORGANISATION, 20
        right = Right.MANAGE_UNITS                      # who may change; Right.READ_CONFIG may look
        refusals = (directory.UnitInUse,)               # errors of the room whose sentence is shown to the reader
        fields = (Field("code", …, fixed=True), Field("name", …, Type.LOCALIZED, required=True), …)

        def rows(self, agency, at): ...                 # every row, ended ones too (with "ended": True)
        def apply(self, agency, before, after, *, by, at): ...   # through the operations of the owning room

    register(Units())

**Documents.** A row travels as a plain dict that JSON can hold: a value for every field of the kind, of the shape its
`Type` names below, plus `code`, plus `"ended": True` when the row no longer holds. `rows` gives one document per code;
give an empty value (`""`, `[]`, `None`, `False`, `{}`) where there is nothing. The engine tidies what `rows` returns
(`values.tidy`), so a Localized or an enum may stand in it; codes of other rows, never their inner numbers.

**Codes.** A kind with a field `code` lets people choose it; it is fixed when the row exists. A kind whose rows have
no code of their own (a role of a person, a routing row) has no such field and makes one of its fixed fields in
`code_for`.

**apply** is called inside the engine's transaction, after shapes, required fields and references were checked:
    before None             make the row
    both                    change it; `changed(before, after)` names the fields that differ
    after None              end it from `at` on; rows are never deleted
    before["ended"], after  let an ended row hold again (make `resumable = False` if that cannot be)
It calls operations of the owning room with `by=` and `at=`; it writes no tables. To refuse raise
`Wrong({"field": sentence})` or `Wrong.of(sentence)`; errors listed in `refusals` are shown just the same.

**used_by** tells only of uses outside the configuration (open cases, queued messages); rows of other kinds that name
this one by a REFERENCE field are found by the engine, which also hands them to a successor when the row ends. A `Use`
with `blocks=True` forbids the end until it is gone.

**Secrets** have Type.SECRET: `rows` gives "" always; `apply` finds the new secret in `after`, or "" for "unchanged".
They are in no export, history, or page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from wasl.accounts.models import User
from wasl.core.i18n import t
from wasl.directory.models import Agency
from wasl.directory.rights import Right

Document = dict[str, Any]
Choice = tuple[str, str]

ENDED = "ended"


class Type(StrEnum):
    """The shape of a field's value in a document."""

    TEXT = "text"  # str, one line
    LONG_TEXT = "long_text"  # str, several lines
    LOCALIZED = "localized"  # {"ar": str, "en": str}, one line each
    LONG_LOCALIZED = "long_localized"  # the same with several lines
    CHOICE = "choice"  # str, one of `choices`; "" for none
    CHOICES = "choices"  # list[str] in the order of `choices`
    WHOLE = "whole"  # int | None
    DECIMAL = "decimal"  # float | None
    DURATION = "duration"  # str: "30m", "4h", "3d"; "" for none
    DATE = "date"  # str "2026-12-04"; "" for none
    TIME = "time"  # str "07:30"; "" for none
    MOMENT = "moment"  # str "2026-12-04T07:30+04:00" in the agency's zone; "" for none (see values.moment)
    YES_NO = "yes_no"  # bool
    WORDS = "words"  # list[str]
    REFERENCE = "reference"  # str: code of a row of the kind `refers_to`; "" for none
    REFERENCES = "references"  # list[str] of such codes
    ROWS = "rows"  # list[dict] with the fields `fields`
    SECRET = "secret"  # noqa: S105 - str: "" always when read


class Group(StrEnum):
    """Where a kind stands on the landing page."""

    ORGANISATION = "organisation"
    SERVICES = "services"
    WORDS = "words"
    TIME_AND_PLACE = "time_and_place"

    @property
    def label(self) -> str:
        return GROUP_NAMES[self]


GROUP_NAMES: Mapping[Group, str] = {
    Group.ORGANISATION: t("الجهة وموظفوها", "The organisation and its people"),
    Group.SERVICES: t("الخدمات ومسار الطلبات", "Services and the way of a case"),
    Group.WORDS: t("القنوات ونصوص الرسائل", "Channels and wordings"),
    Group.TIME_AND_PLACE: t("أوقات العمل والأماكن", "Working time and places"),
}


@dataclass(frozen=True)
class Field:
    """One field of a kind's documents.

    `choices` may be a function of the agency. `fixed`: chosen once, when the row is made. `only_new`: asked when a row
    is made, as it only fills other fields in. `computed`: shown, never typed, in no export. `check(value)` raises
    ValueError with a sentence. `half`: stands beside its neighbour. `ltr`: codes, addresses. `show_when` = (field,
    values): the form shows it only then (with JavaScript). `ends_along` (references): the row ends together with the
    one it names (the routing row of a service); otherwise a row that is named cannot end before its place is taken by
    a successor or the naming row is changed.
    """

    code: str
    label: str
    type: Type = Type.TEXT
    hint: str = ""
    required: bool = False
    default: Any = None
    in_list: bool = False
    choices: Sequence[Choice] | Callable[[Agency], Sequence[Choice]] = ()
    refers_to: str = ""
    ends_along: bool = False
    fields: tuple["Field", ...] = ()
    fixed: bool = False
    only_new: bool = False
    computed: bool = False
    half: bool = False
    ltr: bool = False
    max_length: int = 0
    least: float | None = None
    most: float | None = None
    check: Callable[[Any], None] | None = None
    show_when: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Use:
    """Something that needs the row: `text` names it («طلبات مفتوحة»), `url` opens it, `blocks` forbids an end."""

    text: str
    count: int
    url: str = ""
    blocks: bool = False


@dataclass(frozen=True)
class Panel:
    """What a change would bring about, shown at its review: either sentences or a template with its context."""

    title: str
    lines: tuple[str, ...] = ()
    template: str = ""
    context: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Link:
    """A page about a row that somebody else made."""

    label: str
    url: str
    icon: str = "arrow-right"


@dataclass(frozen=True)
class Act:
    """A button on the page of a row that is no change of its document: send a test, invite again."""

    code: str
    label: str
    icon: str = "play"
    confirm: str = ""


class Wrong(ValueError):
    """The document cannot be as it is; sentences by field code, "" for the whole row."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__(" ".join(str(sentence) for sentence in sentences.values()))
        self.sentences = dict(sentences)

    @classmethod
    def of(cls, sentence: str) -> "Wrong":
        """About the row as a whole."""
        return cls({"": sentence})


class Kind:
    """One sort of configuration; see the top of this module."""

    code: ClassVar[str]
    title: ClassVar[str]
    singular: ClassVar[str]
    sentence: ClassVar[str] = ""
    icon: ClassVar[str] = "settings"
    group: ClassVar[Group] = Group.ORGANISATION
    order: ClassVar[int] = 50
    right: ClassVar[Right] = Right.CONFIGURE
    fields: ClassVar[tuple[Field, ...]] = ()
    refusals: ClassVar[tuple[type[Exception], ...]] = ()
    can_add: ClassVar[bool] = True
    can_end: ClassVar[bool] = True
    # What the button of its end says.
    end_word: ClassVar[str] = t("إنهاء", "End")
    resumable: ClassVar[bool] = True
    exported: ClassVar[bool] = True
    # Another row can take over what names this one when it ends.
    takes_successor: ClassVar[bool] = False
    # Kinds that an import must make first, besides those that REFERENCE fields name.
    comes_after: ClassVar[tuple[str, ...]] = ()
    # Template shown beneath the form (context: kind, agency, document), and JavaScript modules it needs ("room/x.js").
    form_include: ClassVar[str] = ""
    scripts: ClassVar[tuple[str, ...]] = ()
    # Name of a page (argument: the agency) that brings rows in from a file of another program.
    upload_url_name: ClassVar[str] = ""

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        """Every row of the agency, one document per code, ended ones with "ended": True."""
        raise NotImplementedError

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        """Make, change, end or resume one row through the operations of its room. Raises Wrong or `refusals`."""
        raise NotImplementedError

    def settle(self, agency: Agency, document: Document, *, by: User | None, at: datetime) -> None:
        """Give a row that was just made what it begins with; a file that makes it may have said otherwise before."""

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        """What the shapes cannot say; called before the review and before the change. Raises Wrong."""

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        """The document as the room will keep it (a telephone number in its one form, "now" where nothing was given).

        After a change the engine compares what `rows` gives with this: what was reviewed is what came about.
        """
        return after

    def not_taken(self, field: str) -> str:
        """What to say when `apply` left a field as it was."""
        return t("بقي هذا كما كان؛ لا يمكن تغييره هنا.", "This stayed as it was; it cannot be changed here.")

    def may_add(self, agency: Agency, user: User, at: datetime) -> bool:
        """Whether this person may make rows, beside the right of the kind."""
        return self.can_add

    def is_own(self, agency: Agency, document: Document) -> bool:
        """Does the row belong into the export of this agency?"""
        return True

    def used_by(self, agency: Agency, code: str, at: datetime) -> list[Use]:
        """Uses outside the configuration."""
        return []

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        """What the change would bring about; None when there is nothing to tell."""
        return None

    def links(self, agency: Agency, document: Document) -> list[Link]:
        """Pages about the row elsewhere."""
        return []

    def usual(self, agency: Agency, at: datetime) -> list[Document]:
        """The rows of the house, offered to an agency that has none of the kind; empty where the house has none."""
        return []

    def list_links(self, agency: Agency) -> list[Link]:
        """Pages about all rows of the kind, shown to whoever may change them."""
        return []

    def acts(self, agency: Agency, document: Document, at: datetime) -> list[Act]:
        """Buttons for the page of the row."""
        return []

    def act(self, agency: Agency, document: Document, name: str, *, by: User | None, at: datetime) -> str:
        """Do what a button says; gives the sentence to show. Raises Wrong or `refusals`."""
        raise NotImplementedError

    def code_for(self, document: Document) -> str:
        """The code of a document; to be overridden by kinds without a field `code`."""
        return str(document.get("code", ""))

    def name_of(self, document: Document) -> Any:
        """What people call the row: its `name` or `title`, else its code."""
        from wasl.core.localized import Localized

        name = document.get("name") or document.get("title")
        shown = str(Localized(name)) if isinstance(name, dict) else name
        return shown or document.get("code", "")

    def sort_key(self, document: Document) -> Any:
        """Order of the list and of the export."""
        return str(document.get("code", ""))

    @property
    def has_code(self) -> bool:
        """Do people choose the code?"""
        return any(field.code == "code" for field in self.fields)

    def field(self, code: str) -> Field:
        """Raises KeyError for a field that the kind has not."""
        for field in self.fields:
            if field.code == code:
                return field
        raise KeyError(code)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make the kind known; a second one of the same code is a mistake."""
    if kind.code in _kinds and type(_kinds[kind.code]) is not type(kind):
        raise ValueError(f"Two kinds of configuration are called {kind.code!r}.")
    _kinds[kind.code] = kind
    return kind


def kinds() -> list[Kind]:
    """All kinds, in the order of the landing page."""
    groups = list(Group)
    return sorted(_kinds.values(), key=lambda kind: (groups.index(kind.group), kind.order, kind.code))


def kind_of(code: str) -> Kind:
    """Raises KeyError."""
    return _kinds[code]


def in_import_order() -> list[Kind]:
    """All kinds, each after those whose rows it names."""
    ordered: list[Kind] = []
    seen: set[str] = set()

    def take(kind: Kind) -> None:
        if kind.code in seen:
            return
        seen.add(kind.code)
        for earlier in needed_kinds(kind):
            take(earlier)
        ordered.append(kind)

    for kind in kinds():
        take(kind)
    return ordered


def needed_kinds(kind: Kind) -> list[Kind]:
    """The kinds whose rows this one names, itself left out."""
    named = {field.refers_to for field in _all_fields(kind.fields) if field.refers_to} | set(kind.comes_after)
    return [_kinds[code] for code in sorted(named) if code in _kinds and code != kind.code]


def _all_fields(fields: tuple[Field, ...]) -> list[Field]:
    return [one for field in fields for one in (field, *_all_fields(field.fields))]


def changed(before: Document, after: Document) -> set[str]:
    """The names of the fields in which two documents differ."""
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}
