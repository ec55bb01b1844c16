"""An `OutboundMessage` as bytes for the wire. Headers are made by the mail library from single clean lines."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from wasl.channels.contract import AccountFacts, OutboundMessage
from wasl.channels.email.automatic import OWN_MARK
from wasl.core.text import clean_line

_DISGUISE = {0x2066: 0xE000, 0x2068: 0xE001, 0x2069: 0xE002}
_BARE = {disguised: mark for mark, disguised in _DISGUISE.items()}
_RIGHT_TO_LEFT = ("ar", "ur", "fa")


def compose(account: AccountFacts, message: OutboundMessage) -> bytes:
    """The mail, plain text first and HTML as its alternative."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _mailbox(account.name, account.address)
    mail["To"] = _mailbox("", message.to_address)
    mail["Subject"] = subject_line(message.subject)
    if message.written_at is not None:
        mail["Date"] = format_datetime(message.written_at)
    mail["Message-ID"] = message.message_id
    _thread(mail, account, message)
    mail[OWN_MARK] = "1"
    if message.automatic:
        mail["Auto-Submitted"] = message.automatic
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(message.text, charset="utf-8", cte="base64")
    if message.html:
        mail.add_alternative(message.html, subtype="html", charset="utf-8", cte="base64")
    _attach(mail, message)
    # After the parts: the library takes every Content header along with the part it belongs to.
    mail["Content-Language"] = message.language
    return mail.as_bytes()


def subject_line(subject: str) -> str:
    """One clean line; isolates around foreign parts are kept, everything that could break a header is not."""
    # Our own isolates pass the cleaning in disguise (private letters, which no subject of ours holds otherwise).
    return clean_line(subject.translate(_DISGUISE)).translate(_BARE)[:250]


def reply_address(account: AccountFacts, token: str) -> str:
    """The address that leads an answer to its conversation: `cases+<token>@example.om`."""
    local, _, domain = account.address.partition("@")
    return f"{local}+{token}@{domain}"


def direction(language: str) -> str:
    """The `dir` of a language."""
    return "rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def _thread(mail: EmailMessage, account: AccountFacts, message: OutboundMessage) -> None:
    if message.reply_token and account.settings.get("plus_addresses", True):
        mail["Reply-To"] = _mailbox(account.name, reply_address(account, message.reply_token))
    if message.in_reply_to:
        mail["In-Reply-To"] = clean_line(message.in_reply_to)
    references = [*message.references, *([message.in_reply_to] if message.in_reply_to else [])]
    if references:
        mail["References"] = " ".join(dict.fromkeys(clean_line(reference) for reference in references[-20:]))


def _mailbox(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(clean_line(name), local, domain)


def _attach(mail: EmailMessage, message: OutboundMessage) -> None:
    for file in message.attachments:
        main, _, sub = (file.content_type or "application/octet-stream").partition("/")
        mail.add_attachment(file.content, maintype=main, subtype=sub or "octet-stream", filename=clean_line(file.name))
