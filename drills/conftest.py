"""The drills use the house and the mail server of the journeys."""

from tests.journeys.conftest import house, pytest_runtest_makereport, sink

__all__ = ["house", "pytest_runtest_makereport", "sink"]
