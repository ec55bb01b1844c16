"""A pytest plugin, loaded before Django: tests run in mode "test", in a home folder of their own, on a real PostgreSQL."""

import os
import tempfile

os.environ["WASL_MODE"] = "test"
os.environ.setdefault("WASL_HOME", tempfile.mkdtemp(prefix="wasl-test-"))
if os.environ.get("WASL_TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["WASL_TEST_DATABASE_URL"]
