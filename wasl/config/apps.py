from wasl.core.rooms import RoomConfig


class ConfigRoom(RoomConfig):
    name = "wasl.config"
