"""The one connection of a process that listens to PostgreSQL, the pool for questions, and the watch over rights."""

import asyncio
import logging
import random
from collections import defaultdict
from contextlib import suppress
from typing import Any

from django.db import connections
from psycopg import AsyncConnection, Error, sql
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool

from wasl.core.events import LIVE_CHANNEL
from wasl.web.live import visitors
from wasl.web.live.hub import CLOSED, HEARTBEAT, RESET, Fact, Hub, Stream

logger = logging.getLogger("wasl.web.live")

POOL_SIZE = 4
PROBE_SECONDS = 15.0
RECHECK_SECONDS = 30.0
HEARTBEAT_SECONDS = 20.0
LONGEST_PAUSE = 5.0
# Options that Django and psycopg read themselves; the rest goes to libpq.
_NOT_OF_LIBPQ = frozenset(
    {"pool", "isolation_level", "server_side_binding", "assume_role", "context", "cursor_factory", "prepare_threshold"}
)


def connection_info() -> str:
    """The address of Django's database for a connection of our own."""
    chosen = connections["default"].settings_dict
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    values = {key: chosen[name] for key, name in named.items() if chosen.get(name)}
    options = {key: value for key, value in chosen.get("OPTIONS", {}).items() if key not in _NOT_OF_LIBPQ}
    keepalive = {"keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3, "connect_timeout": 5}
    return make_conninfo(**{**keepalive, **options, **values, "application_name": "wasl-live"})


class Feed:
    """Runs in one event loop: listens, asks, and closes the streams of people who may no longer hear."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.is_listening = asyncio.Event()
        self.pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            connection_info(),
            min_size=0,
            max_size=POOL_SIZE,
            timeout=10,
            max_idle=60,
            kwargs={"autocommit": True},
            open=False,
            check=AsyncConnectionPool.check_connection,
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Open the pool and begin to listen and watch."""
        await self.pool.open()
        self._tasks = [asyncio.create_task(one) for one in (self._listen_for_ever(), self._watch(), self._beat())]

    async def stop(self) -> None:
        """Close every stream and connection."""
        for stream in list(self.hub.streams):
            stream.close()
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.pool.close()

    async def recheck(self, *streams: Stream) -> None:
        """Look again at the session and the rights behind streams that one person has open on one session."""
        first = streams[0]
        async with self.pool.connection() as connection:
            person = await visitors.person_of(connection, first.session)
            scopes = await visitors.scopes_of(connection, first.person) if person == first.person else []
            closed = await visitors.closed_scopes_of(connection, first.person) if scopes else []
        for stream in streams:
            if scopes:
                self.hub.change_scopes(stream, scopes, closed)
            else:
                stream.close(CLOSED)

    async def _listen_for_ever(self) -> None:
        pause = 0.2
        while True:
            try:
                async with await AsyncConnection.connect(connection_info(), autocommit=True) as connection:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(LIVE_CHANNEL)))
                    # What was said while nobody listened is lost: pages load their lists anew.
                    self.hub.tell_all(RESET)
                    self.is_listening.set()
                    pause = 0.2
                    await self._hear(connection)
            except (Error, OSError) as fault:
                logger.warning("live feed: the database is away (%s)", type(fault).__name__)
            self.is_listening.clear()
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 (spreads reconnects, no secret)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _hear(self, connection: AsyncConnection[Any]) -> None:
        while True:
            async for notice in connection.notifies(timeout=PROBE_SECONDS):
                self._tell(notice.payload)
            await connection.execute("SELECT 1")  # silence may mean a dead line

    def _tell(self, payload: str) -> None:
        try:
            fact = Fact.from_payload(payload)
        except (ValueError, KeyError, TypeError, AttributeError):
            logger.warning("live feed: a notice that is no fact")
            return
        self.hub.tell(fact)

    async def _watch(self) -> None:
        """Every stream is looked at once per round, so that none outlives its right by more than a minute."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            await self.recheck_all()

    async def _beat(self) -> None:
        """One breath for all: proxies keep the lines open, and dead ones are found out."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self.hub.tell_all(HEARTBEAT)

    async def recheck_all(self) -> None:
        """One round of the watch; a database that is away is no reason to send people off."""
        together: dict[tuple[int, str], list[Stream]] = defaultdict(list)
        for stream in self.hub.streams:
            together[stream.person, stream.session].append(stream)
        for streams in together.values():
            try:
                await self.recheck(*streams)
            except (Error, OSError) as fault:
                logger.warning("live feed: rights could not be checked (%s)", type(fault).__name__)
                return
