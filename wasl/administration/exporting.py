"""An agency's configuration written to a file, and a file read: what the pages and the command line share."""

from collections.abc import Sequence
from datetime import datetime

from wasl.administration import queries, registry, yaml_files
from wasl.administration.registry import Kind
from wasl.administration.yaml_files import ReadFile
from wasl.directory.models import Agency


def exported_kinds() -> list[Kind]:
    """The kinds that a file holds, each after those it names."""
    return [kind for kind in registry.in_import_order() if kind.exported]


def export(agency: Agency, *, at: datetime, kinds: Sequence[Kind] | None = None, ended: bool = False) -> str:
    """The file of an agency: its rows that hold, and with `ended` the others too."""
    chosen = kinds if kinds is not None else exported_kinds()
    rows = []
    for kind in chosen:
        documents = queries.documents(kind, agency, at).values()
        rows.append(
            (kind, [row for row in documents if kind.is_own(agency, row) and (ended or queries.is_active(row))])
        )
    return yaml_files.written(code=agency.code, name=agency.name, rows=[pair for pair in rows if pair[1]])


def read_file(text: str) -> ReadFile:
    """A file as far as it can be read."""
    return yaml_files.read(text, {kind.code: kind for kind in exported_kinds()})


def without_agencies(read: ReadFile) -> ReadFile:
    """The same without the row of the agency itself: for bringing one agency's set-up to another."""
    return ReadFile(read.agency, [row for row in read.rows if row.kind != "agencies"], read.faults)
