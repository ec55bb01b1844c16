from wasl.core.rooms import RoomConfig


class AnalyticsRoom(RoomConfig):
    name = "wasl.analytics"
