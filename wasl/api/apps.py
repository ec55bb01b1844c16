from wasl.core.rooms import RoomConfig


class ApiRoom(RoomConfig):
    name = "wasl.api"
