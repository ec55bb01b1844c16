"""Staged until kept, erased when let go, and nothing on the disk that nobody names."""

import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from wasl.core import clock, files
from wasl.core.files import jobs, operations
from wasl.core.models import StoredFile
from wasl.core.tests.makers import SUNDAY_9AM, make_file, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_a_fresh_house(home: Path) -> None:
    """Every test has a store of its own."""


def path_of(home: Path, file: StoredFile) -> Path:
    return home / "files" / file.sha256[:2] / file.sha256[2:4] / file.sha256


def grow_old(path: Path, age: timedelta = timedelta(hours=2)) -> None:
    moment = time.time() - age.total_seconds()
    os.utime(path, (moment, moment))


def waiting(name: str) -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [name])
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_keeping_is_for_good_and_queues_the_copies_of_pictures_once() -> None:
    photo, note = make_file(), make_file(b"words", name="n.txt")

    files.keep([photo, note])
    files.keep([photo])

    assert set(StoredFile.objects.values_list("state", flat=True)) == {"kept"}
    assert waiting("core.derive_copies") == [{"file_id": photo.pk}]


def test_a_file_that_is_gone_cannot_be_kept() -> None:
    photo, other = make_file(), make_file(b"words")
    files.forget([photo])

    with pytest.raises(files.FileGone):
        files.keep([photo, other])

    other.refresh_from_db()
    assert other.state == StoredFile.State.STAGED


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_keeps_nothing() -> None:
    photo = make_file()

    def act() -> None:
        with transaction.atomic():
            files.keep([photo])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()

    photo.refresh_from_db()
    assert photo.state == StoredFile.State.STAGED
    assert waiting("core.derive_copies") == []


def test_what_nobody_kept_within_a_day_goes_and_what_was_kept_stays() -> None:
    kept, fresh = make_file(), make_file(b"fresh", at=SUNDAY_9AM + timedelta(hours=1))
    old = make_file(b"old")
    files.keep([kept])

    gone = operations.sweep_staged(at=SUNDAY_9AM + timedelta(hours=24, minutes=1))

    assert gone == 1
    states = dict(StoredFile.objects.values_list("pk", "state"))
    assert states == {kept.pk: "kept", fresh.pk: "staged", old.pk: "gone"}
    assert waiting("core.remove_erased") == [{"hashes": [old.sha256]}]


def test_erasing_takes_name_copies_and_content(home: Path) -> None:
    photo = make_file(name="مريم.jpg")
    copy = files.derive_public(photo)
    paths = [path_of(home, photo), path_of(home, copy)]
    for path in paths:
        grow_old(path)

    files.forget([photo])
    jobs.remove_erased(**waiting("core.remove_erased")[0])

    photo.refresh_from_db()
    assert (photo.state, photo.name, photo.sha256, photo.width) == ("gone", "", "", None)
    assert StoredFile.objects.count() == 1
    assert not any(path.exists() for path in paths)
    with pytest.raises(files.FileGone):
        files.open_file(photo)


def test_a_content_that_two_rows_share_stays_with_the_other(home: Path) -> None:
    one, other = make_file(), make_file()
    grow_old(path_of(home, one))

    files.forget([one])
    jobs.remove_erased(**waiting("core.remove_erased")[0])

    with files.open_file(other) as content:
        assert content.read() == picture()


def test_a_content_handed_in_a_moment_ago_is_left_though_no_row_names_it_yet(home: Path) -> None:
    file = make_file()
    path = path_of(home, file)
    StoredFile.objects.all().delete()

    assert operations.sweep_contents(file.sha256[:2]) == 0
    grow_old(path)
    make_file()  # the same content comes again: its age begins anew
    StoredFile.objects.all().delete()
    assert operations.sweep_contents(file.sha256[:2]) == 0
    grow_old(path)
    assert operations.sweep_contents(file.sha256[:2]) == 1
    assert not path.exists()


def test_a_day_of_hourly_sweeps_sees_every_shard_and_spares_what_is_named(home: Path) -> None:
    named = [make_file(f"words {n}".encode()) for n in range(20)]
    unnamed = [path_of(home, make_file(f"other words {n}".encode())) for n in range(20)]
    StoredFile.objects.exclude(pk__in=[file.pk for file in named]).delete()
    abandoned = home / "files" / "incoming" / "tmpcrash"
    abandoned.write_bytes(b"half")
    for path in [*unnamed, *(path_of(home, file) for file in named)]:
        grow_old(path)
    grow_old(abandoned, timedelta(hours=30))

    with clock.frozen(SUNDAY_9AM):
        for hour in range(24):
            jobs.sweep_files(int(SUNDAY_9AM.timestamp()) + hour * 3600)

    assert not any(path.exists() for path in [*unnamed, abandoned])
    assert all(path_of(home, file).exists() for file in named)


def test_a_file_is_found_in_its_own_agency_only() -> None:
    file = make_file()

    assert files.file_by_public_id(file.public_id, agency_id=1) == file
    with pytest.raises(files.FileGone):
        files.file_by_public_id(file.public_id, agency_id=2)
