"""Work that nobody else shall do at the same time, in whatever process."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.db import connection


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Is nobody else at the work of this name? Waits for nobody; as long as the body runs the answer to others is no.

    The lock is of the connection and not of a transaction: it ends with the process, however that ends.
    """
    number = int.from_bytes(sha256(f"wasl alone {name}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        (is_mine,) = cursor.fetchone()
    if not is_mine:
        yield False
        return
    try:
        yield True
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
