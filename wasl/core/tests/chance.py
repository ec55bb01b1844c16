"""How often something is tried at random."""

import os


def tries(most: int) -> int:
    """All of them in `make drills`, half of them with every change."""
    return most if os.environ.get("WASL_CHANCE") else most // 2
