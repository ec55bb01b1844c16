"""What the worker does for the audit by itself."""

from wasl.audit.fairness.telling import tell
from wasl.core import clock
from wasl.core.jobs import periodic
from wasl.directory import queries as directory


@periodic("40 2 * * *", name="audit.tell_of_patterns")
def tell_of_patterns(timestamp: int) -> None:
    """Look each night whether turns are not kept in a way that is worth a question."""
    at = clock.now()
    for agency in directory.agencies():
        tell(agency, at=at)
