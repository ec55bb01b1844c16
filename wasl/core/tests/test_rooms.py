"""Every room is started as a room, so its subscribers, notices and jobs are known."""

import sys
from importlib.util import find_spec

from django.apps import apps

from wasl.core.rooms import AUTOLOADED, RoomConfig


def test_every_room_is_a_room_and_has_loaded_what_registers_itself() -> None:
    rooms = [config for config in apps.get_app_configs() if config.name.startswith("wasl.")]

    assert rooms
    for room in rooms:
        assert isinstance(room, RoomConfig), f"{room.name}/apps.py is not used by Django"
        for module in AUTOLOADED:
            name = f"{room.name}.{module}"
            assert find_spec(name) is None or name in sys.modules
