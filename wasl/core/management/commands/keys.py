"""`wasl manage keys list|rotate`: look at the key ring, or put a new key in front."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wasl.core import keys


class Command(BaseCommand):
    help = "List the keys of the house (never their secrets), or rotate: a new key in front, the old ones kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["list", "rotate"])

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        if act == "rotate":
            key = keys.rotate()
            self.stdout.write(f"New key {key.id}. Restart web, worker and mail door so that new sessions use it.")
        for place, key in enumerate(keys.ring()):
            self.stdout.write(f"{key.id}  made {key.made_at}  {'in use' if place == 0 else 'opens older values'}")
