from wasl.core.rooms import RoomConfig


class PlacesRoom(RoomConfig):
    name = "wasl.places"
