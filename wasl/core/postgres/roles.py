"""The two roles of the house and what each may do.

`owner` owns the database and all tables; only migrations use it. `app` is what the running house uses: it reads and
writes rows and can change no table, and a migration of the ground floor takes from it the right to change facts.
"""

from psycopg import Connection, sql

DATABASE = "wasl"
OWNER = "owner"
APP = "app"
# What the house adds to and never changes.
ONLY_ADDED = ("core_eventrecord", "core_seal")

ROLES = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'owner') THEN
        CREATE ROLE owner LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN
        CREATE ROLE app LOGIN;
    END IF;
END $$;
-- A forgotten transaction must not hold its locks for ever.
ALTER ROLE app SET idle_in_transaction_session_timeout = '60s';
"""

GRANTS = """
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT EXECUTE ON FUNCTIONS TO {app};
"""


def database_exists(connection: Connection) -> bool:
    """Whether the house's database is there; it is made last, so then everything before it is there too."""
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is not None


def make_roles(template: Connection) -> None:
    """Make the roles and lay down, in the template of all later databases, what `app` may do with `owner`'s tables."""
    with template.transaction():
        template.execute(ROLES)
        grant_future_tables(template, owner=OWNER, app=APP)


def make_database(connection: Connection) -> None:
    """Make the house's database. The connection must be in autocommit."""
    connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))


def allow_databases(connection: Connection, *, allowed: bool) -> None:
    """Let `owner` make databases and stand in for `app` within them, or not: only tests need it."""
    connection.execute(sql.SQL("ALTER ROLE owner " + ("CREATEDB" if allowed else "NOCREATEDB")))
    connection.execute(sql.SQL("GRANT app TO owner" if allowed else "REVOKE app FROM owner"))


def grant_future_tables(connection: Connection, *, owner: str, app: str) -> None:
    """Let `app` use, but not alter, whatever `owner` will make in this database."""
    names = {"owner": sql.Identifier(owner), "app": sql.Identifier(app)}
    connection.execute(sql.SQL(GRANTS).format(**names))


def protect_facts(connection: Connection, *, app: str) -> None:
    """Take from a role of another name than `app` what the migrations take from `app`: changing facts and seals."""
    for table in ONLY_ADDED:
        if connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,):
            statement = sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}")
            connection.execute(statement.format(sql.Identifier(table), sql.Identifier(app)))
