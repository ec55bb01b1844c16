"""Filling an empty house with the demo: two agencies, their set-up, their people, and ninety days of cases."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal

import pyotp
from django.db import transaction

from wasl.accounts import operations as accounts
from wasl.accounts.models import User
from wasl.analytics import operations as analytics
from wasl.analytics.fairness import published
from wasl.calendars import operations as calendars
from wasl.calendars import queries as working_times
from wasl.catalogue import operations as catalogue
from wasl.config.demo.climbing import climb
from wasl.config.demo.conduct import complain, set_committee
from wasl.config.demo.counter import serve
from wasl.config.demo.generalists import make_generalist
from wasl.config.demo.history import make_history
from wasl.config.demo.holding import put_on_hold
from wasl.config.demo.overtaking import overtake
from wasl.config.demo.people import DEMO_PASSWORD, DEMO_TOTP_SECRET, PEOPLE, DemoPerson
from wasl.config.demo.reviewing import review
from wasl.config.demo.rising import raise_some
from wasl.config.demo.senders import AGENCY_SENDERS, DEMO_SENDERS
from wasl.config.demo.ties import declare_one
from wasl.core import events
from wasl.core.localized import Localized, both
from wasl.directory import operations as directory
from wasl.directory import queries as directory_queries
from wasl.directory.models import Agency
from wasl.messaging import operations as messaging
from wasl.places import operations as places
from wasl.routing import operations as routing
from wasl.sla import ladders
from wasl.sla import operations as sla

# The house was founded before its first case; rules and units hold since then.
FOUNDED_BEFORE = timedelta(days=400)

MAIL_ADDRESSES = {"MUN": "care@muscat.example.om", "HOU": "care@housing.example.om"}


_SERVICES = ("ROADS", "LIGHT", "DRAIN", "CLEAN", "PEST", "PARKS")

# What stands above and beside the departments: a directorate over some of them, and a committee.
MANAGEMENT: dict[str, tuple[tuple[str, str, Localized, tuple[str, ...]], ...]] = {
    "MUN": (
        ("DG-SERVICES", "directorate", both("المديرية العامة للخدمات", "General directorate of services"), _SERVICES),
        ("C-ROADS", "committee", both("لجنة سلامة الطرق", "Committee for safe roads"), ()),
        ("C-CONDUCT", "committee", both("لجنة سلوك الموظفين", "Committee on staff conduct"), ()),
    ),
    "HOU": (("DG-HOU", "directorate", both("المديرية العامة للإسكان", "General directorate of housing"), ("LANDS",)),),
}

# What the demo agencies aim at, invented like everything here.
TARGETS = {"completion_rate": "95", "on_time_rate": "90", "cycle_time": "3", "referral_rate": "100", "csat": "4.5"}
# Five hours, as ministries commonly have them; each year's decision says it anew.
RAMADAN_WEEK = {weekday: [(time(9), time(14))] for weekday in (6, 0, 1, 2, 3)}


def load(*, at: datetime, cases: int | None = None, tell: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Load the whole demo, or no more than so many cases of its past; gives their number."""
    founded_at = at - FOUNDED_BEFORE
    # All or nothing: a start that was cut off leaves an empty house, which is filled at the next.
    with events.of_origin("import"), transaction.atomic():
        _set_up(founded_at)
        set_committee(at=founded_at)
        people = [_add_person(person, at=founded_at) for person in PEOPLE]
        made = make_history(at=at, most=cases, tell=tell)
        made += serve(make_generalist(founded_at=founded_at), at=at, most=cases)
        complain(at=at)
        review(at=at)
        put_on_hold(at=at)
        raise_some(at=at)
        climb(people, founded_at=founded_at, at=at)
        overtake(at=at)
        for agency in directory_queries.agencies():
            published.publish(agency, at=at)
        declare_one(at=at)
    return made


def _set_up(at: datetime) -> None:
    places.load_starting_places(at=at)
    agencies = {"MUN": _municipality(at), "HOU": _ministry(at)}
    for agency in agencies.values():
        calendars.load_starting_calendars(agency, at=at)
        _add_ramadan(agency, at=at)
    catalogue.load_catalogue(agencies, at=at)
    for agency in agencies.values():
        _add_management(agency, at=at)
    routing.load_rules(agencies, at=at)
    for code, agency in agencies.items():
        catalogue.load_forms(agency, at=at)
        sla.load_starting_policies(agency, at=at)
        ladders.load_starting_ladders(agency, at=at)
        for measure, value in TARGETS.items():
            analytics.set_target(agency, measure=measure, value=Decimal(value), at=at)
        messaging.save_account(
            agency=agency, code="care", name=str(agency.short_name["ar"]), address=MAIL_ADDRESSES[code], at=at
        )
        sender = AGENCY_SENDERS[code]
        messaging.save_account(
            agency=agency,
            channel="sms",
            code="sms",
            name=str(agency.short_name["ar"]),
            address=sender,
            settings={"gateway": "simulator"},
            hook_token=DEMO_SENDERS[sender],
            at=at,
        )


def _add_ramadan(agency: Agency, *, at: datetime) -> None:
    office = working_times.default_calendar(agency.pk)
    if office is not None:
        calendars.add_hijri_hours(
            office,
            code="ramadan",
            name=both("دوام رمضان", "Ramadan hours"),
            month=9,
            spans=RAMADAN_WEEK,
            at=at,
        )


def _municipality(at: datetime) -> Agency:
    return directory.create_agency(
        code="MUN",
        letters="MR",
        name=both("مركز التواصل البلدي", "Municipal Contact Centre"),
        short_name=both("مركز التواصل البلدي", "Municipal Contact Centre"),
        phone="1111",
        email=MAIL_ADDRESSES["MUN"],
        hosts=["127.0.0.1", "localhost"],
        governorates=["OM-MA"],
        centre_code="CC",
        centre_name=both("مركز الاتصالات", "Contact centre"),
        by=None,
        at=at,
    )


def _ministry(at: datetime) -> Agency:
    return directory.create_agency(
        code="HOU",
        letters="HS",
        name=both("خدمة المراجعين، الإسكان", "Housing Customer Service"),
        short_name=both("خدمة المراجعين، الإسكان", "Housing Customer Service"),
        phone="80000000",
        email=MAIL_ADDRESSES["HOU"],
        hosts=["housing.localhost"],
        centre_code="CS-HOU",
        centre_name=both("دائرة خدمة المراجعين", "Beneficiary service department"),
        by=None,
        at=at,
    )


def _add_management(agency: Agency, *, at: datetime) -> None:
    for code, kind, name, parts in MANAGEMENT[agency.code]:
        above = directory.create_unit(agency=agency, code=code, kind=kind, name=name, by=None, at=at)
        for part in parts:
            unit = directory_queries.unit_by_code(agency, part)
            directory.change_unit(unit, parent=above, by=None, at=at)


def _add_person(person: DemoPerson, *, at: datetime) -> User:
    user = accounts.invite_person(
        email=person.email,
        full_name=person.full_name,
        latin_name=person.latin_name,
        language=person.language,
        is_demo=True,
        by=None,
        at=at,
    )
    user = accounts.accept_invitation(user, password=DEMO_PASSWORD, full_name="", at=at)
    agency = directory_queries.agency_by_code(person.agency)
    unit = directory_queries.unit_by_code(agency, person.unit)
    directory.grant_role(user, role=person.role, unit=unit, by=None, at=at)
    user.refresh_from_db()
    if user.second_factor_needed:
        code = pyotp.TOTP(DEMO_TOTP_SECRET).at(at)
        accounts.confirm_totp(user, secret=DEMO_TOTP_SECRET, code=code, at=at)
    return user
