from wasl.core.rooms import RoomConfig


class AdministrationRoom(RoomConfig):
    name = "wasl.administration"
