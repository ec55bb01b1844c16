"""One thing more is made ready, in a thread of its own, while one is worked on: reading while PostgreSQL writes."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

from django.db import connection, connections

Thing = TypeVar("Thing")
# Whoever waits for the database gets its turn back this soon (seconds), though the other thread goes on reckoning.
_TURN = 0.0005


def ahead(things: Iterator[Thing]) -> Iterator[Thing]:
    """The same things in the same order; the next is asked for when one is given out, and none beyond it.

    Within a transaction of the caller they are asked for one after another, as another thread would not see what that
    has written.
    """
    if connection.in_atomic_block:
        yield from things
        return
    with _short_turns(), ThreadPoolExecutor(1, "ahead") as thread:
        try:
            coming = thread.submit(copy_context().run, _next, things)
            while ready := coming.result():
                coming = thread.submit(copy_context().run, _next, things)
                yield ready[0]
        finally:
            # What it has asked of the database was asked on a connection of its own.
            thread.submit(connections.close_all)


def _next(things: Iterator[Thing]) -> tuple[Thing, ...]:
    """The next thing alone; nothing at the end."""
    return tuple(islice(things, 1))


@contextmanager
def _short_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
