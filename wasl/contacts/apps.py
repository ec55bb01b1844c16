from wasl.core.rooms import RoomConfig


class ContactsRoom(RoomConfig):
    name = "wasl.contacts"
