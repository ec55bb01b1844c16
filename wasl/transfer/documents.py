"""YAML read with its lines, so that whatever is wrong in a file of settings can be pointed at. Pure.

Every scalar stays the text that was written: keys and values of a table such as `1`, `yes` or `2015-01-01` mean what
the file of another system says, not what YAML would make of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from wasl.core.i18n import t

LARGEST = 2_000_000
DEEPEST = 8


@dataclass(frozen=True)
class Fault:
    """Something wrong: on which line, under which key ("fields.service.unknown"), and a sentence about it."""

    line: int
    key: str
    sentence: str


class BadDocument(ValueError):
    """The file cannot be used; `faults` tells everything that was found, by line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{one.line}: {one.key}: {one.sentence}" for one in faults))
        self.faults = sorted(faults, key=lambda one: one.line)


@dataclass(frozen=True)
class Text:
    """A scalar as it was written."""

    line: int
    text: str


@dataclass(frozen=True)
class Items:
    """A list."""

    line: int
    items: list["Piece"]


@dataclass(frozen=True)
class Table:
    """Keys with what stands under them, in the order of the file."""

    line: int
    entries: dict[str, "Piece"] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def line_of(self, key: str) -> int:
        """The line of a key, else of the table."""
        return self.lines.get(key, self.line)


Piece: TypeAlias = Text | Items | Table


def read(text: str) -> Table:
    """The document of a text. Raises BadDocument."""
    if len(text) > LARGEST:
        raise BadDocument([Fault(1, "", t("الملف أكبر من المسموح.", "The file is larger than allowed."))])
    try:
        # Aliases could unfold into gigabytes, and nobody writes them by hand.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise BadDocument([Fault(1, "", t("لا تُقبل الإشارات (&, *).", "Aliases (&, *) are not taken."))])
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", "") or error)
        sentence = t("ليس YAML صحيحاً: {why}", "This is not valid YAML: {why}", why=problem)
        raise BadDocument([Fault(mark.line + 1 if mark else 1, "", sentence)]) from error
    faults: list[Fault] = []
    document = _piece(node, "", faults, 0) if node is not None else None
    if not isinstance(document, Table) and not faults:
        faults.append(Fault(1, "", t("الملف فارغ أو ليس جدول مفاتيح.", "The file is empty or no table of keys.")))
    if faults or not isinstance(document, Table):
        raise BadDocument(faults)
    return document


def _piece(node: yaml.Node, path: str, faults: list[Fault], depth: int) -> Piece:
    line = node.start_mark.line + 1
    if depth > DEEPEST:
        faults.append(Fault(line, path, t("تداخل أعمق من المسموح.", "Nested deeper than allowed.")))
        return Text(line, "")
    if isinstance(node, yaml.ScalarNode):
        is_empty = node.tag == "tag:yaml.org,2002:null"
        return Text(line, "" if is_empty else node.value)
    if isinstance(node, yaml.SequenceNode):
        return Items(line, [_piece(one, path, faults, depth + 1) for one in node.value])
    return _table(node, path, faults, depth)


def _table(node: yaml.Node, path: str, faults: list[Fault], depth: int) -> Table:
    table = Table(node.start_mark.line + 1)
    for name, value in _pairs(node):
        line = name.start_mark.line + 1
        key = name.value if isinstance(name, yaml.ScalarNode) else ""
        inner = f"{path}.{key}" if path else key
        if not isinstance(name, yaml.ScalarNode):
            faults.append(Fault(line, path, t("المفتاح نص واحد.", "A key is one text.")))
        elif key in table.entries:
            faults.append(Fault(line, inner, t("المفتاح مكرر.", "The key stands here twice.")))
        else:
            table.entries[key] = _piece(value, inner, faults, depth + 1)
            table.lines[key] = line
    return table


def _pairs(node: yaml.Node) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    yield from node.value
