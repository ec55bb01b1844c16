"""How an alert reaches people: one mail in both languages for all that changed, and the hook where one is set.

It goes straight to the mail server of the house's settings, past queue and outbox: those may be what has failed.
"""

import json
import logging
import smtplib
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from django.conf import settings

from wasl.core import http
from wasl.core.probes import Level
from wasl.operation.alerting import Word
from wasl.operation.operations import Due

PATIENCE = 10  # seconds for each step of the talk with the mail server

WORDS: dict[Word, tuple[str, str]] = {
    Word.NEW: ("جديد", "New"),
    Word.WORSE: ("ازداد سوءاً", "Worse"),
    Word.BETTER: ("تحسّن ولم ينته", "Better, not over"),
    Word.STILL: ("ما زال", "Still"),
    Word.WELL: ("عاد سليماً", "Well again"),
}
SIGNS = {Level.BAD: "✗", Level.WARN: "!", Level.OK: "✓"}

Way = Callable[[Sequence[Due], datetime], None]

logger = logging.getLogger(__name__)


def tell(dues: Sequence[Due], *, at: datetime) -> bool:
    """Tell everybody who wants to know; whether at least one way worked. Each is in the log besides."""
    for due in dues:
        level = logging.WARNING if due.level is not Level.OK else logging.INFO
        logger.log(level, "Alert %s: %s: %s", due.word, due.code, due.sentence.in_language("en"))
    wanted = ((_mail, settings.WASL_ALERT_TO), (_hook, settings.WASL_ALERT_HOOK))
    worked = [_try(way, dues, at) for way, is_wanted in wanted if is_wanted]
    return not worked or any(worked)


def message(dues: Sequence[Due], *, at: datetime) -> EmailMessage:
    """The mail."""
    worst = max((due.level for due in dues), key=lambda level: level.rank)
    first = next(due for due in dues if due.level is worst)
    more = f" (+{len(dues) - 1})" if len(dues) > 1 else ""
    mail = EmailMessage()
    mail["Subject"] = f"{SIGNS[worst]} وصل: {_line(first.sentence.in_language('ar'))}{more}"
    mail["From"] = settings.WASL_MAIL_FROM
    mail["To"] = ", ".join(settings.WASL_ALERT_TO)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = make_msgid(domain=settings.WASL_MAIL_FROM.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    page = f"{settings.WASL_BASE_URL}/health"
    mail.set_content("\n\n".join([_part(dues, 0, page), "-" * 40, _part(dues, 1, page)]) + "\n")
    return mail


def as_json(dues: Sequence[Due], *, at: datetime) -> bytes:
    """What the hook is given."""
    alerts = [
        {
            "code": due.code,
            "word": due.word,
            "level": due.level,
            "since": due.since.isoformat(),
            "title": due.title,
            "sentence": due.sentence,
            "todo": due.todo,
        }
        for due in dues
    ]
    content = {"house": settings.WASL_BASE_URL, "at": at.isoformat(), "alerts": alerts}
    return json.dumps(content, ensure_ascii=False).encode()


def _part(dues: Sequence[Due], language: int, page: str) -> str:
    code = ("ar", "en")[language]
    blocks = []
    for due in dues:
        lines = [f"{SIGNS[due.level]} {WORDS[due.word][language]}: {due.title.in_language(code)}"]
        lines += [due.sentence.in_language(code), due.todo.in_language(code)]
        lines.append(f"{('منذ', 'Since')[language]} {due.since:%Y-%m-%d %H:%M} UTC")
        blocks.append("\n".join(line for line in lines if line))
    return "\n\n".join([*blocks, page])


def _try(way: Way, dues: Sequence[Due], at: datetime) -> bool:
    try:
        way(dues, at)
    except (OSError, smtplib.SMTPException, http.Refused, http.NotReached, http.Unheard, ValueError):
        logger.exception("An alert could not be told")
        return False
    return True


def _mail(dues: Sequence[Due], at: datetime) -> None:
    send(message(dues, at=at))


def _hook(dues: Sequence[Due], at: datetime) -> None:
    post(str(settings.WASL_ALERT_HOOK), as_json(dues, at=at))


def send(mail: EmailMessage) -> None:
    """Hand a mail to the server of the settings. Raises OSError, SMTPException, ValueError."""
    if not settings.WASL_SMTP_URL:
        raise ValueError("somebody is to be told by mail, but WASL_SMTP_URL is not set")
    parts = urlsplit(settings.WASL_SMTP_URL)
    usual = {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25)
    host, port = parts.hostname or "", parts.port or usual
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    with server:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)


def post(address: str, body: bytes) -> None:
    """Post JSON to an address of the settings. Raises the errors of `http.call`, ValueError."""
    answer = http.call("POST", address, body=body, headers={"Content-Type": "application/json; charset=utf-8"})
    if answer.status >= 300:
        raise ValueError(f"the hook answered {answer.status}")


def _line(text: str) -> str:
    return " ".join(text.split())
