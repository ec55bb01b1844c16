"""One cluster: made if it is not there, started, made ready, stopped."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from wasl.core.postgres import binaries, configuration, roles
from wasl.core.postgres.place import SOCKET_NAME, Place, existing_place, made_place, make_private
from wasl.core.refusal import Refusal

SUPERUSER = "postgres"


@dataclass(frozen=True)
class ServerCommand:
    """How to start the server: in the foreground, as this user, in this folder, with this environment only.

    It logs to its standard error. SIGINT stops it fast and clean, SIGQUIT at once.
    """

    arguments: list[str]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    uid: int | None = None
    gid: int | None = None

    def start(self, **options: object) -> "subprocess.Popen[bytes]":
        """Start it as a child of this process. Our own user is kept when `uid` is None."""
        identity: dict[str, object] = (
            {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}
        )
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            self.arguments, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, **identity, **options
        )


class Cluster:
    """The cluster of one home folder."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        """`durable=False` trades safety for speed, for tests."""
        self.home = home.resolve()
        self._durable = durable

    @property
    def place(self) -> Place:
        """Where it is, or would be."""
        return existing_place(self.home)

    def prepare(self) -> None:
        """Make whatever the server needs and write its configuration; safe to repeat. It must not be running.

        A server left over from a runner that was killed is stopped first. Only one runner may do this at a time:
        the caller holds the lock of the home.
        """
        here = made_place(self.home)
        self.stop()
        if not here.data.exists():
            self._make_data(here)
        self._check_version(here)
        self._configure(here)

    def start_command(self) -> ServerCommand:
        """How to start the prepared server in the foreground."""
        here = self.place
        return self._command(here, "postgres", "-D", str(here.data))

    def wait_ready(self, *, seconds: float = 60, alive: Callable[[], bool] = lambda: True) -> None:
        """Return when the server takes connections; raise Refusal when `alive()` turns false or time is up."""
        end = time.monotonic() + seconds
        while alive() and time.monotonic() < end:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise Refusal(
            "لم تبدأ قاعدة البيانات. السبب في آخر سجلّها (logs/postgres.log).",
            "The database did not start. The end of its log (logs/postgres.log) says why.",
        )

    def ensure_roles(self, *, may_create_databases: bool = False) -> None:
        """Make the roles and the database of the house on a running server, unless they are there."""
        with self._connect() as connection:
            if not roles.database_exists(connection):
                with self._connect("template1") as template:
                    roles.make_roles(template)
                roles.make_database(connection)
            roles.allow_databases(connection, allowed=may_create_databases)

    def url(self, role: str = roles.APP, *, database: str = roles.DATABASE) -> str:
        """The address of the database for one role; holds no secret."""
        return f"postgresql://{role}@:5432/{database}?host={quote(str(self.place.sockets), safe='')}"

    def is_running(self) -> bool:
        """Whether a server of this cluster lives, whoever started it."""
        return bool(_servers(self.place.data))

    def stop(self, *, seconds: float = 10) -> None:
        """Stop the server if one runs: fast and clean, or at once when that takes too long."""
        here = self.place
        for how, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if _ended(here.data, how, patience):
                # A file left by a crash would stop the next start, should its number now belong to another process, or
                # to a dead one that nobody has buried yet.
                for left in (here.data / "postmaster.pid", here.sockets / f"{SOCKET_NAME}.lock"):
                    left.unlink(missing_ok=True)
                return

    def discard(self) -> None:
        """Remove the stopped cluster and everything it holds (for tests)."""
        here = self.place
        for folder in (here.sockets, here.folder):
            shutil.rmtree(folder, ignore_errors=True)
        (self.home / "postgres.path").unlink(missing_ok=True)

    def _connect(self, database: str = SUPERUSER) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self.url(SUPERUSER, database=database), autocommit=True, connect_timeout=5)

    def _command(self, here: Place, program: str, *arguments: str) -> ServerCommand:
        folder = binaries.copied_into(here.folder) if here.is_another_users else binaries.installed()
        # Nothing of our own environment: no secret of ours belongs into the server, no PG* variable may steer it.
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        command = [str(folder / program), *arguments]
        if here.is_another_users:
            return ServerCommand(command, here.folder, environment, here.user.pw_uid, here.user.pw_gid)
        return ServerCommand(command, here.folder, environment)

    def _make_data(self, here: Place) -> None:
        # Made aside and renamed: a data folder that exists is a whole one, also after a crash half-way.
        aside = here.folder / "data.new"
        shutil.rmtree(aside, ignore_errors=True)
        make_private(aside, here.user)
        options = ["-D", str(aside), "-U", SUPERUSER, "-A", "peer", "-E", "UTF8", "--no-instructions"]
        options += ["--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += [] if self._durable else ["--no-sync"]
        made = self._command(here, "initdb", *options).start(stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = made.communicate(timeout=300)[0].decode(errors="replace")
        if made.returncode != 0:
            last = output.strip().splitlines()[-1:] or ["?"]
            raise Refusal(f"تعذّر إنشاء قاعدة البيانات: {last[0]}", f"The database could not be made: {last[0]}")
        aside.rename(here.data)

    def _check_version(self, here: Place) -> None:
        found = (here.data / "PG_VERSION").read_text().strip()
        if found != str(binaries.MAJOR):
            raise Refusal(
                f"البيانات في {here.data} من PostgreSQL {found} وهذا الإصدار يشغّل {binaries.MAJOR}. "
                "انقلها أولاً (pg_dump بالإصدار القديم ثم pg_restore بالجديد).",
                f"The data in {here.data} are of PostgreSQL {found} and this release runs {binaries.MAJOR}. "
                "Carry them over first (pg_dump with the old release, pg_restore with the new one).",
            )

    def _configure(self, here: Place) -> None:
        me = pwd.getpwuid(os.geteuid()).pw_name
        settings = configuration.server_settings(sockets=here.sockets, durable=self._durable)
        _write(here, "postgresql.conf", settings)
        _write(here, "pg_hba.conf", configuration.ACCESS)
        _write(here, "pg_ident.conf", configuration.admitted({me, "root"}))


@contextmanager
def running(
    home: Path, *, durable: bool = True, may_create_databases: bool = False, keep: bool = True
) -> Iterator[Cluster]:
    """A running cluster of the home, roles and database made; stopped at the end, and removed unless `keep`."""
    cluster = Cluster(home, durable=durable)
    cluster.prepare()
    with (cluster.home / "postgres.log").open("ab") as log:
        server = cluster.start_command().start(stdout=log, stderr=log)
    try:
        cluster.wait_ready(alive=lambda: server.poll() is None)
        cluster.ensure_roles(may_create_databases=may_create_databases)
        yield cluster
    finally:
        cluster.stop()
        server.wait(10)
        if not keep:
            cluster.discard()


def _write(here: Place, name: str, text: str) -> None:
    aside = here.data / f"{name}.new"
    aside.write_text(text, encoding="utf-8")
    aside.chmod(0o600)
    os.chown(aside, here.user.pw_uid, here.user.pw_gid)
    aside.rename(here.data / name)


def _ended(data: Path, how: signal.Signals, seconds: float) -> bool:
    """Signal the server and wait; True once none of its processes lives."""
    end = time.monotonic() + seconds
    for pid in _to_signal(data):
        with suppress(ProcessLookupError):
            os.kill(pid, how)
    while _servers(data):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _to_signal(data: Path) -> list[int]:
    """The postmaster, who ends its own; where it was killed, those it left behind."""
    servers = _servers(data)
    try:
        postmaster = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return servers
    return [postmaster] if postmaster in servers else servers


def _servers(data: Path) -> list[int]:
    """All living processes of the server of this data folder: each of them works inside it.

    The file postmaster.pid alone would not tell: its number may belong to somebody else by now, and children may
    outlive a killed postmaster for a moment. While one of them lives no other server may start on the data.
    """
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _works_in(entry, data)]


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:  # ended meanwhile, waits to be reaped, or is another user's
        return False
