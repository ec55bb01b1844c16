from wasl.core.rooms import RoomConfig


class OperationRoom(RoomConfig):
    name = "wasl.operation"
