from wasl.core.rooms import RoomConfig


class PortalRoom(RoomConfig):
    name = "wasl.portal"
