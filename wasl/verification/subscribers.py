"""Facts about accounts that their owners are written about."""

from wasl.accounts.events import PasswordChanged, PasswordReset, PasswordResetAsked, SecondFactorRemoved
from wasl.core.events import Event, subscriber
from wasl.core.models import EventRecord
from wasl.verification.events import PersonInvited
from wasl.verification.jobs import send_letter

_KINDS: dict[type[Event], str] = {
    PersonInvited: "invitation",
    PasswordResetAsked: "reset",
    PasswordReset: "password",
    PasswordChanged: "password",
    SecondFactorRemoved: "second_factor",
}


@subscriber(*_KINDS)
def write_to_the_person(
    fact: PersonInvited | PasswordResetAsked | PasswordReset | PasswordChanged | SecondFactorRemoved,
    record: EventRecord,
) -> None:
    """Queue the letter; the job makes the secret, so that none waits in the queue."""
    send_letter.defer(user_id=fact.user_id, kind=_KINDS[type(fact)], event_id=record.pk)
