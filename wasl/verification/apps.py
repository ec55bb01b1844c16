from wasl.core.rooms import RoomConfig


class VerificationRoom(RoomConfig):
    name = "wasl.verification"
