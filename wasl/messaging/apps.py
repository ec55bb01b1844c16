from wasl.core.rooms import RoomConfig


class MessagingRoom(RoomConfig):
    name = "wasl.messaging"
