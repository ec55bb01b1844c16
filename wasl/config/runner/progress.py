"""What `wasl run` says while it works: one line for each step, in English and Arabic, with the time it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from wasl.core.refusal import Refusal


class Progress:
    """Writes the lines. On a terminal a step's line shows at once and is finished when the step is."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._is_terminal = self._out.isatty()

    @contextmanager
    def step(self, arabic: str, english: str) -> Iterator[None]:
        """Show a step while it is done."""
        label = f"{english}  ·  {arabic}"
        self._write(f"        …  {label}", ended=not self._is_terminal)
        began = time.monotonic()
        try:
            yield
        except BaseException:
            self._write(f"{self._again}        ✗  {label}")
            raise
        self._write(f"{self._again}{time.monotonic() - began:6.1f}s ✓  {label}")

    def say(self, arabic: str, english: str) -> None:
        """One line outside any step."""
        self._write(f"           {english}  ·  {arabic}")

    def plain(self, text: str = "") -> None:
        """A line as it is."""
        self._write(text)

    @property
    def _again(self) -> str:
        return "\r\x1b[2K" if self._is_terminal else ""

    def _write(self, text: str, *, ended: bool = True) -> None:
        self._out.write(text + ("\n" if ended else ""))
        self._out.flush()


def tell(refusal: Refusal, out: TextIO | None = None) -> None:
    """Write a refusal, in both languages, where errors are read."""
    for line in f"\n{refusal.english}\n\n{refusal.arabic}".splitlines():
        print(line, file=out or sys.stderr)
