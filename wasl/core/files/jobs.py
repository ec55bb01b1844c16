"""Work on files that follows an act: copies of kept pictures, removal of erased contents, the hourly sweep."""

import logging
from datetime import UTC, datetime

from wasl.core import clock, pictures
from wasl.core.files import limits, operations, queries
from wasl.core.files.refusals import FileGone
from wasl.core.files.store import SHARDS, content_store
from wasl.core.jobs import job, periodic

log = logging.getLogger(__name__)


@job(name="core.derive_copies", queue="files")
def derive_copies(file_id: int) -> None:
    """Make all copies of one picture."""
    file = queries.file_by_id(file_id)
    try:
        for variant in limits.VARIANTS:
            operations.derive(file, variant)
    except FileGone:
        return
    except pictures.PictureRefused as refusal:  # it was decoded when it came in; staff still have the original
        log.warning("no copies of file %s: %s", file_id, refusal.reason)


@job(name="core.remove_erased", queue="housekeeping")
def remove_erased(hashes: list[str]) -> None:
    """Remove contents whose rows were let go; one that was handed in within the hour is left to the sweep."""
    operations.remove_contents(hashes)


@periodic("17 * * * *", name="core.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Let go of forgotten uploads; look through a twenty-fourth of the store for contents without a row."""
    operations.sweep_staged(at=clock.now())
    content_store().remove_abandoned(since=limits.STAGED_FOR)
    for shard in SHARDS[datetime.fromtimestamp(timestamp, UTC).hour :: 24]:
        operations.sweep_contents(shard)
