from wasl.core.rooms import RoomConfig


class WebRoom(RoomConfig):
    name = "wasl.web"
    label = "web"
