from wasl.core.rooms import RoomConfig


class DeskRoom(RoomConfig):
    name = "wasl.desk"
