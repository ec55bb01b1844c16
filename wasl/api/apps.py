from wasl.core.rooms import RoomConfig


class ApiRoom(RoomConfig):
    name = "wasl.api"

    def ready(self) -> None:
        super().ready()
        from wasl.api.open311 import answers
        from wasl.api.v1 import problems
        from wasl.web import errors

        # A program cannot read a page: whatever goes wrong under its addresses is said in its format.
        errors.speaks("/open311/", answers.speak)
        errors.speaks("/api/v1/", problems.for_house)
