from wasl.core.rooms import RoomConfig


class TasksRoom(RoomConfig):
    name = "wasl.tasks"
