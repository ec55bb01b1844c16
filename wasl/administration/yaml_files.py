"""The configuration as a YAML file: written for people to read and compare, read with the line of every row. Pure.

A file names its agency and, under the code of each kind, its rows. It says every field, so that a row read back is the
row that was written; a file written by hand may leave fields out, which then stay as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils import translation

from wasl.administration.registry import ENDED, Document, Field, Kind, Type
from wasl.core.i18n import LANGUAGES, t

VERSION = 1
_LARGEST = 8_000_000
_DEEPEST = 12
_HEAD = """\
# وصل: إعدادات {name} ({code})
# Wasl: the configuration of {english} ({code})
#
# الاستيراد: wasl config import FILE --dry-run  يعرض الفروق دون تطبيقها، وفي الصفحات: الإدارة ← استيراد وتصدير.
# Import: `wasl config import FILE --dry-run` shows what would change; on the pages: Administration, Import and export.
# ما لا يرد في الملف يبقى كما هو؛ ولإنهاء سجل اكتب فيه ended: true. لا تُصدَّر كلمات السر ولا الأسرار.
# What the file leaves out stays as it is; to end a row write `ended: true` in it. Secrets are never exported.

wasl_config: {version}
agency: {code}
"""


class _Writer(yaml.SafeDumper):
    """Lists stand in from their key, long texts as blocks, nothing is an alias."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write_text(writer: _Writer, text: str) -> yaml.ScalarNode:
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Writer.add_representer(str, _write_text)


def written(*, code: str, name: Mapping[str, str], rows: Sequence[tuple[Kind, Sequence[Document]]]) -> str:
    """The file of an agency; equal rows give an equal file, to the byte."""
    arabic, english = name.get("ar", code), name.get("en") or name.get("ar", code)
    parts = [_HEAD.format(code=code, name=arabic, english=english, version=VERSION)]
    for kind, documents in rows:
        block = {kind.code: [outer(kind, document) for document in documents]}
        text = yaml.dump(
            block, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=100_000, default_flow_style=False
        )
        parts.append(f"{_heading(kind)}\n{text}")
    return "\n".join(parts)


def _heading(kind: Kind) -> str:
    titles = []
    for language in LANGUAGES:
        with translation.override(language):
            titles.append(str(kind.title))
    return f"# {' · '.join(titles)}"


def outer(kind: Kind, document: Document) -> Document:
    """A document as it stands in a file: no secret, nothing computed."""
    shown = {"code": document["code"]}
    shown |= {one.code: _outer(one, document.get(one.code)) for one in _written_fields(kind.fields)}
    return {**shown, ENDED: True} if document.get(ENDED) else shown


def _written_fields(fields: tuple[Field, ...]) -> list[Field]:
    return [one for one in fields if not (one.computed or one.only_new) and one.type is not Type.SECRET]


def _outer(one: Field, value: Any) -> Any:
    if one.type in (Type.LOCALIZED, Type.LONG_LOCALIZED):
        return {language: text for language, text in (value or {}).items() if text}
    if one.type is Type.ROWS:
        return [
            {inner.code: _outer(inner, row.get(inner.code)) for inner in _written_fields(one.fields)}
            for row in value or []
        ]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


@dataclass(frozen=True)
class Row:
    """One row of a file: what it says, and on which lines."""

    kind: str
    line: int
    values: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)

    def line_of(self, name: str) -> int:
        """The line of a field, else of the row."""
        return self.lines.get(name.split(".")[0], self.line)


@dataclass
class ReadFile:
    """What a file says; `faults` are (line, sentence) that make it unreadable."""

    agency: str = ""
    rows: list[Row] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


class _Reader(yaml.SafeLoader):
    """SafeLoader, for its constructors."""


def read(text: str, kinds: Mapping[str, Kind]) -> ReadFile:
    """Read a file; never raises for what stands in it."""
    found = ReadFile()
    if len(text) > _LARGEST:
        found.faults.append((1, t("الملف أكبر مما يُقبل.", "The file is larger than we take.")))
        return found
    reader = _Reader(text)
    try:
        # Aliases could unfold into gigabytes, and nobody writes them by hand.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            found.faults.append((1, t("لا تُقبل الإشارات (&, *) في الملف.", "Aliases (&, *) are not taken.")))
            return found
        root = reader.get_single_node()
        _read_root(reader, root, kinds, found)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        found.faults.append((_line_of_error(error), _what_is_wrong(error)))
    finally:
        reader.dispose()
    return found


def _line_of_error(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return mark.line + 1 if mark is not None else 1


def _what_is_wrong(error: Exception) -> str:
    problem = str(getattr(error, "problem", "") or error).splitlines()[0][:200] if str(error) else ""
    return t(
        "ليس هذا ملف YAML سليماً ({problem}). راجع المسافات والنقطتين وعلامات الاقتباس.",
        "This is no sound YAML ({problem}). Look at the indents, colons and quotes.",
        problem=problem,
    )


def _read_root(reader: _Reader, root: Any, kinds: Mapping[str, Kind], found: ReadFile) -> None:
    if not isinstance(root, yaml.MappingNode):
        found.faults.append((1, t("ليس هذا ملف إعدادات من وصل.", "This is no configuration file of Wasl.")))
        return
    _check_depth(root)
    for name, node, line in _pairs(root, found):
        if name == "wasl_config":
            _check_version(reader.construct_object(node), line, found)
        elif name == "agency":
            found.agency = str(reader.construct_object(node) or "")
        elif name not in kinds:
            found.faults.append((line, t("لا يوجد نوع باسم «{name}».", "There is no kind “{name}”.", name=name)))
        elif isinstance(node, yaml.SequenceNode):
            _read_rows(reader, name, node, found)
        elif reader.construct_object(node) is not None:
            found.faults.append((line, t("اكتب تحت «{name}» قائمة.", "Give a list under “{name}”.", name=name)))


def _check_version(version: object, line: int, found: ReadFile) -> None:
    if version != VERSION:
        found.faults.append(
            (
                line,
                t(
                    "كُتب الملف لإصدار آخر ({version}).",
                    "The file is of another version ({version}).",
                    version=str(version),
                ),
            )
        )


def _check_depth(node: Any, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    children = node.value if isinstance(node.value, list) else []
    for child in children:
        for one in child if isinstance(child, tuple) else (child,):
            _check_depth(one, depth + 1)


def _pairs(node: Any, found: ReadFile) -> list[tuple[str, Any, int]]:
    """The pairs of a mapping with their lines; a name that stands twice is a fault."""
    pairs, seen = [], set()
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in seen:
            found.faults.append((line, t("يتكرر «{name}» هنا.", "“{name}” stands here twice.", name=name)))
            continue
        seen.add(name)
        pairs.append((name, value, line))
    return pairs


def _read_rows(reader: _Reader, kind: str, node: Any, found: ReadFile) -> None:
    for row in node.value:
        line = row.start_mark.line + 1
        if not isinstance(row, yaml.MappingNode):
            found.faults.append((line, t("اكتب السجل أسطراً من «حقل: قيمة».", "Give a row as lines of `field: value`.")))
            continue
        pairs = _pairs(row, found)
        values = {name: reader.construct_object(value, deep=True) for name, value, _ in pairs}
        found.rows.append(Row(kind, line, values, {name: at for name, _, at in pairs}))
