"""The letterbox of the demo: an SMTP server on this machine alone that lays every message into a folder, so that
outgoing mail travels the real way and never leaves. `WASL_HOME/letterbox/*.eml`, oldest first.
"""

import asyncio
import os
import re
import signal
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from wasl.config import environment

LARGEST_MESSAGE = 50 * 1024 * 1024


class Letterbox:
    """aiosmtpd's handler: takes a message and says "250" once it lies on the disk."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._count = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self._count += 1
        name = f"{time.time_ns():020d}-{os.getpid()}-{self._count}.eml"
        recipients = ", ".join(_one_line(address) for address in envelope.rcpt_tos)
        stamp = f"X-Envelope-From: {_one_line(envelope.mail_from)}\r\nX-Envelope-To: {recipients}\r\n"
        aside = self.folder / f".{name}"
        aside.write_bytes(stamp.encode() + envelope.original_content)
        aside.rename(self.folder / name)
        return "250 Laid into the letterbox"


async def serve(folder: Path, port: int) -> None:
    """Take messages until told to stop."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    box = Letterbox(folder)

    def conversation() -> SMTP:
        return SMTP(box, data_size_limit=LARGEST_MESSAGE, enable_SMTPUTF8=True, hostname="letterbox", loop=loop)

    server = await loop.create_server(conversation, host="127.0.0.1", port=port)
    async with server:
        await stopped.wait()


def main() -> None:
    """Serve the home's letterbox on the port that the runner chose."""
    asyncio.run(serve(environment.read().home / "letterbox", int(os.environ["WASL_LETTERBOX_PORT"])))


def _one_line(text: str | None) -> str:
    return re.sub(r"[\r\n]+", " ", text or "<>")


if __name__ == "__main__":
    main()
