from wasl.core.rooms import RoomConfig


class IntakeRoom(RoomConfig):
    name = "wasl.intake"
