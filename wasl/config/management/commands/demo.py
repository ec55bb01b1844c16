"""`wasl manage demo load|accounts|clock`: fill the demo, list its people, move its clock. Refused in production."""

import json
import os
import sys
from datetime import timedelta
from typing import Any

import pyotp
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from wasl.config.demo.load import load
from wasl.config.demo.people import DEMO_PASSWORD, DEMO_TOTP_SECRET, PEOPLE
from wasl.core import clock
from wasl.directory import queries as directory
from wasl.directory.rights import Role, needs_second_factor


class Command(BaseCommand):
    help = "The demo municipality: load it, list its people, move its clock."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        filled = acts.add_parser("load", help="fill an empty house with the demo")
        filled.add_argument(
            "--cases", type=int, default=_few_cases(), help="how many cases of the past; all if not given"
        )
        people = acts.add_parser("accounts", help="whom to sign in as")
        people.add_argument("--json", action="store_true")
        moved = acts.add_parser("clock", help="move the clock of the whole house, to show what happens later")
        moved.add_argument("--days", type=float, default=0.0, help="how far from the true time; 0 puts it back")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.WASL_MODE == "production":
            raise CommandError(
                "هذا الأمر للعرض التجريبي فقط (WASL_MODE=demo). This command is for the demo only (WASL_MODE=demo)."
            )
        getattr(self, f"_{options['act']}")(options)

    def _load(self, options: dict[str, Any]) -> None:
        if directory.agencies():
            raise CommandError("قاعدة البيانات ليست فارغة. The database is not empty.")
        number = load(at=clock.now(), cases=options["cases"], tell=self._progress)
        self.stdout.write(f"{number} طلباً / cases")

    def _progress(self, done: int, total: int) -> None:
        if sys.stdout.isatty():
            self.stdout.write(f"\r{done}/{total}", ending="")
            self.stdout.flush()

    def _accounts(self, options: dict[str, Any]) -> None:
        people = [account(person) for person in PEOPLE]
        if options["json"]:
            self.stdout.write(json.dumps(people, ensure_ascii=False, indent=1))
            return
        for person in people:
            code = f"  رمز/code {person['code']}" if person["code"] else ""
            self.stdout.write(f"{person['email']:<28} {person['role_ar']} / {person['role']}{code}")
        self.stdout.write(f"كلمة المرور / password: {DEMO_PASSWORD}")

    def _clock(self, options: dict[str, Any]) -> None:
        clock.move(timedelta(days=options["days"]))
        self.stdout.write(f"{clock.now():%Y-%m-%d %H:%M} UTC")


def account(person: Any) -> dict[str, str]:
    """One demo person as data; `code` is the present code of the second factor where the role needs one."""
    needed = needs_second_factor({person.role})
    return {
        "email": person.email,
        "name": person.full_name,
        "name_en": person.latin_name,
        "role": person.role,
        "role_ar": str(Role(person.role).label),
        "agency": person.agency,
        "unit": person.unit,
        "password": DEMO_PASSWORD,
        "totp_secret": DEMO_TOTP_SECRET if needed else "",
        "code": pyotp.TOTP(DEMO_TOTP_SECRET).now() if needed else "",
    }


def _few_cases() -> int | None:
    # Tests of whole journeys need the people and their set-up, but no past.
    number = os.environ.get("WASL_DEMO_CASES", "")
    return int(number) if number.isdecimal() else None
