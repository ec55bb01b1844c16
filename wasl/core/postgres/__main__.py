"""`python -m wasl.core.postgres COMMAND …` runs a command with a fresh, fast and passing cluster for its tests.

The command finds the cluster under WASL_TEST_DATABASE_URL, as its owner; one that is already set there is used instead.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from wasl.core.postgres import running

VARIABLE = "WASL_TEST_DATABASE_URL"


def main() -> int:
    """Run the command and give its exit code."""
    command = sys.argv[1:]
    if os.environ.get(VARIABLE):
        return subprocess.call(command)
    with (
        tempfile.TemporaryDirectory(prefix="wasl-tests-") as home,
        running(Path(home), durable=False, may_create_databases=True, keep=False) as cluster,
    ):
        return subprocess.call(command, env={**os.environ, VARIABLE: cluster.url("owner")})


sys.exit(main())
