"""Which case each row became, by COPY."""

from collections.abc import Sequence

from wasl.core.bulk import Sheet, escaped
from wasl.transfer.models import ImportedCase, ImportRun


def note_imported(run: ImportRun, pairs: Sequence[tuple[str, int]]) -> None:
    """Note (number at the source, case) for a batch, within the transaction that writes its cases."""
    sheet = Sheet(ImportedCase, ("agency_id", "source", "source_id", "case_id", "run_id"))
    of_run = f"{run.agency_id}\t{escaped(run.source)}"
    sheet.lines = [f"{of_run}\t{escaped(source_id)}\t{case_id}\t{run.pk}" for source_id, case_id in pairs]
    sheet.write()
