"""What must be true before the processes start: tables up to date, static files collected, the demo loaded. Each is
done only when something changed since the last time, so that a second start takes no time.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import version

import psycopg

from wasl.config import guard
from wasl.config.environment import Environment
from wasl.config.runner import journals
from wasl.config.runner.processes import home_of_package
from wasl.config.runner.progress import Progress
from wasl.core.postgres import roles
from wasl.core.refusal import Refusal

STATE = "prepared.json"


class Preparation:
    """Prepares one home; remembers in it what was done."""

    def __init__(self, chosen: Environment, environment: dict[str, str], progress: Progress) -> None:
        self._chosen = chosen
        self._environment = environment
        self._progress = progress
        self._logs = chosen.home / "logs"
        self._state_file = chosen.home / STATE

    def migrate(self) -> None:
        """Bring the tables up to date, as the role that owns them."""
        mark = migrations_mark()
        if self._state().get("migrations") == [mark, self._applied_migrations()]:
            return
        with self._progress.step("تحديث جداول قاعدة البيانات", "Bringing the tables up to date"):
            self.grant_before()
            self._manage("migrate", "--no-input", "-v", "0", WASL_DB_ROLE="owner")
            self.protect_after()
        self._remember("migrations", [mark, self._applied_migrations()])

    def collect_static_files(self) -> None:
        """Gather stylesheets, scripts and pictures of all rooms into `WASL_HOME/static`."""
        mark = static_mark()
        if self._state().get("static") == mark and (self._chosen.home / "static").is_dir():
            return
        if not (home_of_package() / "web" / "static" / "vendor").is_dir():
            raise Refusal(
                "ملفات الواجهة غير مبنية. نفّذ «make» في مجلد المشروع مرة واحدة.",
                "The browser's files are not built. Run `make` in the project folder once.",
            )
        with self._progress.step("جمع ملفات الواجهة", "Collecting the browser's files"):
            self._manage("collectstatic", "--no-input", "--clear", "-v", "0")
        self._remember("static", mark)

    def load_demo(self) -> bool:
        """Fill an empty database with the demo municipality, in demo mode; gives whether it did."""
        if self._chosen.mode != "demo" or self._count("directory_agency") != 0:
            return False
        with self._progress.step("تجهيز البلدية التجريبية", "Loading the demo municipality"):
            guard.mark_as_demo(self._chosen.home)
            self._manage("demo", "load")
        return True

    def _manage(self, *arguments: str, **extra: str) -> None:
        journal = journals.open_journal(self._logs, "preparation")
        with open(journal, "ab") as output:  # noqa: PTH123 (a descriptor)
            done = subprocess.run(
                [sys.executable, "-m", "wasl.config.manage", *arguments],
                env={**self._environment, **extra},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
            )
        if done.returncode != 0:
            end = journals.last_lines(self._logs, "preparation")
            raise Refusal(
                f"لم ينجح «wasl manage {arguments[0]}». التفاصيل في {self._logs / 'preparation.log'}",
                f"`wasl manage {' '.join(arguments)}` did not succeed. The log {self._logs / 'preparation.log'} ends "
                f"with:\n\n{end}",
            )

    def _applied_migrations(self) -> int | None:
        return self._count("django_migrations")

    def _count(self, table: str) -> int | None:
        """How many rows a table has; None where there is no such table."""
        with psycopg.connect(self._environment["DATABASE_URL"], connect_timeout=10) as database:
            if database.execute("SELECT to_regclass(%s)", [table]).fetchone() == (None,):
                return None
            query = psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(table))
            found = database.execute(query).fetchone()
        return int(found[0]) if found else None

    def grant_before(self) -> None:
        """Let the working role use the tables that the owner is about to make."""
        # In our own cluster this was laid down when it was made; an operator's database gets it here.
        if self._has_two_roles:
            with self._as_owner() as database:
                roles.grant_future_tables(database, owner=_role(database), app=self._app_role())

    def protect_after(self) -> None:
        """Take from the working role the right to change recorded facts."""
        if self._has_two_roles:
            with self._as_owner() as database:
                roles.protect_facts(database, app=self._app_role())

    @property
    def _has_two_roles(self) -> bool:
        return not self._chosen.has_embedded_database and self._chosen.owner_database_url is not None

    def _as_owner(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self._environment["WASL_OWNER_DATABASE_URL"], connect_timeout=10)

    def _app_role(self) -> str:
        with psycopg.connect(self._environment["DATABASE_URL"], connect_timeout=10) as database:
            return _role(database)

    def _state(self) -> dict[str, object]:
        try:
            state: dict[str, object] = json.loads(self._state_file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return state

    def _remember(self, what: str, mark: object) -> None:
        aside = self._state_file.with_suffix(".new")
        aside.write_text(json.dumps({**self._state(), what: mark}))
        aside.rename(self._state_file)


def migrations_mark() -> str:
    """Changes whenever a migration of ours, or a library that brings some, does."""
    files = sorted(home_of_package().glob("*/migrations/*.py"))
    libraries = f"{version('django')} {version('procrastinate')}"
    return _digest([libraries, *(f"{path.parent.parent.name} {path.name} {path.read_text()}" for path in files)])


def static_mark() -> str:
    """Changes whenever a static file of a room does."""
    files = sorted(path for path in home_of_package().glob("*/static/**/*") if path.is_file())
    stats = ((path, path.stat()) for path in files)
    return _digest([version("django"), *(f"{path} {found.st_size} {found.st_mtime_ns}" for path, found in stats)])


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _role(database: "psycopg.Connection[tuple[object, ...]]") -> str:
    row = database.execute("SELECT current_user").fetchone()
    return str(row[0]) if row else ""
