"""The mail process: `wasl mail`, or `python -m wasl.config.mail_door`."""

import asyncio
import os
import sys

import django

from wasl.config import environment


def main() -> None:
    """Keep the mail door open until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
    django.setup()
    from wasl.messaging import mail_door

    chosen = environment.read()
    if chosen.mail_port is None:
        sys.exit("WASL_MAIL_PORT is off: there is no mail door to open.")
    asyncio.run(mail_door.run(host=chosen.mail_bind, port=chosen.mail_port))


if __name__ == "__main__":
    main()
