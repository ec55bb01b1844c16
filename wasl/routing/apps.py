from wasl.core.rooms import RoomConfig


class RoutingRoom(RoomConfig):
    name = "wasl.routing"
