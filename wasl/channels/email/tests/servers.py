"""Servers for tests: a real SMTP sink, and one that follows a script."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

from wasl.core.tests.ports import free_port


class Sink:
    """Takes every mail and keeps it."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope.original_content or envelope.content)
        return "250 2.0.0 taken"


@contextmanager
def smtp_sink() -> Iterator[tuple[Sink, int]]:
    """A real SMTP server on a free port of the loopback."""
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield sink, controller.port
    finally:
        controller.stop()


@contextmanager
def scripted(**answers: str) -> Iterator[tuple[list[str], int]]:
    """A server that answers "greeting", "mail", "rcpt", "data", "end" as told; "drop" hangs up, "hang" waits.

    Gives the list of what it heard and its port.
    """
    heard: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()
    thread = threading.Thread(target=_serve, args=(listener, answers, heard, stopped), daemon=True)
    thread.start()
    try:
        yield heard, listener.getsockname()[1]
    finally:
        stopped.set()
        listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        listener.close()
        thread.join(5)


def _serve(listener: socket.socket, answers: dict[str, str], heard: list[str], stopped: threading.Event) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(5)
            try:
                _talk(connection, answers, heard, stopped)
            except OSError:
                continue


def _talk(connection: socket.socket, answers: dict[str, str], heard: list[str], stopped: threading.Event) -> None:
    lines = connection.makefile("rb")
    if not _say(connection, answers.get("greeting", "220 here"), stopped):
        return
    while line := lines.readline():
        verb = line.decode("latin-1").split(" ")[0].split(":")[0].strip().lower()
        heard.append(verb)
        usual = {"ehlo": "250 here", "data": "354 go on", "quit": "221 bye"}.get(verb, "250 ok")
        if not _say(connection, answers.get(verb, usual), stopped):
            return
        if verb == "data" and answers.get("data", "354").startswith("354"):
            while lines.readline().rstrip(b"\r\n") != b".":
                pass
            heard.append("end")
            if not _say(connection, answers.get("end", "250 taken"), stopped):
                return


def _say(connection: socket.socket, answer: str, stopped: threading.Event) -> bool:
    if answer == "hang":
        stopped.wait(5)
    if answer in ("hang", "drop"):
        return False
    connection.sendall(answer.encode() + b"\r\n")
    return True
