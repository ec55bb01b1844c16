from wasl.core.rooms import RoomConfig


class CasesRoom(RoomConfig):
    name = "wasl.cases"
