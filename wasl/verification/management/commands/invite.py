"""`wasl manage invite`: the way in for the first administrator of an agency, and for whoever has a shell."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wasl.accounts.operations import AddressTaken
from wasl.core.clock import now
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.directory.rights import Role
from wasl.verification import operations


class Command(BaseCommand):
    help = "Make an account with its first role and print the link to join (good for seven days, once)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="full name")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--agency", help="code of the agency; the default one if left out")
        parser.add_argument("--unit", help="code of the unit; the one that takes what has no place if left out")
        parser.add_argument("--language", default="ar", choices=["ar", "en"])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            agency = directory.agency_by_code(options["agency"]) if options["agency"] else directory.default_agency()
            unit = directory.unit_by_code(agency, options["unit"]) if options["unit"] else directory.triage_unit(agency)
        except (directory.NoAgency, Unit.DoesNotExist) as error:
            raise CommandError("There is no such agency or unit. Write the code of one that exists.") from error
        try:
            invitation = operations.invite(
                email=options["email"],
                full_name=options["name"],
                role=options["role"],
                unit=unit,
                language=options["language"],
                by=None,
                at=now(),
            )
        except AddressTaken as error:
            raise CommandError(str(error)) from error
        self.stdout.write(invitation.link)
