from wasl.core.rooms import RoomConfig


class AuditRoom(RoomConfig):
    name = "wasl.audit"
