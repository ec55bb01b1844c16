"""Asking the decoder process: what a picture measures, or a clean upright copy of it.

A fresh process costs about 55 ms (25 ms the interpreter, 30 ms Pillow's import), so none is kept warm: each picture
gets one of its own, and a broken one takes nothing with it.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, BinaryIO, cast

CHILD = Path(__file__).with_name("child.py")

# The decoder for each type that content can show; no other is ever loaded.
FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/tiff": "TIFF",
    "image/heic": "HEIF",
}

# Two pictures at once in one process of the house: memory is reckoned as twice the bound of one.
AT_ONCE = 2
WAIT_SECONDS = 20
_places = BoundedSemaphore(AT_ONCE)


class PictureRefused(Exception):
    """The picture is not taken; `reason` is unreadable, too_many_pixels or too_heavy."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DecoderBusy(Exception):
    """Too many pictures at once; try again in a moment."""


@dataclass(frozen=True)
class Bounds:
    """What one decoding may take."""

    pixels: int
    memory_bytes: int
    cpu_seconds: int
    seconds: int
    copy_bytes: int


@dataclass(frozen=True)
class Picture:
    """Width and height as seen upright."""

    width: int
    height: int


def inspect(source: BinaryIO, content_type: str, *, bounds: Bounds) -> Picture:
    """Decode the whole picture once and measure it; `source` is a real open file.

    Raises PictureRefused, DecoderBusy.
    """
    return _ask(source, {"act": "inspect", "format": _format_of(content_type)}, bounds)


def copy_upright(source: BinaryIO, content_type: str, *, to: BinaryIO, longest: int, bounds: Bounds) -> Picture:
    """Write a JPEG copy into the real open file `to`: upright, at most `longest` pixels, without any metadata."""
    with _own_handle(to, "r+b") as output:
        wish = {"act": "copy", "format": _format_of(content_type), "longest": longest, "output": output.fileno()}
        return _ask(source, wish, bounds, keep_open=(output.fileno(),))


def _format_of(content_type: str) -> str:
    if content_type not in FORMATS:
        raise PictureRefused("unreadable")
    return FORMATS[content_type]


def _own_handle(file: BinaryIO, mode: str) -> BinaryIO:
    # A handle with a position of its own: the child moves it, and Python's buffer over `file` must not notice.
    return cast(BinaryIO, Path(f"/proc/self/fd/{file.fileno()}").open(mode))


def _ask(source: BinaryIO, wish: dict[str, Any], bounds: Bounds, keep_open: tuple[int, ...] = ()) -> Picture:
    limits = {
        "pixels": bounds.pixels,
        "memory_bytes": bounds.memory_bytes,
        "cpu_seconds": bounds.cpu_seconds,
        "copy_bytes": bounds.copy_bytes,
    }
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise DecoderBusy
    try:
        with _own_handle(source, "rb") as picture:
            answer = _run(picture, json.dumps({**wish, **limits}), bounds.seconds, keep_open)
    finally:
        _places.release()
    if "refused" in answer:
        raise PictureRefused(answer["refused"])
    return Picture(width=answer["width"], height=answer["height"])


def _run(source: BinaryIO, wish: str, seconds: int, keep_open: tuple[int, ...]) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD), wish],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=keep_open,
            env={"MALLOC_ARENA_MAX": "1"},
            cwd="/",
            timeout=seconds,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"refused": "too_heavy"}
    except ValueError:  # killed by a limit or crashed: no answer came
        return {"refused": "too_heavy" if done.returncode < 0 else "unreadable"}
    return answer
