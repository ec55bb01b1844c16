"""The log under seal: what is settled is sealed once, in order, and the smallest later change is found and named."""

import hashlib
import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from wasl.core import events, seals
from wasl.core.bulk import Facts
from wasl.core.models import EventRecord, Seal, SealState
from wasl.core.postgres.roles import ONLY_ADDED
from wasl.core.probes import Level
from wasl.core.seals import checking, forms, jobs, making, vitals
from wasl.core.tests.test_events import DoorPainted

SUNDAY_9AM = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
COLOURS = ("أخضر", "green", 'a "word"\nand a line', "ملاحظة: ١٢٣")

pytestmark = pytest.mark.django_db


def write_facts(count: int, *, case_id: int | None = None) -> list[EventRecord]:
    """So many facts, with texts in both scripts, nulls and numbers."""
    facts = [DoorPainted(door_id=n, colour=COLOURS[n % len(COLOURS)]) for n in range(count)]
    return events.publish_many(facts, agency_id=1, at=SUNDAY_9AM + timedelta(microseconds=7), case_id=case_id)


def as_owner(statement: str, *values: Any) -> None:
    """What somebody with all rights over the database may do: the guards of the table are taken off for it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ONLY_ADDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        for table in ONLY_ADDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def as_the_application(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE app")
        cursor.execute(statement)


def broken() -> tuple[str, int | None] | None:
    found = seals.verify().broken
    return (found.what, found.event) if found else None


@contextmanager
def other_connection() -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        yield other


class TestSealing:
    def test_what_is_recorded_is_sealed_in_stretches_that_follow_each_other(self) -> None:
        records = write_facts(25, case_id=7)

        assert seals.seal_settled(at_once=10) == 25
        assert seals.seal_settled(at_once=10) == 0

        found = list(Seal.objects.order_by("number"))
        assert [seal.number for seal in found] == [1, 2, 3]
        assert [seal.count for seal in found] == [10, 10, 5]
        assert found[0].first_event == 1
        assert found[2].last_event == records[-1].pk
        assert [seal.first_event for seal in found[1:]] == [seal.last_event + 1 for seal in found[:-1]]
        assert [seal.previous for seal in found] == [forms.FIRST_PREVIOUS, found[0].digest, found[1].digest]
        assert seals.verify().is_sound

    def test_a_round_that_ends_early_is_gone_on_with(self) -> None:
        write_facts(30)

        assert seals.seal_settled(seconds=0, at_once=10) == 10
        assert seals.seal_settled(at_once=10) == 20
        assert Seal.objects.count() == 3

    def test_no_seal_is_made_of_nothing(self) -> None:
        write_facts(1)
        seals.seal_settled()
        seals.seal_settled()

        assert Seal.objects.count() == 1

    def test_the_form_is_what_its_description_says(self) -> None:
        """Worked out here from the rows alone, by the lines of `forms`."""
        write_facts(len(COLOURS), case_id=3)
        EventRecord.objects.create(
            kind="نوع", version=2, agency_id=4, at=SUNDAY_9AM, data={"bb": [1.50, None], "a": {"ج": "د"}}
        )
        seals.seal_settled()

        (seal,) = Seal.objects.all()
        leaves = b"".join(leaf_by_hand(record) for record in EventRecord.objects.order_by("pk"))
        head = f"wasl-seal 1\n1\n1\n{seal.last_event}\n{seal.count}\n{micros(seal.sealed_at)}\n{'0' * 64}\n"
        assert bytes(seal.leaves) == leaves
        assert seal.digest == hashlib.sha256(head.encode() + leaves).hexdigest()

    def test_every_column_of_the_log_is_hashed(self) -> None:
        assert {"id", *forms.COLUMNS} == {field.column for field in EventRecord._meta.concrete_fields}


def leaf_by_hand(record: EventRecord) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM core_eventrecord WHERE id = %s", [record.pk])
        (data,) = cursor.fetchone()
    assert json.loads(data) == record.data
    assert "\n" not in data
    lines = [
        record.kind,
        record.version,
        record.agency_id,
        record.case_id,
        record.actor_id,
        micros(record.at),
        micros(record.recorded_at),
        record.caused_by_id,
        record.origin,
        data,
    ]
    text = "\n".join("-" if line is None else str(line) for line in lines)
    return record.pk.to_bytes(8, "big") + hashlib.sha256(text.encode()).digest()


def micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.mark.django_db(transaction=True)
class TestWhoeverWritesLate:
    INSERT = """
        INSERT INTO core_eventrecord (kind, version, agency_id, at, recorded_at, origin, data)
        VALUES ('Late', 1, 1, now(), now(), 'live', '{}') RETURNING id
    """

    def test_a_slow_transaction_holds_the_seal_and_its_fact_is_sealed_in_its_place(self) -> None:
        with other_connection() as slow:
            (late,) = slow.execute(self.INSERT).fetchone()  # type: ignore[misc]
            (quick,) = write_facts(1)
            assert late < quick.pk

            assert seals.seal_settled() == 0  # the higher number is there, the lower one may still come
            slow.commit()
            assert seals.seal_settled() == 2

        assert seals.verify().is_sound
        assert Seal.objects.get().count == 2

    def test_a_fact_that_was_never_committed_leaves_a_sealed_gap(self) -> None:
        with other_connection() as slow:
            (lost,) = slow.execute(self.INSERT).fetchone()  # type: ignore[misc]
            write_facts(1)
            seals.seal_settled()
            slow.rollback()

        assert seals.seal_settled() == 1
        assert Seal.objects.get().first_event <= lost <= Seal.objects.get().last_event
        assert seals.verify().is_sound

    def test_writers_without_end_do_not_hold_what_was_written_before_them(self) -> None:
        """There is always somebody writing; what was settled at the last look is sealed all the same."""
        with other_connection() as first, other_connection() as second:
            first.execute(self.INSERT)
            write_facts(1)
            assert seals.seal_settled() == 0
            second.execute(self.INSERT)
            first.commit()

            assert seals.seal_settled() == 2

            (held,) = SealState.objects.get().waits_for
            assert held
            second.commit()
        assert seals.seal_settled() == 1
        assert seals.verify().is_sound

    def test_numbers_that_are_taken_for_a_copy_hold_the_seal_before_the_copy(self) -> None:
        """History by COPY takes its numbers in a statement of its own."""
        taken, go_on = threading.Event(), threading.Event()

        def bring_in() -> None:
            facts = Facts(agency_id=1, recorded_at=SUNDAY_9AM)
            facts.add(DoorPainted(1, "red"), at=SUNDAY_9AM, case_id=None)
            write = facts._sheet.write
            facts._sheet.write = lambda numbers: (taken.set(), go_on.wait(60), write(numbers))[2]  # type: ignore[func-returns-value,method-assign,misc]
            with transaction.atomic():
                facts.write()
            connection.close()

        thread = threading.Thread(target=bring_in)
        thread.start()
        assert taken.wait(60)
        write_facts(1)

        assert seals.seal_settled() == 0

        go_on.set()
        thread.join(60)
        assert seals.seal_settled() == 2
        assert seals.verify().is_sound

    def test_who_only_reads_or_writes_elsewhere_is_not_waited_for(self) -> None:
        with other_connection() as other:
            other.execute("SELECT count(*) FROM core_eventrecord")
            other.execute("INSERT INTO core_heartbeat (process, at, detail) VALUES ('seals', now(), '{}')")
            write_facts(2)

            assert seals.seal_settled() == 2
            other.rollback()

    def test_two_who_seal_at_once_make_one_chain(self) -> None:
        write_facts(200)
        ready = threading.Barrier(3)
        sealed: list[int] = []

        def run() -> None:
            ready.wait(60)
            for _ in range(5):
                sealed.append(seals.seal_settled(at_once=10))
            connection.close()

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        seals.seal_settled(at_once=10)
        assert sum(sealed) <= 200
        assert sum(Seal.objects.values_list("count", flat=True)) == 200
        assert seals.verify().is_sound


class TestTheRoleOfTheApplication:
    """With the rights that it has in a house: all on all tables, less what the migrations take from it."""

    @pytest.fixture(autouse=True)
    def _has_the_rights_of_a_house(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("GRANT USAGE ON SCHEMA public TO app")
            cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app")
            cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO app")
            for name in ("0003_append_only", "0006_seals_only_added"):
                taken = import_module(f"wasl.core.migrations.{name}").SQL
                cursor.execute(taken[taken.index("DO $$") :])

    def test_it_writes_facts_takes_numbers_for_a_copy_and_seals(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE app")
        facts = Facts(agency_id=1, recorded_at=SUNDAY_9AM)
        facts.add(DoorPainted(1, "red"), at=SUNDAY_9AM, case_id=None)
        facts.write()
        write_facts(2)

        assert seals.seal_settled() == 3
        assert seals.verify().is_sound

    @pytest.mark.parametrize("table", ["core_eventrecord", "core_seal"])
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE {} SET {} = {}",
            "DELETE FROM {}",
            "TRUNCATE {} CASCADE",
            "ALTER TABLE {} DISABLE TRIGGER ALL",
            "DROP TABLE {} CASCADE",
        ],
    )
    def test_it_cannot_take_back_what_was_recorded(self, table: str, statement: str) -> None:
        column = {"core_eventrecord": "kind", "core_seal": "digest"}[table]
        write_facts(2)
        seals.seal_settled()

        with pytest.raises(DatabaseError, match=r"permission denied for table|must be owner"), transaction.atomic():
            as_the_application(statement.format(table, column, column))
        assert seals.verify().is_sound

    def test_nor_does_it_become_somebody_who_could(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolcreaterole OR rolbypassrls, "
                "(SELECT count(*) FROM pg_auth_members WHERE member = r.oid) FROM pg_roles r WHERE rolname = 'app'"
            )
            assert cursor.fetchone() == (False, 0)

    @pytest.mark.parametrize("statement", ["UPDATE core_seal SET digest = digest", "DELETE FROM core_seal"])
    def test_even_the_owner_is_stopped_by_the_table_itself(self, statement: str) -> None:
        write_facts(2)
        seals.seal_settled()

        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def _edit(rng: random.Random, numbers: list[int]) -> tuple[str, int]:
    """One column of one record becomes another."""
    number = rng.choice(numbers)
    change = rng.choice(
        [
            "kind = kind || 'x'",
            "version = version + 1",
            "agency_id = agency_id + 1",
            "case_id = coalesce(case_id, 0) + 1",
            "case_id = NULL",
            "actor_id = coalesce(actor_id, 0) + 1",
            "at = at + interval '1 microsecond'",
            "recorded_at = recorded_at - interval '1 microsecond'",
            "caused_by_id = 1",
            "origin = 'import'",
            'data = data || \'{"colour": "أسود"}\'',
            "data = data - 'door_id'",
        ]
    )
    as_owner(f"UPDATE core_eventrecord SET {change} WHERE id = %s", number)  # noqa: S608 (from the list above)
    return "changed", number


def _delete(rng: random.Random, numbers: list[int]) -> tuple[str, int]:
    number = rng.choice(numbers)
    as_owner("DELETE FROM core_eventrecord WHERE id = %s", number)
    return "missing", number


def _swap(rng: random.Random, numbers: list[int]) -> tuple[str, int]:
    one, other = sorted(rng.sample(numbers, 2))
    for before, after in ((one, -one), (other, one), (-one, other)):
        as_owner("UPDATE core_eventrecord SET id = %s WHERE id = %s", after, before)
    return "swapped", one


def _add(rng: random.Random, numbers: list[int]) -> tuple[str, int]:
    """A number that was lost on the way is taken for a fact that never was."""
    as_owner(
        "INSERT INTO core_eventrecord (id, kind, version, agency_id, at, recorded_at, origin, data) "
        "VALUES (%s, 'Forged', 1, 1, now(), now(), 'live', '{}')",
        gap := min(numbers) + 5,
    )
    return "added", gap


def _mutations(count: int) -> None:
    rng = random.Random(1125)
    numbers = [record.pk for record in write_facts(60, case_id=1)]
    gap = numbers.pop(5)
    as_owner("DELETE FROM core_eventrecord WHERE id = %s", gap)
    seals.seal_settled(at_once=13)
    acts: list[Callable[[random.Random, list[int]], tuple[str, int]]] = [_edit, _delete, _swap, _add]
    missed = []
    for turn in range(count):
        with transaction.atomic():
            expected = acts[turn % len(acts)](rng, numbers)
            if broken() != expected:
                missed.append((turn, expected, broken()))
            transaction.set_rollback(True)
    assert missed == []
    assert seals.verify().is_sound


class TestFinding:
    def test_a_thousand_edits_deletions_swaps_and_forgeries_are_found_and_named(self) -> None:
        _mutations(1000)

    @pytest.mark.parametrize(
        ("statement", "expected"),
        [
            ("UPDATE core_seal SET count = count + 1 WHERE number = 2", ("seal", 11)),
            ("UPDATE core_seal SET sealed_at = sealed_at + interval '1 s' WHERE number = 2", ("seal", 11)),
            ("UPDATE core_seal SET digest = repeat('a', 64) WHERE number = 2", ("seal", 11)),
            ("UPDATE core_seal SET leaves = overlay(leaves placing 'x'::bytea from 9) WHERE number = 2", ("seal", 11)),
            ("UPDATE core_seal SET previous = repeat('b', 64) WHERE number = 2", ("seal", 11)),
            ("UPDATE core_seal SET last_event = last_event + 1 WHERE number = 2", ("seal", 11)),
            ("DELETE FROM core_seal WHERE number = 2", ("seal-missing", 10)),
            ("DELETE FROM core_seal WHERE number = 1", ("seal-missing", 0)),
        ],
    )
    def test_a_seal_that_was_touched_is_found(self, statement: str, expected: tuple[str, int]) -> None:
        first = write_facts(30)[0].pk
        seals.seal_settled(at_once=10)

        as_owner(statement)

        what, offset = expected
        found = broken()
        assert found is not None
        assert found[0] == what
        assert found[1] == (first + offset - 1 if offset else 0)

    def test_a_fact_before_the_first_is_found(self) -> None:
        write_facts(3)
        seals.seal_settled()
        as_owner(
            "INSERT INTO core_eventrecord (id, kind, version, agency_id, at, recorded_at, origin, data) "
            "VALUES (-7, 'Forged', 1, 1, now(), now(), 'live', '{}')"
        )

        assert broken() == ("added", -7)

    def test_a_look_from_a_seal_on_trusts_what_came_before(self) -> None:
        records = write_facts(30)
        seals.seal_settled(at_once=10)
        as_owner("DELETE FROM core_eventrecord WHERE id = %s", records[0].pk)

        assert not seals.verify().is_sound
        assert seals.verify(after=1).is_sound


class TestOutside:
    def test_the_newest_seal_is_added_to_a_file_that_is_ours_alone(self, home: Path) -> None:
        for _ in range(2):
            write_facts(3)
            jobs.seal(0)
            jobs.seal(0)

        (path,) = (home / seals.FOLDER).glob("*.txt")
        assert path.stat().st_mode & 0o777 == 0o600
        assert [line.number for line in seals.lines_in(home / seals.FOLDER)] == [1, 2]
        assert seals.verify(published=seals.lines_in(home / seals.FOLDER)).published == 2

    def test_whoever_rewrites_the_whole_chain_is_found_out_by_the_file(self, home: Path) -> None:
        records = write_facts(3)
        jobs.seal(0)
        known = list(seals.lines_in(home / seals.FOLDER))
        as_owner("UPDATE core_eventrecord SET actor_id = 99 WHERE id = %s", records[1].pk)
        as_owner("DELETE FROM core_seal")
        assert seals.seal_settled() == 3
        assert seals.verify().is_sound  # the chain alone cannot tell

        found = seals.verify(published=known).broken

        assert found is not None
        assert (found.what, found.seal, found.first) == ("rewritten", 1, 1)

    def test_an_end_that_was_cut_off_is_found_out_by_the_file(self, home: Path) -> None:
        write_facts(3)
        jobs.seal(0)
        records = write_facts(3)
        jobs.seal(0)
        as_owner("DELETE FROM core_seal WHERE number = 2")
        as_owner("DELETE FROM core_eventrecord WHERE id >= %s", records[0].pk)

        found = seals.verify(published=seals.lines_in(home / seals.FOLDER)).broken

        assert found is not None
        assert (found.what, found.seal) == ("cut", 2)

    def test_a_line_cut_short_by_a_fall_is_written_again(self, home: Path) -> None:
        write_facts(3)
        jobs.seal(0)
        (path,) = (home / seals.FOLDER).glob("*.txt")
        whole = path.read_bytes()
        path.write_bytes(whole + whole[:40])
        write_facts(1)
        jobs.seal(0)

        assert [line.number for line in seals.lines_in(home / seals.FOLDER)] == [1, 2]

    def test_a_line_that_was_tampered_with_is_told(self, home: Path) -> None:
        write_facts(3)
        jobs.seal(0)
        (path,) = (home / seals.FOLDER).glob("*.txt")
        path.write_text("nonsense\n")

        found = seals.verify(published=seals.lines_in(home / seals.FOLDER)).broken

        assert found is not None
        assert found.what == "unreadable"


class TestTelling:
    def test_the_command_says_so_and_ends_with_a_code(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        records = write_facts(5)
        jobs.seal(0)
        call_command("audit", "verify", "--json")
        assert json.loads(capsys.readouterr().out)["sound"] is True
        assert SealState.objects.get().whole_at is not None

        as_owner("UPDATE core_eventrecord SET kind = 'x' WHERE id = %s", records[2].pk)
        with pytest.raises(SystemExit) as ended:
            call_command("audit", "verify", "--language", "en")

        assert ended.value.code == 3
        assert f"Record {records[2].pk} was changed." in capsys.readouterr().out

    def test_the_head_is_one_line_to_write_down(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write_facts(5)
        jobs.seal(0)
        call_command("audit", "head")

        seal = Seal.objects.get()
        assert capsys.readouterr().out.split()[1:] == ["1", str(seal.last_event), seal.digest]

    def test_the_nightly_look_goes_on_where_it_stopped_and_begins_again(self, home: Path) -> None:
        write_facts(60)
        seals.seal_settled(at_once=20)

        assert not checking.check_on(home, seconds=0).is_whole
        assert SealState.objects.get().checked == 1
        assert checking.check_on(home).is_whole
        assert SealState.objects.get().checked == 0

    def test_the_health_page_tells_of_a_break_and_of_what_waits(self, home: Path) -> None:
        def levels() -> dict[str, Level]:
            return {finding.key: finding.level for finding in vitals.seals(datetime.now(UTC))}

        record = write_facts(5)[0]
        jobs.seal(0)
        assert levels() == {"": Level.OK}

        as_owner("UPDATE core_eventrecord SET kind = 'x' WHERE id = %s", record.pk)
        checking.check_on(home)
        assert levels()["broken"] is Level.BAD

        EventRecord.objects.bulk_create(
            [EventRecord(kind="Old", version=1, agency_id=1, at=SUNDAY_9AM, recorded_at=datetime.now(UTC))]
        )
        as_owner("UPDATE core_eventrecord SET recorded_at = now() - interval '3 minutes' WHERE kind = 'Old'")
        assert levels()[""] is Level.WARN

        as_owner("UPDATE core_eventrecord SET recorded_at = now() - interval '3 hours' WHERE kind = 'Old'")
        assert levels()[""] is Level.WARN  # seals are made: it catches up
        as_owner("UPDATE core_seal SET sealed_at = now() - interval '3 hours'")
        assert levels()[""] is Level.BAD

    def test_a_new_house_is_well(self, home: Path) -> None:
        jobs.seal(0)

        assert making.head() is None
        assert [finding.level for finding in vitals.seals(datetime.now(UTC))] == [Level.OK]
        assert seals.verify().is_sound
