"""What every room's Django app has in common."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig

AUTOLOADED = (
    "events",
    "jobs",
    "subscribers",
    "notices",
    "alerts",
    "panels",
    "navigation_items",
    "probes",
    "personal",
    "kinds",
)


class RoomConfig(AppConfig):
    """A room: loads what registers itself (jobs, subscribers, notices, panels) once all models are known."""

    default_auto_field = "django.db.models.BigAutoField"

    # Django takes the one class of apps.py that is meant as default; without these lines it sees two there, the room's
    # and this one, and takes neither.
    default = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = True

    def ready(self) -> None:
        for module in AUTOLOADED:
            name = f"{self.name}.{module}"
            if find_spec(name) is not None:
                import_module(name)
