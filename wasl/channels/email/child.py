"""The parser in a process of its own, with limits of memory and time: a mail that kills it is parked, and no more.

The parent sends the mail over a pipe and reads plain data back (one JSON line, then the attachments' bytes). The child
inherits no environment, so it holds no secret of ours.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # started by path, isolated: our package is found from here
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from wasl.channels.contract import (
    Attachment,
    AuthenticationHint,
    AutomaticKind,
    FailureReport,
    InboundMessage,
    ParseFailed,
)

# A 25 MB mail of attachments takes about eight times its size while it is read; text bombs take more and are refused.
MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 15
WALL_SECONDS = 30


def parse_apart(content: bytes, *, envelope_from: str | None = None) -> InboundMessage:
    """`parse.parse` in a limited process. Raises ParseFailed, also when the process was killed by its limits."""
    command = [sys.executable, "-I", "-B", __file__]
    header = json.dumps({"envelope_from": envelope_from}).encode() + b"\n"
    try:
        done = subprocess.run(
            command,
            input=header + content,
            capture_output=True,
            timeout=WALL_SECONDS,
            env={"LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ParseFailed("too_slow") from None
    if done.returncode != 0 or b"\n" not in done.stdout:
        raise ParseFailed("parser_died", f"exit {done.returncode}")
    return _read_answer(done.stdout)


def _read_answer(answer: bytes) -> InboundMessage:
    line, _, files = answer.partition(b"\n")
    try:
        data = json.loads(line)
        if "failed" in data:
            raise ParseFailed(str(data["failed"])[:40], str(data.get("detail", ""))[:200])
        return _message(data, files)
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ParseFailed("parser_died", type(error).__name__) from None


def _message(data: Mapping[str, Any], files: bytes) -> InboundMessage:
    attachments, start = [], 0
    for entry in data["attachments"]:
        size = entry.pop("size")
        attachments.append(Attachment(content=files[start : start + size], **entry))
        start += size
    values = {
        **data,
        "attachments": tuple(attachments),
        "recipients": tuple(data["recipients"]),
        "references": tuple(data["references"]),
        "notes": tuple(data["notes"]),
        "failures": tuple(FailureReport(**report) for report in data["failures"]),
        "authentication": AuthenticationHint(**data["authentication"]),
        "automatic": AutomaticKind(data["automatic"]) if data["automatic"] else None,
        "date": datetime.fromisoformat(data["date"]) if data["date"] else None,
    }
    return InboundMessage(**values)


def _plain(message: InboundMessage) -> tuple[bytes, list[bytes]]:
    data = asdict(replace(message, attachments=()))
    data["date"] = message.date.isoformat() if message.date else None
    data["attachments"] = [
        {
            "name": file.name,
            "content_type": file.content_type,
            "inline": file.inline,
            "content_id": file.content_id,
            "size": len(file.content),
        }
        for file in message.attachments
    ]
    return json.dumps(data).encode(), [file.content for file in message.attachments]


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> None:
    _limit()
    from wasl.channels.email.parse import parse

    given = sys.stdin.buffer
    header = json.loads(given.readline())
    try:
        line, files = _plain(parse(given.read(), envelope_from=header["envelope_from"]))
    except ParseFailed as failed:
        line, files = json.dumps({"failed": failed.reason, "detail": str(failed)[:200]}).encode(), []
    for piece in (line, b"\n", *files):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main()
