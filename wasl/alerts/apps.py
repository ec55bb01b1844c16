from wasl.core.rooms import RoomConfig


class AlertsRoom(RoomConfig):
    name = "wasl.alerts"
