from wasl.core.rooms import RoomConfig


class PrivacyRoom(RoomConfig):
    name = "wasl.privacy"
