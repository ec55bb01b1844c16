from wasl.core.rooms import RoomConfig


class CatalogueRoom(RoomConfig):
    name = "wasl.catalogue"
