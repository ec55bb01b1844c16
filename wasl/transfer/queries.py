"""What earlier imports brought."""

from collections.abc import Iterable

from django.db import connection

from wasl.directory.models import Agency
from wasl.transfer.models import ImportRun

# All numbers as one value: thousands of places in a statement take longer than the look.
_KNOWN = (
    "SELECT source_id, case_id FROM transfer_importedcase WHERE agency_id = %s AND source = %s AND source_id = ANY(%s)"
)


def known_cases(agency: Agency, source: str, source_ids: Iterable[str]) -> dict[str, int]:
    """Which of these rows of a source are cases already: number there -> case."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [agency.pk, source, list(source_ids)])
        return dict(cursor.fetchall())


def broken_off(agency: Agency, source: str, *, content: str, mapping: str) -> ImportRun | None:
    """The run of this very content by this very mapping that has not come to its end."""
    runs = ImportRun.objects.filter(agency=agency, source=source, content=content, mapping=mapping)
    return runs.filter(state=ImportRun.State.RUNNING).order_by("pk").last()


def runs_of(agency: Agency) -> list[ImportRun]:
    """Every import of an agency, the latest first."""
    return list(ImportRun.objects.filter(agency=agency).order_by("-pk"))
