"""What the requests need to know: people who are signed in, keys of programs, cases, units and services of the demo."""

import time
from dataclasses import dataclass
from datetime import timedelta

from bench import people
from bench.figures import figure, tell
from bench.house import House
from bench.wire import Browser

AGENT, DIRECTOR = "salem@muscat.example.om", "hamad@muscat.example.om"
SERVICE = "RD-POTHOLE"
FASTEST = 60_000  # what a key may ask in a minute at the most
LONGEST_COUNT = 1800.0  # seconds
PAGES = 200  # so many different cases are opened in turn


@dataclass
class Scene:
    """The demo municipality, as far as the benchmarks ask about it."""

    clerk: Browser
    director: Browser
    citizen: Browser
    links: list[str]
    references: list[str]
    digits: list[str]
    case_ids: tuple[int, int]
    agency: int
    unit: int
    service: int
    open311_key: str
    api_key: str


def look(house: House) -> Scene:
    """Cases of the demo's own past, whole with their words and photos, for the pages; the greatest unit for lists."""
    house.use_django()
    from django.db import connections
    from django.db.models import Count

    from wasl.cases import operations
    from wasl.cases.models import Case
    from wasl.core import clock
    from wasl.directory import queries as directory
    from wasl.partners.models import Scope
    from wasl.partners.operations import issue_key

    agency, at = directory.default_agency(), clock.now()
    cases = Case.objects.filter(agency=agency, confidential=False)
    pages = list(cases.filter(service__open311=True, registered_at__gt=at - timedelta(days=80)).order_by("id")[:PAGES])
    by_unit = cases.filter(is_open=True, importance="P3").values_list("unit_id").annotate(n=Count("id")).order_by("-n")
    by_service = cases.filter(state="referred").values_list("service_id").annotate(n=Count("id")).order_by("-n")

    _let_texts_go(agency.pk)

    def key(name: str, *scopes: Scope) -> str:
        return issue_key(agency, name=name, scopes=[*scopes], by=None, at=at, per_minute=FASTEST).secret

    scene = Scene(
        clerk=people.staff(house, AGENT),
        director=people.staff(house, DIRECTOR),
        citizen=Browser(house.port, address="10.250.0.1"),
        links=[operations.access_code(case) for case in pages],
        references=[case.reference for case in pages],
        digits=[case.digits for case in pages],
        case_ids=(pages[0].pk, pages[-1].pk),
        agency=agency.pk,
        unit=by_unit[0][0],
        service=by_service[0][0],
        open311_key=key("bench, Open311", Scope.OPEN311_READ, Scope.OPEN311_WRITE),
        api_key=key("bench, API", Scope.CASES_READ, Scope.CATALOGUE_READ, Scope.PERSONAL_READ),
    )
    connections.close_all()
    return scene


def _let_texts_go(agency_id: int) -> None:
    """Let the provider of text messages take as many as there are: what waits for its pace would not be counted."""
    from wasl.messaging.models import ChannelAccount

    for account in ChannelAccount.objects.filter(agency_id=agency_id, channel="sms"):
        account.settings["per_minute"] = FASTEST
        account.save(update_fields=["settings"])


def keep_figures(house: House) -> None:
    """Have the figures of the dashboard counted for all that was filled in; the worker would take its time for it."""
    house.use_django()
    from django.db import connections

    from wasl.analytics import operations as analytics
    from wasl.core import clock

    began, done = time.monotonic(), 0
    while (number := analytics.keep_up(at=clock.now())) > 0 and time.monotonic() - began < LONGEST_COUNT:
        done += number
    seconds = time.monotonic() - began
    connections.close_all()
    figure("figures.counted_in", seconds, "s", cases=done, includes="working out every filled case for the dashboard")
    tell(f"figures: {done} cases counted in {seconds:.1f} s")
