"""From the last landing to this one, on a database with rows in every table: nothing is lost, and the code of the last
landing still reads and writes every table of its own afterwards, as it does while the processes are replaced.
"""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps as present
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

from wasl.config.floors import ROOMS
from wasl.config.migration_rules import Landed, landed_file
from wasl.config.quick_states import quick_states

ALIAS = "upgrade"
# Facts and their seals: nobody changes one, whichever version of the code it is.
ONLY_ADDED = {"core_eventrecord", "core_seal"}
_numbers = itertools.count(1)


class Upgrade:
    """A database of the last landing, filled, and then brought to this one."""

    def __init__(self) -> None:
        executor = MigrationExecutor(connections[ALIAS])
        others = [key for key in executor.loader.graph.leaf_nodes() if key[0] not in ROOMS]
        landed = Landed.read(landed_file()).last_of_each_room()
        with quick_states():
            executor.migrate([*landed, *others])
        self.old = {
            model._meta.db_table: model
            for model in MigrationExecutor(connections[ALIAS])
            .loader.project_state([*landed, *others])
            .apps.get_models()
            if model._meta.app_label in ROOMS
        }
        self.rows: dict[str, Any] = {}
        self.before = self.write_all()
        executor = MigrationExecutor(connections[ALIAS])
        with quick_states():
            executor.migrate(executor.loader.graph.leaf_nodes())

    def write_all(self) -> dict[str, int]:
        """A new row in every table, as the code of the last landing writes it; gives how many rows each has then."""
        with transaction.atomic(using=ALIAS):
            for model in self._in_order():
                self.rows[model._meta.db_table] = self._another(model)
        return {table: model.objects.using(ALIAS).count() for table, model in self.old.items()}

    def _in_order(self) -> list[Any]:
        waiting, ordered = dict(self.old), []
        while waiting:
            free = [name for name, model in waiting.items() if not self._needs(model) & (waiting.keys() - {name})]
            assert free, f"keys in a circle: {sorted(waiting)}"
            ordered += [waiting.pop(name) for name in free]
        return ordered

    @staticmethod
    def _needs(model: Any) -> set[str]:
        keys = [field for field in model._meta.concrete_fields if field.is_relation and not field.null]
        return {field.related_model._meta.db_table for field in keys}

    def _values(self, model: Any) -> dict[str, Any]:
        number, named, values = next(_numbers), set(), {}
        for field in model._meta.concrete_fields:
            if isinstance(field, models.AutoField):
                continue
            values[field.name] = self._value(field, number)
            if field.is_relation and not field.null and field.related_model in named:
                values[field.name] = self._another(field.related_model)
            named.add(field.related_model)
        return values

    def _another(self, model: Any) -> Any:
        """One row more: two keys of one row may have to name different things."""
        made = self._allowed(model, self._values(model))
        made.save(using=ALIAS, force_insert=True)
        return made

    def _allowed(self, model: Any, values: dict[str, Any]) -> Any:
        """The row with as few of its optional values turned from empty to full, or back, as the table's checks ask."""
        checks = [one for one in model._meta.constraints if isinstance(one, models.CheckConstraint)]
        turned = {field.name: self._turned(field, values[field.name]) for field in _optional(model)}
        for count in range(len(turned) + 1):
            for names in itertools.combinations(turned, count):
                made = model(**values | {name: turned[name] for name in names})
                if all(_keeps(check, model, made) for check in checks):
                    return made
        raise AssertionError(f"no row that the checks of {model._meta.db_table} allow")

    def _turned(self, field: Any, value: Any) -> Any:
        if value is not None:
            return None if field.null else ""
        if field.is_relation:
            return self.rows.get(field.related_model._meta.db_table)
        return self._full(field, next(_numbers))

    def _value(self, field: Any, number: int) -> Any:
        if field.null:
            return None
        return self.rows[field.related_model._meta.db_table] if field.is_relation else self._full(field, number)

    @staticmethod
    def _full(field: Any, number: int) -> Any:
        if field.choices:
            return field.choices[0][0]
        for kind, value in _kinds(field, number):
            if isinstance(field, kind):
                return value
        raise AssertionError(f"no value for {field}")


def _optional(model: Any) -> list[Any]:
    """Fields that may be empty: NULL where the column allows it, no text where the form does."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    return [field for field in fields if field.null or (field.blank and isinstance(field, models.CharField))]


def _keeps(check: models.CheckConstraint, model: Any, row: Any) -> bool:
    try:
        check.validate(model, row, using=ALIAS)
    except ValidationError:
        return False
    return True


def _kinds(field: Any, number: int) -> list[tuple[Any, Any]]:
    now = datetime.now(UTC)
    text = f"{number:x}"
    return [
        (models.DateTimeField, now),
        (models.DateField, now.date()),
        (models.TimeField, now.time()),
        (models.DurationField, now - now),
        (models.BooleanField, False),
        (models.JSONField, {}),
        (ArrayField, []),
        (models.BinaryField, b"x"),
        (models.FloatField | models.DecimalField, 1),
        (models.PositiveSmallIntegerField | models.SmallIntegerField, 1),
        (models.IntegerField, number),
        (models.CharField | models.TextField, text[-(field.max_length or 20) :]),
    ]


@pytest.fixture(scope="module")
def upgrade(django_db_setup: None, django_db_blocker: Any) -> Iterator[Upgrade]:
    default = connections["default"]
    name = f"{default.settings_dict['NAME']}_upgrade"
    with django_db_blocker.unblock():
        with default._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}"')
        connections.databases[ALIAS] = {**default.settings_dict, "NAME": name}
        try:
            yield Upgrade()
        finally:
            connections[ALIAS].close()
            del connections[ALIAS]
            del connections.databases[ALIAS]
            with default._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


@pytest.fixture(autouse=True)
def _may_ask(upgrade: Upgrade, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def test_every_row_of_before_is_there_and_the_new_code_reads_it(upgrade: Upgrade) -> None:
    assert len(upgrade.before) > 30
    for table, count in upgrade.before.items():
        assert upgrade.old[table].objects.using(ALIAS).count() >= count, table
    for model in present.get_models():
        if model._meta.db_table in upgrade.before:
            rows = list(model._default_manager.using(ALIAS).all())
            assert len(rows) >= upgrade.before[model._meta.db_table]


def test_the_code_of_before_still_writes_reads_and_changes_every_table(upgrade: Upgrade) -> None:
    after = upgrade.write_all()

    assert all(after[table] > count for table, count in upgrade.before.items())
    for table, model in upgrade.old.items():
        last = model.objects.using(ALIAS).order_by("-pk").values().first()
        assert last is not None, table
        if table not in ONLY_ADDED:
            assert model.objects.using(ALIAS).filter(pk=last[model._meta.pk.attname]).update(**_changed(model, last))


def _changed(model: Any, row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != model._meta.pk.attname}


def test_nothing_waits_after_it(upgrade: Upgrade) -> None:
    executor = MigrationExecutor(connections[ALIAS])

    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
