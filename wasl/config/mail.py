"""Starts the mail process: `wasl mail`."""

import asyncio
import os

import django

from wasl.config import environment
from wasl.core.refusal import Refusal


def main() -> None:
    """Keep the mail door open until told to stop."""
    chosen = environment.read()
    if chosen.mail_port is None:
        raise Refusal(
            "باب البريد متوقف بالإعداد WASL_MAIL_PORT=off. اكتب رقم منفذ لتشغيله.",
            "The mail door is switched off by WASL_MAIL_PORT=off. Write a port number to open it.",
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
    django.setup()
    from wasl.messaging import mail_door

    asyncio.run(mail_door.run(host=chosen.mail_bind, port=chosen.mail_port))
