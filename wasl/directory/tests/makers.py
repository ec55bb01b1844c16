"""Agencies, units and the recurring people of all tests.

Salem is the agent, Huda the supervisor, Noora the specialist, Said the liaison officer; they keep their names and
rights everywhere. Everything is made by the real operations.
"""

from datetime import datetime
from typing import Any

from wasl.accounts.models import User
from wasl.accounts.tests.makers import LONG_AGO, PASSWORD, SUNDAY_9AM, make_account, session_of, sign_in
from wasl.core.localized import both
from wasl.directory import operations, queries
from wasl.directory.models import Agency, Unit

__all__ = [
    "LONG_AGO", "PASSWORD", "SUNDAY_9AM", "make_agency", "make_huda", "make_noora", "make_person", "make_said",
    "make_salem", "make_unit", "session_of", "sign_in",
]  # fmt: skip

_NAMES = {"MUN": ("بلدية الاختبار", "Test Municipality"), "HOU": ("وزارة الاختبار", "Test Ministry")}
_PEOPLE = {
    "agent": ("سالم", "Salem"),
    "supervisor": ("هدى", "Huda"),
    "specialist": ("نورة", "Noora"),
    "liaison": ("سعيد", "Said"),
    "quality": ("منى", "Mona"),
    "field": ("راشد", "Rashid"),
    "hall": ("زينب", "Zainab"),
    "analyst": ("عائشة", "Aisha"),
    "crisis": ("حمد", "Hamad"),
    "administrator": ("بدر", "Badr"),
    "auditor": ("ليلى", "Laila"),
    "director": ("خالد", "Khalid"),
    "follow_up": ("مريم الكندية", "Maryam K."),
    "fast_team": ("ناصر", "Nasser"),
    "hall_head": ("فاطمة", "Fatma"),
    "deputy": ("علي", "Ali"),
    "head": ("يعقوب", "Yaqoub"),
}


def make_agency(code: str = "MUN", letters: str = "", zone: str = "Asia/Muscat", **more: Any) -> Agency:
    """The agency of this code, founded long ago with its contact centre; the same one if it exists."""
    known = Agency.objects.filter(code=code).first()
    if known is not None:
        return known
    letters = letters or {"MUN": "MR", "HOU": "HS"}.get(code, code[:4])
    name = both(*_NAMES.get(code, (f"جهة {code}", f"Agency {code}")))
    more = {"by": None, "at": LONG_AGO, "name": name, "time_zone": zone} | more
    return operations.create_agency(code=code, letters=letters, **more)


def make_unit(code: str = "ROADS", *, agency: Agency | None = None, parent: Unit | None = None, **more: Any) -> Unit:
    """The unit of this code in the agency, there since long ago; the same one if it exists."""
    agency = agency or (parent.agency if parent is not None else make_agency())
    known = Unit.objects.filter(agency=agency, code=code).first()
    if known is not None:
        return known
    more = {"by": None, "at": LONG_AGO, "name": both(f"وحدة {code}", f"{code} unit")} | more
    return operations.create_unit(agency=agency, code=code, parent=parent, **more)


def make_person(
    role: str | None = "agent",
    unit: Unit | None = None,
    *,
    email: str | None = None,
    name: str | None = None,
    password: str | None = None,
    since: datetime = LONG_AGO,
) -> User:
    """A new person, in `role` at `unit` (the contact centre of the default test agency when none is given).

    `role=None` gives somebody without any role. Without `password` nobody can sign in by the form: use `sign_in`.
    """
    arabic, english = _PEOPLE.get(role or "", ("شخص", "Somebody"))
    person = make_account(
        email, name=name or arabic, latin_name="" if name else english, password=password, since=since
    )
    if role is not None:
        operations.grant_role(person, role=role, unit=unit or queries.triage_unit(make_agency()), by=None, at=since)
    return person


def make_salem(unit: Unit | None = None) -> User:
    """Salem the agent."""
    return make_person("agent", unit)


def make_huda(unit: Unit | None = None) -> User:
    """Huda the supervisor."""
    return make_person("supervisor", unit)


def make_noora(unit: Unit | None = None) -> User:
    """Noora the specialist, of the roads unless told otherwise."""
    return make_person("specialist", unit or make_unit("ROADS"))


def make_said(unit: Unit | None = None) -> User:
    """Said the liaison officer, of the roads unless told otherwise."""
    return make_person("liaison", unit or make_unit("ROADS"))
