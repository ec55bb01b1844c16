from wasl.core.rooms import RoomConfig


class PartnersRoom(RoomConfig):
    name = "wasl.partners"
