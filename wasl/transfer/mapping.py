"""The mapping: a YAML file that says which column of another system gives what of a case. Pure.

Whatever is wrong is told with its line and key, all of it at once; `docs/import.md` explains every key.
"""

import dataclasses
import difflib
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from wasl.cases import workflow
from wasl.cases.bulk import ENDS
from wasl.core.i18n import LANGUAGES, t
from wasl.core.localized import Localized, both
from wasl.core.refusal import Refusal
from wasl.transfer import documents
from wasl.transfer.documents import BadDocument, Fault, Items, Table, Text
from wasl.transfer.reading import Options

VERSION = "1"
SHIPPED = Path(__file__).parent / "mappings"
MOMENTS = ("registered", "acknowledged", "referred", "accepted", "started", "resolved", "rejected", "closed", "target")
CODES = ("kind", "channel", "state", "importance", "language", "person_kind", "preferred")
NAMED = ("service", "unit")
TEXTS = (
    "reference",
    "title",
    "description",
    "resolution",
    "lat",
    "lon",
    "wilayat",
    "area",
    "address",
    "name",
    "phone",
    "email",
    "duplicate_of",
    "rating",
    "rating_comment",
)
FIELDS = (*TEXTS, *MOMENTS, *CODES, *NAMED)
NEEDED = ("reference", "registered")
STATES = ENDS
LANGUAGE_CODES = tuple(LANGUAGES)
PERSON_KINDS = ("citizen", "resident", "visitor", "company", "government")
PREFERRED = ("sms", "call", "email")
KNOWN_CODES: dict[str, Collection[str]] = {
    "kind": tuple(workflow.KINDS),
    "channel": tuple(workflow.CHANNELS),
    "state": STATES,
    "importance": tuple(workflow.IMPORTANCE),
    "language": LANGUAGE_CODES,
    "person_kind": PERSON_KINDS,
    "preferred": PREFERRED,
}
UNKNOWN = {"service": ("error", "make", "none"), "unit": ("error", "make", "none")}
DROPPABLE = ("phone", "email", "wilayat", "rating", *CODES)
_SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Taken:
    """Where a field of ours comes from, and what becomes of the value that stands there.

    `values` translates what the source writes; `default` stands where it writes nothing; `unknown` says what happens to
    a value that means nothing to us: "error", "drop" (as if nothing stood there), "make" or "none".
    """

    field: str
    line: int
    columns: tuple[str, ...] = ()
    join: str = " "
    value: str = ""
    values: dict[str, str] = dataclasses.field(default_factory=dict)
    default: str = ""
    unknown: str = "error"


@dataclass(frozen=True)
class Moment(Taken):
    """A moment: how it is written, in which time zone, and what to do when it lies before the registration."""

    formats: tuple[str, ...] = ()
    zone: str = ""
    earlier: str = "error"
    only_if_ended: bool = False


@dataclass(frozen=True)
class Named(Taken):
    """A service or unit: by code or by name. What is missing may be made: services in a holding group, units under one
    of ours; `names` gives words to those that are made, `name_column` the column in which the source says them.
    """

    group: str = ""
    group_name: Localized = dataclasses.field(default_factory=Localized)
    under: str = ""
    names: dict[str, Localized] = dataclasses.field(default_factory=dict)
    name_column: str = ""


@dataclass(frozen=True)
class Fact:
    """A column that is kept with the case in the words of the source, under a label."""

    column: str
    label: Localized
    line: int


@dataclass(frozen=True)
class Mapping:
    """All a mapping says."""

    source: str
    title: Localized = dataclasses.field(default_factory=Localized)
    options: Options = dataclasses.field(default_factory=Options)
    fields: dict[str, Taken] = dataclasses.field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    nowhere: frozenset[tuple[Decimal, Decimal]] = frozenset()
    marks_outside: bool = True
    region: str = "OM"

    def columns(self) -> dict[str, int]:
        """Every column the mapping names, with the line where it does."""
        found = {column: taken.line for taken in self.fields.values() for column in taken.columns}
        named = [one for one in self.fields.values() if isinstance(one, Named) and one.name_column]
        found |= {one.name_column: one.line for one in named}
        return found | {fact.column: fact.line for fact in self.facts}

    def check_columns(self, columns: Collection[str]) -> None:
        """Raises BadDocument for each column that the file has not."""
        faults = [
            Fault(line, column, _no_column(column, columns))
            for column, line in self.columns().items()
            if column not in columns
        ]
        if faults:
            raise BadDocument(faults)


def shipped() -> list[str]:
    """The names of the mappings that come with Wasl."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load(name: str) -> tuple[Mapping, str]:
    """The mapping of a file, or the shipped one of that name; with its text. Raises Refusal, BadDocument."""
    path = Path(name)
    if not path.is_file() and name in shipped():
        path = SHIPPED / f"{name}.yaml"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        known = ", ".join(shipped())
        raise Refusal(
            f"لا توجد مواءمة بهذا الاسم: {name}. الجاهزة: {known}",
            f"There is no mapping of this name: {name}. Ready ones: {known}",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"تعذّرت قراءة {name}: {error}", f"{name} cannot be read: {error}") from error
    return parse(text), text


def parse(text: str) -> Mapping:
    """The mapping of a text. Raises BadDocument with everything that is wrong."""
    document = documents.read(text)
    reader = _Reader()
    mapping = reader.mapping(document)
    if reader.faults:
        raise BadDocument(reader.faults)
    return mapping


class _Reader:
    """Goes through the document once and collects what is wrong."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def mapping(self, document: Table) -> Mapping:
        known = (
            "wasl_mapping",
            "source",
            "title",
            "file",
            "moments",
            "fields",
            "facts",
            "nowhere",
            "outside",
            "region",
        )
        self._check_keys(document, "", known)
        if self._text(document, "", "wasl_mapping") != VERSION:
            self._fault(
                document.line_of("wasl_mapping"),
                "wasl_mapping",
                t("اكتب في أول الملف: wasl_mapping: 1", "Write at the top of the file: wasl_mapping: 1"),
            )
        source = self._text(document, "", "source")
        if not _SOURCE.fullmatch(source):
            self._fault(
                document.line_of("source"),
                "source",
                t(
                    "اسم قصير للنظام السابق بالحروف اللاتينية، مثل crm2019.",
                    "A short name for the former system in Latin letters, such as crm2019.",
                ),
            )
        moments = self._table(document, "", "moments")
        self._check_keys(moments, "moments", ("format", "zone"))
        common = (self._formats(moments, "moments"), self._zone(moments, "moments"))
        return Mapping(
            source=source,
            title=self._words(document, "", "title"),
            options=self._options(document),
            fields=self._fields(document, common),
            facts=tuple(self._facts(document)),
            nowhere=frozenset(self._nowhere(document)),
            marks_outside=self._choice(document, "", "outside", ("mark", "ignore"), "mark") == "mark",
            region=(self._text(document, "", "region") or "OM").upper(),
        )

    def _options(self, document: Table) -> Options:
        table = self._table(document, "", "file")
        self._check_keys(table, "file", ("encoding", "delimiter", "sheet"))
        return Options(*(self._text(table, "file", key) for key in ("encoding", "delimiter", "sheet")))

    def _fields(self, document: Table, common: tuple[tuple[str, ...], str]) -> dict[str, Taken]:
        table = self._table(document, "", "fields")
        self._check_keys(table, "fields", FIELDS)
        for name in NEEDED:
            if name not in table.entries:
                self._fault(
                    table.line,
                    f"fields.{name}",
                    t("حقل لا بد منه: من أي عمود يُؤخذ؟", "This field is needed: which column gives it?"),
                )
        found = {name: self._taken(table, name, common) for name in table.entries if name in FIELDS}
        if ("lat" in found) != ("lon" in found):
            given = "lat" if "lat" in found else "lon"
            self._fault(table.line_of(given), f"fields.{given}", t("lat وlon معاً.", "Give both lat and lon."))
        return found

    def _taken(self, fields: Table, name: str, common: tuple[tuple[str, ...], str]) -> Taken:
        path, piece = f"fields.{name}", fields.entries[name]
        line = fields.line_of(name)
        if isinstance(piece, Text) and piece.text:
            table = Table(line, {"column": piece}, {"column": line})
        elif isinstance(piece, Table):
            table = piece
        else:
            self._fault(
                line, path, t("اكتب اسم العمود، أو جدولاً فيه column.", "Give a column, or a table with `column`.")
            )
            return Taken(name, line)
        make = self._moment if name in MOMENTS else self._named if name in NAMED else self._plain
        return make(table, name, path, line, common)

    def _plain(self, table: Table, name: str, path: str, line: int, _: object) -> Taken:
        extra = ("unknown",) if name in DROPPABLE else ()
        self._check_keys(table, path, (*_COMMON, *extra))
        unknown = self._choice(table, path, "unknown", ("error", "drop"), "error")
        taken = Taken(**self._common(table, name, path, line), unknown=unknown)
        if name in KNOWN_CODES:
            self._check_codes(table, taken, path)
        return taken

    def _moment(self, table: Table, name: str, path: str, line: int, common: tuple[tuple[str, ...], str]) -> Moment:
        self._check_keys(table, path, (*_COMMON, "format", "zone", "earlier", "only_if_ended", "unknown"))
        return Moment(
            **self._common(table, name, path, line),
            formats=self._formats(table, path) or common[0],
            zone=self._zone(table, path) or common[1],
            earlier=self._choice(table, path, "earlier", ("error", "registered"), "error"),
            only_if_ended=self._choice(table, path, "only_if_ended", ("yes", "no", "true", "false"), "no")
            in ("yes", "true"),
            unknown=self._choice(table, path, "unknown", ("error", "drop"), "error"),
        )

    def _named(self, table: Table, name: str, path: str, line: int, _: object) -> Named:
        own = ("group",) if name == "service" else ("under",)
        self._check_keys(table, path, (*_COMMON, "unknown", "names", "name_column", *own))
        group = self._table(table, path, "group")
        self._check_keys(group, f"{path}.group", ("code", "name"))
        names = self._table(table, path, "names")
        return Named(
            **self._common(table, name, path, line),
            unknown=self._choice(table, path, "unknown", UNKNOWN[name], "error"),
            group=self._group_code(group, path),
            group_name=self._words(group, f"{path}.group", "name"),
            under=self._text(table, path, "under"),
            names={key: self._words(names, f"{path}.names", key) for key in names.entries},
            name_column=self._text(table, path, "name_column"),
        )

    def _group_code(self, group: Table, path: str) -> str:
        code = self._text(group, f"{path}.group", "code") or "IMPORTED"
        if not _CODE.fullmatch(code) or len(code) > 20:
            self._fault(
                group.line_of("code"),
                f"{path}.group.code",
                t("رمز من عشرين حرفاً لاتينياً على الأكثر.", "A code of at most twenty Latin letters."),
            )
        return code

    def _common(self, table: Table, name: str, path: str, line: int) -> dict[str, Any]:
        columns = self._texts(table, path, "columns") or tuple(filter(None, [self._text(table, path, "column")]))
        value = self._text(table, path, "value")
        if bool(columns) == bool(value):
            self._fault(
                line,
                path,
                t("واحد من اثنين: column أو قيمة ثابتة value.", "One of the two: `column`, or a constant `value`."),
            )
        values = self._table(table, path, "values")
        return {
            "field": name,
            "line": line,
            "columns": columns,
            "join": self._text(table, path, "join") or " ",
            "value": value,
            "values": {key: self._text(values, f"{path}.values", key) for key in values.entries},
            "default": self._text(table, path, "default"),
        }

    def _check_codes(self, table: Table, taken: Taken, path: str) -> None:
        known = KNOWN_CODES[taken.field]
        written = [("value", taken.value, table.line_of("value")), ("default", taken.default, table.line_of("default"))]
        inner = table.entries.get("values")
        if isinstance(inner, Table):
            written += [(f"values.{key}", code, inner.line_of(key)) for key, code in taken.values.items()]
        for key, code, line in written:
            if code and code not in known:
                self._fault(line, f"{path}.{key}", _no_code(code, known))

    def _facts(self, document: Table) -> Iterable[Fact]:
        piece = document.entries.get("facts")
        if piece is None:
            return
        if not isinstance(piece, Items):
            self._fault(document.line_of("facts"), "facts", t("هذه قائمة.", "This is a list."))
            return
        for number, item in enumerate(piece.items):
            path = f"facts.{number + 1}"
            if not isinstance(item, Table):
                self._fault(item.line, path, t("هنا column وlabel.", "Here stand `column` and `label`."))
                continue
            self._check_keys(item, path, ("column", "label"))
            column = self._text(item, path, "column")
            if not column:
                self._fault(item.line, path, t("من أي عمود؟", "Which column?"))
            yield Fact(column, self._words(item, path, "label") or both(column, column), item.line)

    def _nowhere(self, document: Table) -> Iterable[tuple[Decimal, Decimal]]:
        piece = document.entries.get("nowhere")
        if piece is None:
            return
        for item in piece.items if isinstance(piece, Items) else [piece]:
            numbers = [one.text for one in item.items if isinstance(one, Text)] if isinstance(item, Items) else []
            try:
                lat, lon = (Decimal(number) for number in numbers)
                yield lat.normalize(), lon.normalize()
            except (InvalidOperation, ValueError):
                self._fault(item.line, "nowhere", t("نقاط مثل [23.6, 58.5].", "Points such as [23.6, 58.5]."))

    def _formats(self, table: Table, path: str) -> tuple[str, ...]:
        return self._texts(table, path, "format")

    def _zone(self, table: Table, path: str) -> str:
        name = self._text(table, path, "zone")
        if name in ("", "agency"):
            return ""
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            self._fault(
                table.line_of("zone"),
                f"{path}.zone",
                t("لا توجد منطقة زمنية بهذا الاسم: {name}", "There is no time zone of this name: {name}", name=name),
            )
        return name

    def _words(self, table: Table, path: str, key: str) -> Localized:
        piece = table.entries.get(key)
        if piece is None:
            return Localized()
        if isinstance(piece, Text):
            return both(piece.text, piece.text)
        if isinstance(piece, Table):
            self._check_keys(piece, f"{path}.{key}".strip("."), LANGUAGES)
            return Localized({name: one.text for name, one in piece.entries.items() if isinstance(one, Text)})
        self._fault(piece.line, f"{path}.{key}".strip("."), t("نص، أو نصان ar وen.", "A text, or two: ar and en."))
        return Localized()

    def _text(self, table: Table, path: str, key: str) -> str:
        piece = table.entries.get(key)
        if piece is None or isinstance(piece, Text):
            return piece.text if piece else ""
        self._fault(table.line_of(key), f"{path}.{key}".strip("."), t("هنا نص واحد.", "Here stands one text."))
        return ""

    def _texts(self, table: Table, path: str, key: str) -> tuple[str, ...]:
        piece = table.entries.get(key)
        if isinstance(piece, Items):
            return tuple(one.text for one in piece.items if isinstance(one, Text) and one.text)
        return tuple(filter(None, [self._text(table, path, key)]))

    def _table(self, table: Table, path: str, key: str) -> Table:
        piece = table.entries.get(key)
        if piece is None or isinstance(piece, Table):
            return piece or Table(table.line)
        self._fault(table.line_of(key), f"{path}.{key}".strip("."), t("تحته مفاتيح.", "Keys stand under it."))
        return Table(table.line)

    def _choice(self, table: Table, path: str, key: str, choices: Collection[str], default: str) -> str:
        said = self._text(table, path, key)
        if said and said not in choices:
            self._fault(table.line_of(key), f"{path}.{key}".strip("."), _no_code(said, choices))
        return said or default

    def _check_keys(self, table: Table, path: str, known: Collection[str]) -> None:
        for key in table.entries:
            if key not in known:
                self._fault(table.line_of(key), f"{path}.{key}".strip("."), _no_key(key, known))

    def _fault(self, line: int, key: str, sentence: str) -> None:
        self.faults.append(Fault(line, key, sentence))


_COMMON = ("column", "columns", "join", "value", "values", "default")


def _no_key(key: str, known: Collection[str]) -> str:
    return t(
        "مفتاح غير معروف.{guess} المعروف هنا: {known}",
        "This key is not known.{guess} Known here: {known}",
        guess=_guess(key, known),
        known=", ".join(known),
    )


def _no_code(code: str, known: Collection[str]) -> str:
    return t(
        "لا يوجد «{code}» هنا.{guess} المعروف: {known}",
        "There is no “{code}” here.{guess} Known: {known}",
        code=code,
        guess=_guess(code, known),
        known=", ".join(known),
    )


def _no_column(column: str, columns: Collection[str]) -> str:
    return t(
        "لا يوجد عمود «{column}» في الملف.{guess} الأعمدة: {known}",
        "The file has no column “{column}”.{guess} Columns: {known}",
        column=column,
        guess=_guess(column, columns),
        known=", ".join(list(columns)[:40]),
    )


def _guess(word: str, known: Collection[str]) -> str:
    close: Callable[..., list[str]] = difflib.get_close_matches
    found = close(word.lower(), [one.lower() for one in known], 1, 0.6)
    original = next((one for one in known if found and one.lower() == found[0]), "")
    return t(" أتقصد «{word}»؟", " Did you mean “{word}”?", word=original) if original else ""
