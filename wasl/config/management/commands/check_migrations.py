"""`wasl manage check_migrations`: may the new migrations run while the house is open?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wasl.config import migration_rules


class Command(BaseCommand):
    help = "Look at every migration after the last landing; 1 when one of them would stop people or break old code."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = migration_rules.all_faults(migration_rules.Landed.read(migration_rules.landed_file()))
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write("The migrations can run while the house is open.")
