"""A pytest plugin, loaded before Django: tests run in mode "test", in a home folder of their own, on a real PostgreSQL.

That is the embedded one, started for the run, or the server that WASL_TEST_DATABASE_URL names (Debian's, an
operator's), whose role must be allowed to make databases.

Whatever is tried at random is the same with every run, so that none fails that has not failed before; WASL_CHANCE=1
(`make drills`) tries something new each time. No time limit is set to a single try: machines differ.
"""

import atexit
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import HealthCheck, settings

TEST_DATABASE = "WASL_TEST_DATABASE_URL"
CHANCE = "WASL_CHANCE"


def _prepare() -> None:
    os.environ["WASL_MODE"] = "test"
    if "WASL_HOME" not in os.environ:
        os.environ["WASL_HOME"] = tempfile.mkdtemp(prefix="wasl-test-")
    if not os.environ.get(TEST_DATABASE):
        os.environ[TEST_DATABASE] = _embedded_database()
    os.environ["DATABASE_URL"] = os.environ[TEST_DATABASE]
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("the same", patient, derandomize=True, database=None)
    settings.register_profile("chance", patient)
    settings.load_profile("chance" if os.environ.get(CHANCE) else "the same")


def _embedded_database() -> str:
    from wasl.core.postgres.cluster import running

    stack = ExitStack()
    home = Path(tempfile.mkdtemp(prefix="wasl-test-database-"))
    cluster = stack.enter_context(running(home, durable=False, may_create_databases=True, keep=False))
    atexit.register(stack.close)
    return cluster.url("owner")


_prepare()
