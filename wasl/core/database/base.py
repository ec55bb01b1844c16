"""The backend that the settings name (Django looks for it under this name).

Django's pool asks PostgreSQL before every request whether the connection still lives. That is a round trip for every
answer, while a connection that answered a moment ago can have died only in that moment, as it could right after the
question too. So it is asked when the connection has rested for a second.
"""

import time
from typing import Any

from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

RESTED_SECONDS = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with our question."""

    @property
    def pool(self) -> Any:
        """The pool of this alias, or None."""
        pool = super().pool  # type: ignore[misc]
        if pool is not None and pool._check is not None:
            pool._check = looked_at
        return pool


def looked_at(connection: Any) -> None:
    """Ask the connection whether it lives, if it was not handed out within the last second. Raises OperationalError."""
    at = time.monotonic()
    if at - getattr(connection, "_wasl_handed_out", 0.0) > RESTED_SECONDS:
        ConnectionPool.check_connection(connection)
    connection._wasl_handed_out = at
