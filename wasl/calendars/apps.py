from wasl.core.rooms import RoomConfig


class CalendarsRoom(RoomConfig):
    name = "wasl.calendars"
