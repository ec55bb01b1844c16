from wasl.core.rooms import RoomConfig


class TransferRoom(RoomConfig):
    name = "wasl.transfer"
