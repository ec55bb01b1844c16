"""The demo's letterbox takes real SMTP and lays each message into a folder."""

import os
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from wasl.core.tests.ports import free_port


def is_open(port: int) -> bool:
    with socket.socket() as visitor:
        return visitor.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def letterbox(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    port = free_port()
    environment = {**os.environ, "WASL_HOME": str(tmp_path), "WASL_LETTERBOX_PORT": str(port), "DATABASE_URL": ""}
    process = subprocess.Popen([sys.executable, "-m", "wasl.config.runner.letterbox"], env=environment)
    end = time.monotonic() + 60
    while not is_open(port):
        assert time.monotonic() < end, "the letterbox did not open"
        time.sleep(0.05)
    yield port, tmp_path / "letterbox"
    process.terminate()
    assert process.wait(30) == 0


def test_a_message_lies_whole_in_the_folder_once_it_was_accepted(letterbox: tuple[int, Path]) -> None:
    port, folder = letterbox
    message = EmailMessage()
    message["Subject"] = "وصل بلاغكم رقم MR-2611-04173-2"
    message["To"] = "maryam@example.om"
    message.set_content("شكراً لكم")

    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(message, from_addr="wasl@example.om")

    (laid,) = folder.glob("*.eml")
    found = message_from_bytes(laid.read_bytes(), policy=policy.default)
    assert found["Subject"] == "وصل بلاغكم رقم MR-2611-04173-2"
    assert found["X-Envelope-To"] == "maryam@example.om"
    assert found.get_content().strip() == "شكراً لكم"


def test_messages_are_named_in_the_order_they_came(letterbox: tuple[int, Path]) -> None:
    port, folder = letterbox

    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(5):
            server.sendmail("wasl@example.om", ["a@example.om"], f"Subject: {number}\r\n\r\n")

    subjects = [message_from_bytes(path.read_bytes())["Subject"] for path in sorted(folder.glob("*.eml"))]
    assert subjects == ["0", "1", "2", "3", "4"]
