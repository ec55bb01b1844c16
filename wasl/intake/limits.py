"""How much the public doors take from one address and one contact. They slow floods down; they never judge a report."""

from wasl.core import limits

# A hall kiosk, an office or a mobile network puts many people behind one address: thirty different ones in ten minutes
# must pass with room to spare, a script that sends a hundred a minute must not.
PER_ADDRESS, PER_ADDRESS_SECONDS = 60, 10 * 60
# Nobody has ten different things to report within an hour; somebody who plays with another person's number has.
PER_CONTACT, PER_CONTACT_SECONDS = 10, 60 * 60

# Nobody writes thirty mails an hour by hand; two machines that answer each other do.
PER_SENDER, PER_SENDER_SECONDS = 30, 60 * 60


class TooMany(Exception):
    """More reports came from this address or contact than the door takes at once. Ask for patience, keep the input."""


def check(*, agency_id: int, address: str, contacts: list[str]) -> None:
    """Count this sending. Raises TooMany. Without an answer from the limits everything passes."""
    tries = {f"intake:contact:{agency_id}:{contact}": (PER_CONTACT, PER_CONTACT_SECONDS) for contact in contacts}
    if address:
        tries[f"intake:address:{address}"] = (PER_ADDRESS, PER_ADDRESS_SECONDS)
    if not limits.allow_all(tries):
        raise TooMany


def is_mail_taken(*, agency_id: int, sender: str) -> bool:
    """Count a mail of this sender and say whether the agency still takes it. Without an answer every mail is taken."""
    return limits.allow(f"intake:mail:{agency_id}:{sender}", PER_SENDER, PER_SENDER_SECONDS)
