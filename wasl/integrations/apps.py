from wasl.core.rooms import RoomConfig


class IntegrationsRoom(RoomConfig):
    name = "wasl.integrations"
