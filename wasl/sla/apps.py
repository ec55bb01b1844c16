from wasl.core.rooms import RoomConfig


class SlaRoom(RoomConfig):
    name = "wasl.sla"
