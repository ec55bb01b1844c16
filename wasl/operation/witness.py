"""Sends the newest seal of the audit log away, to whoever keeps it as a witness: every hour, when there is a new one.

Whoever could rewrite database and files of this machine cannot rewrite a mail that was read yesterday.
"""

import json
import logging
import smtplib
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from django.conf import settings

from wasl.core import http, seals
from wasl.core.models import Seal, SealState
from wasl.operation import telling

logger = logging.getLogger(__name__)

WORDS = (
    "آخر ختم لسجل التدقيق. احفظ هذه الرسالة: بها يُعرف لاحقاً هل أُعيدت كتابة السجل.",
    "The newest seal of the audit log. Keep this mail: it can tell later whether the log was rewritten.",
)
CHECKED = (
    "للفحص: wasl audit verify --published FILE، والملف فيه السطر أعلاه.",
    "To hold the log against it: wasl audit verify --published FILE, with the line above in the file.",
)


def send_newest(*, at: datetime) -> bool:
    """Send the newest seal, if somebody wants it and has not had it; whether it went out. `at` is the true time."""
    wanted: list[tuple[Callable[[seals.Line, datetime], None], object]] = [
        (_mail, settings.WASL_SEALS_TO),
        (_post, settings.WASL_SEALS_HOOK),
    ]
    ways = [way for way, is_wanted in wanted if is_wanted]
    newest, state = seals.head(), SealState.objects.first()
    if not ways or newest is None or state is None or state.told == newest.number:
        return False
    outcomes = [_try(way, newest, at) for way in ways]
    if not all(outcomes):
        return False  # the next hour sends the seal that is the newest then
    SealState.objects.filter(pk=state.pk).update(told=newest.number, told_at=at)
    return True


def message(line: seals.Line, *, at: datetime) -> EmailMessage:
    """The mail."""
    mail = EmailMessage()
    mail["Subject"] = f"وصل: ختم سجل التدقيق {line.number}"
    mail["From"] = settings.WASL_MAIL_FROM
    mail["To"] = ", ".join(settings.WASL_SEALS_TO)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = make_msgid(domain=settings.WASL_MAIL_FROM.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    blocks = [str(line), *(f"{word}\n{check}" for word, check in zip(WORDS, CHECKED, strict=True))]
    mail.set_content("\n\n".join([*blocks, settings.WASL_BASE_URL]) + "\n")
    return mail


def _mail(line: seals.Line, at: datetime) -> None:
    telling.send(message(line, at=at))


def _post(line: seals.Line, at: datetime) -> None:
    content = {
        "house": settings.WASL_BASE_URL,
        "at": at.isoformat(),
        "seal": line.number,
        "up_to": line.last_event,
        "digest": line.digest,
        "sealed_at": line.at.isoformat(),
        "line": str(line),
    }
    telling.post(str(settings.WASL_SEALS_HOOK), json.dumps(content).encode())


def _try(way: Callable[[seals.Line, datetime], None], newest: Seal, at: datetime) -> bool:
    try:
        way(seals.line_of(newest), at)
    except (OSError, smtplib.SMTPException, http.Refused, http.NotReached, http.Unheard, ValueError):
        logger.exception("The newest seal could not be sent")
        return False
    return True
