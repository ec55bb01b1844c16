"""Wasl (وصل, "the link"): the whole of a municipal contact centre in one Arabic-first system.

The package is cut into rooms, one folder per capability; `docs/rooms.md` lists them from the ground floor up.
"""

__version__ = "0.1.0"
