"""`wasl manage load_places`: write the country's places from the starting files."""

from typing import Any

from django.core.management.base import BaseCommand

from wasl.core import clock
from wasl.places import operations, queries


class Command(BaseCommand):
    """A door: asks the time, calls one operation."""

    help = "Load governorates, wilayats and well-known areas; a second run corrects and adds."

    def handle(self, *args: Any, **options: Any) -> None:
        operations.load_starting_places(at=clock.now())
        tree = queries.place_tree()
        self.stdout.write(f"{len(tree)} governorates, {sum(len(wilayats) for _, wilayats in tree)} wilayats")
