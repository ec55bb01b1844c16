"""`wasl apikey create|revoke|list`: keys of programs, from a shell of the machine."""

import json
import os
from argparse import ArgumentParser
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from wasl.accounts.models import User
from wasl.core import clock
from wasl.core.i18n import say
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.partners import operations, queries
from wasl.partners.models import ApiKey, Scope


class Command(BaseCommand):
    help = "مفاتيح البرامج: إصدارها وإلغاؤها وعرضها. Issue, revoke and list the keys of programs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        made = acts.add_parser("create", help="أصدر مفتاحاً؛ يُعرض مرة واحدة  ·  issue a key; it is shown once")
        made.add_argument("--agency", required=True, metavar="CODE", help="رمز الجهة  ·  code of the agency")
        made.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=Scope.values,
            help="ما يفتحه، ويُكرر  ·  what it opens; may be repeated",
        )
        made.add_argument("--name", default="", help="اسم البرنامج أو الشريك  ·  name of the program or partner")
        made.add_argument("--expires", metavar="2027-01-31", help="آخر يوم يعمل فيه  ·  the last day on which it works")
        made.add_argument(
            "--per-minute",
            type=int,
            default=operations.PER_MINUTE,
            metavar="N",
            help="أكثر الطلبات في الدقيقة  ·  most requests a minute",
        )
        made.add_argument("--user", metavar="MAIL", help="من يعمل البرنامج باسمه  ·  the person it acts for")
        ended = acts.add_parser("revoke", help="ألغِ مفتاحاً  ·  revoke a key")
        ended.add_argument("id", metavar="ID", help="رقم المفتاح كما طُبع عند إصداره  ·  id, as printed by create")
        ended.add_argument("--reason", default="", help="السبب  ·  why")
        told = acts.add_parser("list", help="اعرض المفاتيح  ·  list the keys")
        told.add_argument("--agency", metavar="CODE", help="جهة واحدة  ·  of one agency")
        for one in (made, ended, told):
            one.add_argument("--json", action="store_true", help="سطر JSON واحد  ·  one line of JSON")
            one.add_argument("--language", choices=["ar", "en"], default=_language(), help="ar | en")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            getattr(self, f"_{options['act']}")(options)

    def _create(self, options: dict[str, Any]) -> None:
        agency = _agency(options["agency"])
        try:
            issued = operations.issue_key(
                agency,
                name=options["name"] or say("من سطر الأوامر", "From the command line"),
                scopes=options["scope"],
                per_minute=options["per_minute"],
                expires_at=_end(options["expires"], agency),
                user=_person(options["user"]),
                by=None,
                at=clock.now(),
            )
        except operations.BadGrant as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self._print({"key": issued.secret, **_facts(issued.api_key)})
            return
        self.stderr.write(say("المفتاح، ولن يُعرض مرة أخرى:", "The key; it will not be shown again:"))
        self.stdout.write(issued.secret)
        self.stderr.write(
            say("رقمه لإلغائه: {id}", "Its id, to revoke it: {id}", id=issued.api_key.public_id),
        )

    def _revoke(self, options: dict[str, Any]) -> None:
        api_key = queries.key_by_id(options["id"])
        if api_key is None:
            raise CommandError(
                say(
                    "لا مفتاح برقم {id}. اعرضها: wasl apikey list",
                    "No key {id}. See: wasl apikey list",
                    id=options["id"],
                )
            )
        operations.revoke_key(api_key, reason=options["reason"], by=None, at=clock.now())
        api_key.refresh_from_db()
        if options["json"]:
            self._print(_facts(api_key))
        else:
            self.stderr.write(say("أُلغي المفتاح {id}.", "Key {id} was revoked.", id=api_key.public_id))

    def _list(self, options: dict[str, Any]) -> None:
        agencies = [_agency(options["agency"])] if options["agency"] else directory.all_agencies()
        found = [api_key for agency in agencies for api_key in queries.keys_of(agency)]
        if options["json"]:
            self._print([_facts(api_key) for api_key in found])
            return
        for api_key in found:
            last = api_key.last_used_on.isoformat() if api_key.last_used_on else "–"
            standing = api_key.standing(at=clock.now()).label
            scopes = " ".join(api_key.scopes)
            self.stdout.write(
                f"{api_key.public_id}  {api_key.agency.code}  {standing}  {last}  {scopes}  {api_key.name}"
            )

    def _print(self, told: Any) -> None:
        self.stdout.write(json.dumps(told, ensure_ascii=False))


def _facts(api_key: ApiKey) -> dict[str, Any]:
    def moment(at: datetime | None) -> str | None:
        return at.astimezone(api_key.agency.zone).isoformat() if at else None

    return {
        "id": api_key.public_id,
        "agency": api_key.agency.code,
        "name": api_key.name,
        "scopes": api_key.scopes,
        "per_minute": api_key.per_minute,
        "user": api_key.user.email if api_key.user is not None else None,
        "expires_at": moment(api_key.expires_at),
        "revoked_at": moment(api_key.revoked_at),
        "last_used_on": api_key.last_used_on.isoformat() if api_key.last_used_on else None,
        "standing": api_key.standing(at=clock.now()).value,
    }


def _agency(code: str) -> Agency:
    try:
        return directory.agency_by_code(code)
    except directory.NoAgency:
        known = ", ".join(agency.code for agency in directory.agencies()) or "–"
        raise CommandError(
            say("لا جهة برمز {code}. الجهات: {known}", "No agency {code}. There are: {known}", code=code, known=known)
        ) from None


def _end(day: str | None, agency: Agency) -> datetime | None:
    """The midnight that ends the last day, by the clock on the agency's wall."""
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time.min, tzinfo=agency.zone)
    except ValueError:
        raise CommandError(
            say("اكتب التاريخ هكذا: 2027-01-31، لا {day}.", "Write the day like 2027-01-31, not {day}.", day=day)
        ) from None


def _person(mail: str | None) -> User | None:
    if not mail:
        return None
    person = User.objects.filter(email__iexact=mail).first()
    if person is None:
        raise CommandError(say("لا موظف ببريد {mail}.", "Nobody has the address {mail}.", mail=mail))
    return person


def _language() -> str:
    """The language of the terminal: English where it says so, else Arabic."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if spoken.startswith(("en", "C", "POSIX")) else "ar"
