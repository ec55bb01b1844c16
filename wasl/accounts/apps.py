from wasl.core.rooms import RoomConfig


class AccountsRoom(RoomConfig):
    name = "wasl.accounts"
