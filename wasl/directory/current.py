"""The agency whose public pages a request asks for."""

from django.http import HttpRequest

from wasl.directory import queries
from wasl.directory.models import Agency

_REMEMBERED = "_wasl_public_agency"


def current_agency(request: HttpRequest) -> Agency:
    """The agency of the host name, else the default one; one statement per request. Raises NoAgency when empty."""
    agency: Agency | None = getattr(request, _REMEMBERED, None)
    if agency is None:
        agency = queries.agency_by_host(request.get_host().rpartition(":")[0] or request.get_host())
        setattr(request, _REMEMBERED, agency)
    return agency
