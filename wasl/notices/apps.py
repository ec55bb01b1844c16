from wasl.core.rooms import RoomConfig


class NoticesRoom(RoomConfig):
    name = "wasl.notices"
