"""What the worker does for alerts by itself."""

from wasl.accounts.models import User
from wasl.alerts import links, queries, writing
from wasl.core import clock
from wasl.core.jobs import job, periodic


@job(name="alerts.write_now", queue="mail")
def write_now(person_id: int) -> None:
    """Write to a person what is due."""
    writing.write_now(person_id, at=clock.now())


@job(name="alerts.write_digest", queue="mail")
def write_digest(person_id: int) -> None:
    """Write the digest of today."""
    person = User.objects.filter(pk=person_id).first()
    if person is not None:
        writing.write_digest(person, at=clock.now())


@periodic("* * * * *", name="alerts.sweep")
def sweep(timestamp: int) -> None:
    """Whatever is due for mail gets its job: of a minute one letter, and nothing is lost with a job."""
    for person_id in queries.people_to_write_to(at=clock.now()):
        write_now.defer(person_id=person_id, once=f"alerts of {person_id}")


@periodic("*/5 * * * *", name="alerts.digests")
def digests(timestamp: int) -> None:
    """From the hour of their agency on, everybody at work today gets one digest."""
    for person_id in queries.people_without_digest(at=clock.now()):
        write_digest.defer(person_id=person_id, once=f"digest of {person_id}")


@periodic("41 3 * * *", name="alerts.forget_links")
def forget_links(timestamp: int) -> None:
    """Every night."""
    links.sweep(at=clock.now())
