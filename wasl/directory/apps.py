from wasl.core.rooms import RoomConfig


class DirectoryRoom(RoomConfig):
    name = "wasl.directory"
