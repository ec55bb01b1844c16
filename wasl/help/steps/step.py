"""What a step is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One thing somebody can do after reading it."""

    code: str
    title: str
    lines: tuple[str, ...]
    picture: str = ""
    screens: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
