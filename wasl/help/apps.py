from wasl.core.rooms import RoomConfig


class HelpRoom(RoomConfig):
    name = "wasl.help"
