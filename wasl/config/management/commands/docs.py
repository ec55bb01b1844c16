"""`wasl manage docs`: write the generated pages of `docs/`."""

from typing import Any

from django.core.management.base import BaseCommand

from wasl.config import docs


class Command(BaseCommand):
    help = "Write the pages of docs/ that the code itself knows."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, text in docs.pages().items():
            (docs.ROOT / "docs" / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"docs/{name}")
