"""The floors of the house, top to bottom: the one list that settings, tests and docs read."""

FLOORS: tuple[tuple[str, ...], ...] = (
    ("config",),
    ("portal", "desk", "administration", "operation", "help", "api", "audit"),
    ("analytics", "privacy", "integrations", "transfer"),
    ("intake",),
    ("cases",),
    ("routing", "sla", "verification", "partners"),
    ("notices", "alerts"),
    ("messaging", "tasks"),
    ("catalogue", "contacts"),
    ("calendars", "places"),
    ("directory",),
    ("accounts",),
    ("channels",),
    ("web",),
    ("core",),
)

ROOMS: tuple[str, ...] = tuple(room for floor in reversed(FLOORS) for room in floor)


def height(room: str) -> int:
    """How high a room stands: 0 is the ground."""
    for number, floor in enumerate(reversed(FLOORS)):
        if room in floor:
            return number
    raise LookupError(room)
