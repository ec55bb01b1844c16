from wasl.core.rooms import RoomConfig


class CoreRoom(RoomConfig):
    name = "wasl.core"
