"""Ports for servers of tests."""

import os
import random
import socket

# Below those that the system gives to outgoing connections: such a one could take the port before its server does.
_LOWEST, _HIGHEST = 20_000, 32_000
_taken: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on just now, and that no other test process of this run chooses."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    while True:
        port = random.SystemRandom().randrange(_LOWEST + worker, _HIGHEST, workers)
        if port not in _taken and _can_be_bound(port):
            _taken.add(port)
            return port


def _can_be_bound(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
