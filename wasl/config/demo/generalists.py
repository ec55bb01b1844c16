"""A comprehensive employee in the demo: a hall officer who finishes three services while the person stands there."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.catalogue import queries as catalogue
from wasl.directory import queries as directory
from wasl.routing import generalists
from wasl.routing.models import Generalist

WHO = "zainab@muscat.example.om"
KINDS = ("transaction", "inquiry")
HOW_MANY = 3


def make_generalist(*, founded_at: datetime) -> Generalist:
    """Let her finish the first services that can be finished at a counter: what is brought or asked there."""
    agency, person = directory.agency_by_code("MUN"), User.objects.get(email=WHO)
    offered = [one for one in catalogue.named_services(agency, at=founded_at) if not one.confidential]
    fitting = [one for one in offered if one.kind in KINDS and one.is_offered(at=founded_at)]
    chosen = sorted(fitting, key=lambda one: (one.needs_location, KINDS.index(one.kind)))[:HOW_MANY]
    named = generalists.Named(person=person)
    return generalists.set_generalist(agency, named, services=chosen, by=None, at=founded_at)
