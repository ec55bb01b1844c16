"""What processes keep of the configuration is right from the first question after a change, whoever changed it."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, models, transaction
from django.test.utils import CaptureQueriesContext

from wasl.calendars import queries as calendars
from wasl.cases.tests.makers import make_working_agency
from wasl.catalogue import queries as catalogue
from wasl.catalogue.tests.makers import make_service
from wasl.core import edition
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_agency, make_unit
from wasl.places import operations as places
from wasl.places import queries as place_queries
from wasl.routing import queries as routing
from wasl.sla import operations as sla_operations
from wasl.sla import queries as sla

WATCHED = edition.watched()
ACTS = {
    "insert": "INSERT INTO {0} SELECT * FROM {0} WHERE false",
    "update": "UPDATE {0} SET id = id WHERE false",
    "delete": "DELETE FROM {0} WHERE false",
    "truncate": "TRUNCATE {0} CASCADE",
}


def name_of(model: type[models.Model]) -> str:
    return model._meta.db_table


@pytest.mark.django_db
@pytest.mark.parametrize("model", WATCHED, ids=name_of)
@pytest.mark.parametrize("act", ACTS)
def test_every_statement_that_touches_a_watched_table_begins_a_new_edition(model: type[models.Model], act: str) -> None:
    before = edition.stamp()

    with connection.cursor() as cursor:
        cursor.execute(ACTS[act].format(model._meta.db_table))

    assert edition.stamp() != before


@pytest.mark.django_db
def test_nothing_is_kept_of_a_table_that_is_not_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    kept = edition.kept

    def listening(key: Any, read_it: Any) -> Any:
        with CaptureQueriesContext(connection) as captured:
            found = kept(key, read_it)
        read.update(*(re.findall(r'(?:FROM|JOIN) "(\w+)"', one["sql"]) for one in captured.captured_queries))
        return found

    places.load_starting_places(at=LONG_AGO)
    agency = make_working_agency("MUN")
    sla_operations.load_starting_policies(agency, at=LONG_AGO)
    service = make_service(agency=agency, unit=make_unit("ROADS", agency=agency))
    monkeypatch.setattr(edition, "kept", listening)

    directory.known_agency(agency.pk)
    place_queries.locate(23.6, 58.4, agency_id=agency.pk)
    routing.find_unit(agency, service=service, at=SUNDAY_9AM)
    routing.classify(agency, service, {}, SUNDAY_9AM)
    sla.promises(agency_id=agency.pk, service_id=service.pk, kind="report", importance="P2", at=SUNDAY_9AM)
    calendars.hijri_offsets(agency.pk)
    catalogue.questions(service.pk, SUNDAY_9AM)
    catalogue.find_services(agency, "حفرة", at=SUNDAY_9AM)

    assert len(read) > 12
    assert read <= {name_of(model) for model in WATCHED}


@pytest.mark.django_db
def test_while_nothing_changes_one_statement_is_enough_and_none_within_a_known_edition() -> None:
    agency = make_agency()
    directory.triage_unit(agency)

    with CaptureQueriesContext(connection) as asked:
        directory.triage_unit(agency)
    with edition.known(edition.stamp()), CaptureQueriesContext(connection) as known:
        directory.triage_unit(agency)

    assert (len(asked), len(known)) == (1, 0)


@pytest.mark.django_db
def test_a_change_that_is_rolled_back_leaves_nothing_behind() -> None:
    agency = make_agency()
    before = directory.triage_unit(agency).code

    with transaction.atomic():
        Unit.objects.filter(agency=agency, is_triage=True).update(code="GONE")
        assert directory.triage_unit(agency).code == "GONE"
        transaction.set_rollback(True)

    assert directory.triage_unit(agency).code == before
    Unit.objects.filter(agency=agency, is_triage=True).update(code="LATER")
    assert directory.triage_unit(agency).code == "LATER"


@pytest.mark.django_db(transaction=True)
def test_a_change_counts_for_others_from_its_commit_on_and_keeps_no_other_change_waiting() -> None:
    agency, other = make_agency("MUN"), make_agency("HOU")
    assert directory.known_agency(agency.pk).phone == ""

    with transaction.atomic():
        Agency.objects.filter(pk=agency.pk).update(phone="1111")
        assert directory.known_agency(agency.pk).phone == "1111"
        # Somebody else changes another agency, and commits, while this change is still open.
        told = elsewhere(lambda: (Agency.objects.filter(pk=other.pk).update(phone="80000000"), phones(agency, other)))
        assert told[1] == ("", "80000000")

    assert phones(agency, other) == ("1111", "80000000")
    assert elsewhere(lambda: phones(agency, other)) == ("1111", "80000000")


@pytest.mark.django_db
def test_nothing_is_kept_when_the_stamp_is_gone() -> None:
    agency = make_agency()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_edition")

    assert directory.triage_unit(agency).code == "CENTRE"
    Unit.objects.filter(agency=agency, is_triage=True).update(code="LATER")

    assert directory.triage_unit(agency).code == "LATER"


def phones(*agencies: Agency) -> tuple[str, ...]:
    return tuple(directory.known_agency(agency.pk).phone for agency in agencies)


def elsewhere(act: Any) -> Any:
    """What an act gives on a connection of its own."""

    def run() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(run).result(timeout=60)
