"""A published fact is one row, reaches each subscriber once, and nobody can change it afterwards."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from wasl.core import clock, events, heartbeat, jobs
from wasl.core.dispatch import MOST_AT_ONCE, deliver_event, dispatch_event
from wasl.core.models import EventDelivery, EventRecord, Heartbeat

SUNDAY_9AM = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
heard: list[int] = []
NAME = f"{__name__}.remember"


@events.event(version=1)
@dataclass(frozen=True)
class DoorPainted(events.Event):
    door_id: int
    colour: str


@events.subscriber(DoorPainted)
def remember(fact: DoorPainted, record: EventRecord) -> None:
    heard.append(fact.door_id)


@events.event(version=1)
@dataclass(frozen=True)
class DoorOpened(events.Event):
    door_id: int


@events.subscriber(DoorOpened)
def look_out(fact: DoorOpened, record: EventRecord) -> None:
    heartbeat.beat("door")
    if fact.door_id < 0:
        raise ZeroDivisionError


@events.subscriber(DoorOpened, only=lambda fact: fact.door_id != 0)
def note(fact: DoorOpened, record: EventRecord) -> None:
    heard.append(-fact.door_id)


@pytest.fixture(autouse=True)
def _fresh_ears() -> None:
    heard.clear()


def waiting_jobs(name: str) -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [name])
        return [row[0] if isinstance(row[0], dict) else __import__("json").loads(row[0]) for row in cursor.fetchall()]


@pytest.mark.django_db
def test_a_published_fact_is_one_row_with_its_dispatch_job() -> None:
    record = events.publish(DoorPainted(door_id=7, colour="green"), agency_id=1, at=SUNDAY_9AM, case_id=3)

    assert EventRecord.objects.get().data == {"door_id": 7, "colour": "green"}
    assert waiting_jobs("core.dispatch_event") == [{"event_id": record.pk}]
    assert events.load(record) == DoorPainted(door_id=7, colour="green")


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_leaves_neither_fact_nor_job() -> None:
    def paint_and_fail() -> None:
        with transaction.atomic():
            events.publish(DoorPainted(door_id=7, colour="green"), agency_id=1, at=SUNDAY_9AM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        paint_and_fail()

    assert not EventRecord.objects.exists()
    assert waiting_jobs("core.dispatch_event") == []


@pytest.mark.django_db
def test_each_subscriber_hears_once_however_often_a_dispatch_runs() -> None:
    record = events.publish(DoorPainted(door_id=9, colour="blue"), agency_id=1, at=SUNDAY_9AM)

    for _ in range(3):
        dispatch_event(record.pk)
    deliver_event(record.pk, NAME)

    assert heard == [9]
    assert EventDelivery.objects.get().subscriber == NAME
    assert waiting_jobs("core.deliver_event") == []


@pytest.mark.django_db
def test_a_delivery_that_fails_is_tried_again_by_itself_and_holds_up_no_other() -> None:
    record = events.publish(DoorOpened(door_id=-1), agency_id=1, at=SUNDAY_9AM)

    with clock.frozen(SUNDAY_9AM):
        dispatch_event(record.pk)

    assert heard == [1]
    assert waiting_jobs("core.deliver_event") == [{"event_id": record.pk, "subscriber": f"{__name__}.look_out"}]
    assert not EventDelivery.objects.filter(subscriber=f"{__name__}.look_out").exists()
    assert not Heartbeat.objects.exists()  # what it had written before it failed
    with pytest.raises(ZeroDivisionError):
        deliver_event(record.pk, f"{__name__}.look_out")


@pytest.mark.django_db
def test_a_dispatch_whose_worker_died_makes_a_job_of_each_delivery() -> None:
    record = events.publish(DoorPainted(door_id=3, colour="red"), agency_id=1, at=SUNDAY_9AM)

    with jobs.tried(1):
        dispatch_event(record.pk)

    assert heard == []
    assert waiting_jobs("core.deliver_event") == [{"event_id": record.pk, "subscriber": NAME}]


@pytest.mark.django_db
def test_very_many_deliveries_are_shared_out() -> None:
    facts = [DoorPainted(door_id=number, colour="red") for number in range(MOST_AT_ONCE + 1)]
    records = events.publish_many(facts, agency_id=1, at=SUNDAY_9AM)

    dispatch_event(records[0].pk, also=[record.pk for record in records[1:]])

    assert heard == []
    assert len(waiting_jobs("core.deliver_event")) == MOST_AT_ONCE + 1


@pytest.mark.django_db
def test_a_subscriber_hears_only_of_the_facts_it_chose() -> None:
    quiet = events.publish(DoorOpened(door_id=0), agency_id=1, at=SUNDAY_9AM)

    dispatch_event(quiet.pk)
    deliver_event(quiet.pk, f"{__name__}.note")

    assert heard == []
    assert not EventDelivery.objects.filter(subscriber=f"{__name__}.note").exists()


@pytest.mark.django_db
def test_imported_facts_fire_nobody() -> None:
    events.publish(DoorPainted(door_id=1, colour="red"), agency_id=1, at=SUNDAY_9AM, origin="import")

    assert waiting_jobs("core.dispatch_event") == []


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE core_eventrecord SET kind = 'x'", "DELETE FROM core_eventrecord"])
def test_the_database_refuses_to_change_a_fact(change: str) -> None:
    events.publish(DoorPainted(door_id=1, colour="red"), agency_id=1, at=SUNDAY_9AM)

    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_working_role_may_add_facts_and_not_change_them(act: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('app', 'core_eventrecord', %s), has_table_privilege('app', "
            "'core_eventrecord', 'INSERT') = has_table_privilege('app', 'core_heartbeat', 'INSERT')",
            [act],
        )
        may_change, may_add_as_elsewhere = cursor.fetchone()

    assert not may_change
    assert may_add_as_elsewhere
