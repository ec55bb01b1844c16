from wasl.core.rooms import RoomConfig


class ChannelsRoom(RoomConfig):
    name = "wasl.channels"
