"""Where Django keeps the language and the time zone of what runs now, and where its addresses begin, without the cost
of its own keeper.

A page asks for its language a thousand times. Django keeps it in an `asgiref.Local`, which takes a lock and calls ten
functions for every answer; a context variable, on which that stands as well, takes two. Threads and tasks see what
they saw before: a task begins with the values of its parent, a thread of its own with none.
"""

from contextvars import ContextVar
from typing import Any

from django.urls import base as urls
from django.utils import timezone
from django.utils.translation import trans_real

_NOTHING: Any = object()


class Present:
    """One value of the present act under the name `value`, as Django asks for it; unset is an AttributeError."""

    __slots__ = ("_kept",)

    def __init__(self, name: str) -> None:
        self._kept: ContextVar[Any] = ContextVar(name, default=_NOTHING)

    @property
    def value(self) -> Any:
        kept = self._kept.get()
        if kept is _NOTHING:
            raise AttributeError("value")
        return kept

    @value.setter
    def value(self, given: Any) -> None:
        self._kept.set(given)

    @value.deleter
    def value(self) -> None:
        self._kept.set(_NOTHING)


def install() -> None:
    """Let Django keep all of it so from now on; what was chosen before stays chosen."""
    for module, name in ((trans_real, "_active"), (timezone, "_active"), (urls, "_prefixes"), (urls, "_urlconfs")):
        before = getattr(module, name)
        if isinstance(before, Present):
            continue
        kept = Present(f"wasl_{module.__name__}{name}")
        if hasattr(before, "value"):
            kept.value = before.value
        setattr(module, name, kept)
