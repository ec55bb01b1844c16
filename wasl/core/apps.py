from importlib import import_module
from importlib.util import find_spec

from wasl.core import present
from wasl.core.rooms import RoomConfig

# Here `jobs` is the machinery of all rooms; the jobs of the ground floor itself stand beside what they work on.
JOBS = (
    "wasl.core.dispatch",
    "wasl.core.files.jobs",
    "wasl.core.housekeeping",
    "wasl.core.recovery",
    "wasl.core.seals.jobs",
)
# And its probes, as `probes` is the registry.
PROBES = ("wasl.core.vitals", "wasl.core.seals.vitals")


class CoreRoom(RoomConfig):
    name = "wasl.core"

    def ready(self) -> None:
        present.install()
        super().ready()
        for module in (*JOBS, *PROBES):
            if find_spec(module) is not None:
                import_module(module)
