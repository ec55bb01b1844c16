"""What the worker does about people's data by itself."""

from wasl.core import clock
from wasl.core.jobs import job, periodic
from wasl.directory import queries as directory
from wasl.privacy import operations, queries
from wasl.privacy.models import PrivacyRequest


@job(name="privacy.make_access_file")
def make_access_file(number: int) -> None:
    """Make the file of an approved request."""
    operations.make_file(PrivacyRequest.objects.get(pk=number), at=clock.now())


@periodic("40 23 * * *", name="privacy.sweep_retention")
def sweep_retention(timestamp: int) -> None:
    """Each night: let go what was kept long enough, and access files whose week is over."""
    operations.forget_expired_files(at=clock.now())
    for agency_id in {rule.agency_id for rule in queries.enabled_rules()}:
        sweep_agency.defer(agency_id=agency_id, once=f"sweep {agency_id}")


@job(name="privacy.sweep_agency")
def sweep_agency(agency_id: int) -> None:
    """Sweep one agency."""
    operations.sweep(directory.agency_by_id(agency_id), at=clock.now())
