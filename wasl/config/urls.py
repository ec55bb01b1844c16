"""Which address leads to which room."""

from importlib.util import find_spec

from django.urls import include, path

_MOUNTED = {"accounts": "", "web": "", "portal": "", "desk": "desk/", "directory": "", "verification": "", "cases": ""}

urlpatterns = [
    path(prefix, include(f"wasl.{room}.urls"))
    for room, prefix in _MOUNTED.items()
    if find_spec(f"wasl.{room}") and find_spec(f"wasl.{room}.urls")
]
