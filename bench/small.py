"""`search` and `clock`: two computations that stand behind every page, in microseconds."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bench.figures import Floor, figure, median, percentile
from bench.house import House
from bench.settings import Plan

# What people type: a name, dialect, another spelling, a slip of the finger, half a word, a whole sentence.
QUERIES = (
    "حفرة في الشارع",
    "اناره",
    "القمامه متراكمه",
    "زباله",
    "كلب ضال",
    "مجار",
    "حفره عميقه قدام بيتنا في الخوير من اسبوع والسيارات تتضرر",
    "pothole",
    "street lihgt",
    "سنك يفيض",
)
FROM = datetime(2026, 3, 15, 5, 0, tzinfo=UTC)


def search(house: House, plan: Plan) -> None:
    """Finding services by a citizen's words: the index alone, and with the statement that asks whether it is fresh."""
    house.use_django()
    from django.db import connection

    from wasl.catalogue import queries as catalogue
    from wasl.directory import queries as directory

    agency = directory.default_agency()
    catalogue.find_services(agency, QUERIES[0])
    index = catalogue._index(agency).index
    phrases = [stored.phrase.text for stored in index._phrases]
    number = plan.repeats
    bare = _timed(lambda n: [text for text in phrases if QUERIES[n % len(QUERIES)] in text], number)
    found = _timed(lambda n: index.find(QUERIES[n % len(QUERIES)], limit=8), number)
    said = {"services": len(catalogue.services(agency)), "phrases": len(phrases), "queries": len(QUERIES)}
    scan = Floor("a plain look for the letters in all phrases", median(bare), "µs")
    figure("search.index", median(found), "µs", floor=scan, p99=round(percentile(found, 0.99)), **said)

    def ask(_: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    asked = Floor("SELECT 1 over Django's connection", median(_timed(ask, number)), "µs")
    whole = _timed(lambda n: catalogue.find_services(agency, QUERIES[n % len(QUERIES)], limit=8), number)
    figure("search.services", median(whole), "µs", floor=asked, p99=round(percentile(whole, 0.99)), **said)
    connection.close()


def clock(house: House, plan: Plan) -> None:
    """When a promise is due: the arithmetic alone, and with the questions about terms and calendars."""
    house.use_django()
    from django.db import connection

    from wasl.catalogue import queries as catalogue
    from wasl.directory import queries as directory
    from wasl.sla import clocks, queries

    agency = directory.default_agency()
    service = catalogue.service_by_code(agency, "RD-POTHOLE")

    def promises(_: int) -> Sequence[clocks.Promise]:
        return queries.promises(
            agency_id=agency.pk, service_id=service.pk, kind="report", importance="P3", at=datetime.now(UTC)
        )

    number = plan.repeats
    least = Floor("datetime + timedelta", median(_timed(lambda n: FROM + timedelta(days=n), number)), "µs")
    hours = next(one.working_time for one in promises(0) if not one.always_open)
    days = clocks.Promise("resolve", hours, working_days=3)
    minutes = clocks.Promise("resolve", hours, amount_minutes=40 * 60)
    pauses = [(FROM + timedelta(days=d), FROM + timedelta(days=d, hours=30)) for d in (1, 4, 9)]
    _due("clock.due_days", lambda n: clocks.due_at(days, FROM + timedelta(hours=n)), number, least)
    _due("clock.due_minutes", lambda n: clocks.due_at(minutes, FROM + timedelta(hours=n)), number, least)
    _due("clock.due_with_pauses", lambda n: clocks.due_at(minutes, FROM, pauses), number, least)
    asked = _timed(promises, max(50, number // 10))
    figure("clock.promises", median(asked), "µs", p99=round(percentile(asked, 0.99)), includes="statements too")
    connection.close()


def _due(name: str, act: Callable[[int], object], number: int, least: Floor) -> None:
    took = _timed(act, number)
    figure(name, median(took), "µs", floor=least, p99=round(percentile(took, 0.99), 1))


def _timed(act: Callable[[int], object], number: int) -> list[float]:
    """Microseconds of each call."""
    took = []
    for n in range(number):
        began = time.perf_counter_ns()
        act(n)
        took.append((time.perf_counter_ns() - began) / 1000)
    return took
