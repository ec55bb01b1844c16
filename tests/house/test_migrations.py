"""Migrations of the next landing may run while the house is open: the rules, and that each of them bites."""

from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now, Random

from wasl.config import migration_rules
from wasl.config.migration_rules import Landed, faults_of, tables_of

LANDED = Landed.read(migration_rules.landed_file())
CHAR = models.CharField(max_length=10, null=True)
INDEX = models.Index(fields=["state"], name="a_new_index")
CHECK = models.CheckConstraint(condition=models.Q(version__gte=0), name="a_new_check")


@pytest.fixture(scope="module")
def last() -> ProjectState:
    """The tables as of the last landing."""
    state: ProjectState = MigrationLoader(None).project_state(LANDED.last_of_each_room(), at_end=True)
    return state


def look(last: ProjectState, *operations: Any, name: str = "0099_planted", **attributes: Any) -> list[str]:
    made = type("Migration", (migrations.Migration,), {"operations": list(operations), **attributes})
    return faults_of(made(name, "cases"), last, old_tables=tables_of(last), landings=LANDED.landings)


def test_the_migrations_of_this_landing_keep_the_rules() -> None:
    assert migration_rules.all_faults(LANDED) == []


def service_key(**more: Any) -> Any:
    """The key of a case's service, which has no index of its own."""
    return models.ForeignKey("catalogue.Service", models.PROTECT, db_index=False, **more)


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (migrations.AddField("case", "extra", models.IntegerField(default=0)), "db_default"),
        (migrations.AddField("case", "extra", models.FloatField(db_default=Random())), "rewrites"),
        (migrations.AddField("case", "extra", models.CharField(max_length=9, null=True, unique=True)), "CONCURRENTLY"),
        (migrations.RemoveField("case", "title"), "still uses"),
        (migrations.RenameField("case", "title", "headline"), "still uses"),
        (migrations.DeleteModel("CaseFile"), "still uses"),
        (migrations.RenameModel("CaseFile", "CasePaper"), "still uses"),
        (migrations.AlterModelTable("CaseFile", "papers"), "still uses"),
        (migrations.AlterField("case", "title", models.IntegerField()), "rewrites"),
        (migrations.AlterField("case", "title", models.CharField(max_length=3)), "rewrites"),
        (migrations.AlterField("case", "service", service_key()), "NOT NULL"),
        (migrations.AlterField("case", "title", models.CharField(max_length=300, db_index=True)), "CONCURRENTLY"),
        (migrations.AddIndex("case", INDEX), "AddIndexConcurrently"),
        (migrations.AddConstraint("case", models.UniqueConstraint(fields=["title"], name="u")), "CONCURRENTLY"),
        (migrations.AddConstraint("case", CHECK), "AddConstraintNotValid"),
        (migrations.RunSQL("CREATE INDEX x ON cases_case (title)"), "CONCURRENTLY"),
        (migrations.RunSQL(["ALTER TABLE cases_case ALTER COLUMN title SET NOT NULL"]), "NOT NULL"),
        (migrations.RunSQL("ALTER TABLE cases_case ALTER title TYPE text"), "type"),
        (migrations.RunSQL("ALTER TABLE cases_case DROP COLUMN title"), "drops"),
    ],
    ids=lambda value: value.describe()[:40] if hasattr(value, "describe") else value,
)
def test_a_planted_bad_migration_is_told(last: ProjectState, operation: Any, said: str) -> None:
    faults = look(last, operation)

    assert len(faults) == 1, faults
    assert faults[0].startswith("cases.0099_planted: ")
    assert said in faults[0]


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("case", "extra", CHAR),
        migrations.AddField("case", "extra", models.IntegerField(db_default=0)),
        migrations.AddField("case", "extra", models.DateTimeField(db_default=Now())),
        migrations.AlterField("case", "service", service_key(null=True)),
        migrations.AddConstraint("casepresence", models.CheckConstraint(condition=models.Q(id__gte=0), name="c")),
        migrations.CreateModel("Fresh", [("id", models.BigAutoField(primary_key=True)), ("name", CHAR)]),
        AddConstraintNotValid("case", CHECK),
        migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop),
        migrations.RunSQL("UPDATE cases_case SET title = '' WHERE title IS NULL AND id < 100"),
    ],
    ids=lambda operation: operation.describe()[:40],
)
def test_what_stops_nobody_is_allowed(last: ProjectState, operation: Any) -> None:
    assert look(last, operation) == []


def test_a_table_of_this_landing_may_be_changed_at_will(last: ProjectState) -> None:
    made = migrations.CreateModel("Fresh", [("id", models.BigAutoField(primary_key=True)), ("name", CHAR)])

    assert look(last, made, migrations.AddField("fresh", "size", models.IntegerField(default=0))) == []


def test_steps_stand_in_files_of_their_own_and_names_say_something(last: ProjectState) -> None:
    add, fill = migrations.AddField("case", "extra", CHAR), migrations.RunPython(migrations.RunPython.noop)

    assert "several steps" in look(last, add, fill)[0]
    assert "its name" in look(last, add, name="0002_auto_20261122")[0]
    assert "atomic = False" in look(last, AddIndexConcurrently("case", INDEX))[0]
    assert look(last, AddIndexConcurrently("case", INDEX), atomic=False) == []


def test_what_no_landed_version_uses_any_more_may_go(last: ProjectState) -> None:
    gone = migrations.RemoveField("case", "title")

    assert look(last, gone, unused_since=LANDED.landings[-1]) == []
    assert look(last, gone, unused_since="a landing that never was") != []


def test_a_landed_migration_is_frozen() -> None:
    changed = Landed({**LANDED.hashes, "cases.0001_start": "0" * 64}, LANDED.landings)

    assert any("cases.0001_start: it has landed" in fault for fault in migration_rules.all_faults(changed))
