"""What a report over Open311 asks of the database, counted where psycopg speaks with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from psycopg import _cursor_base, generators

from wasl.api.open311.tests.makers import make_city, sent
from wasl.cases.models import Case, Clock, Referral
from wasl.core import prepared
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import LONG_AGO
from wasl.intake.models import Submission
from wasl.partners.models import BroughtCase
from wasl.places import operations as places
from wasl.sla import operations as sla

MOST_TRIPS = 15


@dataclass
class Trips:
    """Every time something was sent to PostgreSQL and its answer waited for, on any connection of this process."""

    statements: int = 0
    control: int = 0  # BEGIN, COMMIT, SAVEPOINT and their like
    told: list[str] = field(default_factory=list)

    @property
    def all(self) -> int:
        return self.statements + self.control


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trips]:
    """Count what goes over the wire, below Django and below the pool of the limits."""
    trips = Trips()

    def counting(sending: Callable[..., Any], *, control: bool) -> Callable[..., Any]:
        def send(pgconn: Any, *more: Any) -> Any:
            trips.control += control
            trips.statements += not control
            return (yield from sending(pgconn, *more))

        return send

    started = psycopg.Cursor._start_query

    def noting(self: Any, query: Any = None) -> Any:
        trips.told.append(" ".join(str(query).split())[:90])
        return (yield from started(self, query))

    asked, began = prepared.rows, prepared._begin

    def prepared_counted(connection: Any, statement: str, *values: Any) -> Any:
        trips.statements += 1
        trips.told.append(" ".join(statement.split())[:90])
        return asked(connection, statement, *values)

    def begin_counted(pgconn: Any) -> None:
        trips.control += 1
        began(pgconn)

    with monkeypatch.context() as patch:
        patch.setattr(_cursor_base, "execute", counting(_cursor_base.execute, control=False))
        patch.setattr(generators, "execute", counting(generators.execute, control=True))
        patch.setattr(_cursor_base.BaseCursor, "_start_query", noting)
        patch.setattr(prepared, "rows", prepared_counted)
        patch.setattr(prepared, "_begin", begin_counted)
        yield trips
    # Savepoints are statements to psycopg.
    savepoints = sum(one.startswith(("SAVEPOINT", "RELEASE")) for one in trips.told)
    trips.statements, trips.control = trips.statements - savepoints, trips.control + savepoints


@pytest.mark.django_db(transaction=True)
def test_a_report_costs_no_more_than_fifteen_round_trips(monkeypatch: pytest.MonkeyPatch) -> None:
    places.load_starting_places(at=LONG_AGO)
    city = make_city(questions=True)
    sla.load_starting_policies(city.agency, at=LONG_AGO)
    person = {"first_name": "مريم", "last_name": "الحارثية", "phone": "92147705", "attribute[depth]": "knee"}
    for _ in range(3):  # this process has read the configuration, this connection knows its statements
        sent(city, **person)

    with counted(monkeypatch) as again:
        sent(city, **person)
    with counted(monkeypatch) as anew:
        sent(city, **person | {"phone": "92147706"})

    for trips in (again, anew):
        assert trips.all <= MOST_TRIPS, "\n".join(trips.told)
        assert 8 <= trips.statements <= 13, "\n".join(trips.told)  # everything was done, nothing was missed in counting
        assert trips.control == 2, "\n".join(trips.told)  # BEGIN and COMMIT
    cases = Case.objects.count()
    assert cases == 5
    assert Submission.objects.filter(case__isnull=False).count() == BroughtCase.objects.count() == cases
    assert Referral.objects.count() == cases
    assert Clock.objects.filter(stopped_at__isnull=True).count() >= cases
    assert EventRecord.objects.filter(kind__in=("CaseRegistered", "CaseReferred")).count() == 2 * cases
