"""Backups in small: what is copied once, what damage is noticed, how keys are kept, what a restore refuses."""

import gzip
import json
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from wasl.config import environment, guard
from wasl.config.backup import contents as store
from wasl.config.backup import manifest, restore, sealing, tables
from wasl.config.backup import seals as kept_seals
from wasl.config.backup.make import backups_in, make
from wasl.config.backup.manifest import Content, Damaged, Manifest
from wasl.config.backup.restore import _Ring
from wasl.config.backup.unfinished import refuse_unfinished
from wasl.config.environment import Environment
from wasl.config.runner.progress import Progress
from wasl.core import files, keys, seals
from wasl.core.models import EventRecord, StoredFile
from wasl.core.refusal import Refusal
from wasl.core.tests.makers import SUNDAY_9AM, picture

pytestmark = pytest.mark.django_db(transaction=True)
PHRASE = "عبارة طويلة بما يكفي"


@pytest.fixture
def chosen(home: Path) -> Environment:
    """A home with two files, on the database of the tests."""
    known = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    url = make_conninfo(**{name: known[key] or None for name, key in names.items()})
    keys.ring(home)
    for colour in ("teal", "orange"):
        files.store(picture(colour=colour), agency_id=1, name="a.jpg", at=SUNDAY_9AM)
    return replace(environment.read(), home=home, database_url=url, owner_database_url=url)


@pytest.fixture
def progress() -> Progress:
    return Progress(StringIO())


def backup(chosen: Environment, place: Path, progress: Progress, **more: Any) -> Any:
    return make(chosen, place, progress=progress, **more)


def check_all(folder: Path, progress: Progress) -> None:
    """Everything that a restore looks at."""
    restore._check(folder, folder.parent / "contents", Manifest.read(folder), progress)
    store.check(manifest.read_contents(folder), folder.parent / "contents")


def test_a_backup_holds_every_row_and_every_content(chosen: Environment, tmp_path: Path, progress: Progress) -> None:
    made = backup(chosen, tmp_path / "b", progress)

    found = Manifest.read(made.path)
    rows = {table.name: table.rows for table in found.tables}
    assert rows["core_storedfile"] == 2
    assert "core_heartbeat" not in rows
    assert "core_limit" not in rows  # unlogged: worth nothing after a crash either
    assert (found.contents, made.copied) == (2, 2)
    assert {name.name for name in (tmp_path / "b").glob("contents/??/??/*")} == set(
        StoredFile.objects.values_list("sha256", flat=True)
    )
    with gzip.open(tables.file_of(made.path, "core_storedfile"), "rt") as lines:
        assert sum(1 for _ in lines) == 2


def test_a_backup_holds_the_published_seals_of_its_moment(
    chosen: Environment, tmp_path: Path, progress: Progress
) -> None:
    kept = seals.keep_newest(chosen.home) if _sealed_fact() else None
    with (chosen.home / seals.FOLDER / "later.txt").open("w") as file:  # sealed while the backup was written
        file.write(f"2026-11-22T05:00:00+00:00 2 9 {'a' * 64}\n")
    made = backup(chosen, tmp_path / "b", progress)

    kept_seals.put_back(made.path, new := tmp_path / "new")

    assert kept is not None
    assert [line.digest for line in seals.lines_in(new / seals.FOLDER)] == [kept.digest]
    assert seals.verify(published=seals.lines_in(new / seals.FOLDER)).published == 1


def test_a_published_file_that_somebody_wrote_into_stops_no_backup_and_is_still_told(
    chosen: Environment, tmp_path: Path, progress: Progress
) -> None:
    (chosen.home / seals.FOLDER).mkdir()
    (chosen.home / seals.FOLDER / "seals-2026-11.txt").write_text("nonsense\n")
    made = backup(chosen, tmp_path / "b", progress)

    kept_seals.put_back(made.path, new := tmp_path / "new")

    found = seals.verify(published=seals.lines_in(new / seals.FOLDER)).broken
    assert found is not None
    assert found.what == "unreadable"


def _sealed_fact() -> int:
    EventRecord.objects.create(kind="Fact", version=1, agency_id=1, at=SUNDAY_9AM)
    return seals.seal_settled()


def test_what_lies_there_is_not_copied_again_and_what_nobody_names_goes(
    chosen: Environment, tmp_path: Path, progress: Progress
) -> None:
    backup(chosen, tmp_path / "b", progress)
    gone = StoredFile.objects.first()
    assert gone is not None
    files.forget([gone])

    second = backup(chosen, tmp_path / "b", progress, keep=1)

    assert (second.copied, second.manifest.contents, len(second.removed)) == (0, 1, 1)
    assert backups_in(tmp_path / "b") == [second.path]
    assert len(list((tmp_path / "b").glob("contents/??/??/*"))) == 1


def test_a_backup_cut_short_leaves_no_half_backup_and_keeps_its_contents(
    chosen: Environment, tmp_path: Path, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Manifest, "write", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            backup(chosen, tmp_path / "b", progress)
    assert backups_in(tmp_path / "b") == []

    again = backup(chosen, tmp_path / "b", progress)

    assert again.copied == 0
    assert backups_in(tmp_path / "b") == [again.path]


def test_a_content_that_is_gone_or_rotten_at_the_source_is_told(
    chosen: Environment, tmp_path: Path, progress: Progress
) -> None:
    first, second = sorted(StoredFile.objects.values_list("sha256", flat=True))
    store.place_of(chosen.home / "files", first).unlink()

    made = backup(chosen, tmp_path / "b", progress)
    assert made.manifest.missing == [first]

    store.place_of(chosen.home / "files", second).write_bytes(b"rotten")
    with pytest.raises(Damaged):
        backup(chosen, tmp_path / "c", progress)


@pytest.mark.parametrize("part", ["table", "content", "manifest", "list"])
def test_every_kind_of_damage_is_noticed(chosen: Environment, tmp_path: Path, progress: Progress, part: str) -> None:
    made = backup(chosen, tmp_path / "b", progress)
    path = {
        "table": tables.file_of(made.path, "core_storedfile"),
        "content": next((tmp_path / "b").glob("contents/??/??/*")),
        "manifest": made.path / manifest.NAME,
        "list": made.path / manifest.CONTENTS,
    }[part]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    with pytest.raises(Damaged):
        check_all(made.path, progress)
    if part == "content":
        with pytest.raises(Damaged):
            backup(chosen, tmp_path / "b", progress, check_all=True)


def test_keys_are_never_open_in_a_backup(chosen: Environment, tmp_path: Path, progress: Progress) -> None:
    ring = (chosen.home / "keys" / "ring.json").read_bytes()
    secret = json.loads(ring)[0]["secret"]

    apart = backup(chosen, tmp_path / "b", progress)
    sealed = backup(chosen, tmp_path / "b", progress, passphrase=PHRASE)

    whole = b"".join(path.read_bytes() for path in (tmp_path / "b").rglob("*") if path.is_file())
    assert secret.encode() not in whole
    assert (apart.manifest.keys, sealed.manifest.keys) == ("apart", "sealed")
    assert sealing.unseal(sealed.path, PHRASE) == ring
    with pytest.raises(Refusal, match="not the passphrase"):
        sealing.unseal(sealed.path, PHRASE + "x")


def test_a_restore_wants_the_keys_of_that_time(chosen: Environment, tmp_path: Path, progress: Progress) -> None:
    made = backup(chosen, tmp_path / "b", progress)
    found, other = made.manifest, tmp_path / "other"
    keys.ring(other)
    phrase = tmp_path / "phrase"
    phrase.write_text("short")

    with pytest.raises(Refusal, match="--keys"):
        restore._keys_of(made.path, found, _Ring(None, None, False))
    with pytest.raises(Refusal, match="does not open"):
        restore._keys_of(made.path, found, _Ring(None, str(other / "keys" / "ring.json"), False))
    with pytest.raises(Refusal, match="shorter than"):
        sealing.passphrase_in(phrase)
    keys.rotate(chosen.home)  # a later ring holds the earlier keys
    ring = restore._keys_of(made.path, found, _Ring(None, str(chosen.home / "keys" / "ring.json"), False))
    assert ring is not None
    assert restore._keys_of(made.path, found, _Ring(None, None, True)) is None


def test_a_later_form_is_refused_with_a_way_out(chosen: Environment, tmp_path: Path, progress: Progress) -> None:
    made = backup(chosen, tmp_path / "b", progress)
    replace(made.manifest, format=99).write(made.path)

    with pytest.raises(Refusal, match="later release"):
        Manifest.read(made.path)


def test_a_home_with_a_restore_begun_does_not_start(tmp_path: Path) -> None:
    refuse_unfinished(tmp_path)
    (tmp_path / "restore.unfinished").write_text("{}")

    with pytest.raises(Refusal, match="was not finished"):
        refuse_unfinished(tmp_path)


def test_one_file_holds_it_all(chosen: Environment, tmp_path: Path, progress: Progress) -> None:
    made = backup(chosen, tmp_path / "house.tar", progress)

    assert made.path == tmp_path / "house.tar"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(("house", ".house"))] == ["house.tar"]
    with restore._opened(made.path, tmp_path / "home", progress) as (folder, contents):
        found = Manifest.read(folder)
        restore._check(folder, contents, found, progress)
    assert not (tmp_path / "home" / "restore.unpacked").exists()


def test_an_archive_is_never_open_to_others_while_it_is_written(
    chosen: Environment, tmp_path: Path, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    add = tarfile.TarFile.add

    def looking(archive: tarfile.TarFile, *given: Any, **more: Any) -> None:
        seen.extend(path.stat().st_mode & 0o077 for path in tmp_path.glob(".house.tar.new"))
        add(archive, *given, **more)

    monkeypatch.setattr(tarfile.TarFile, "add", looking)
    backup(chosen, tmp_path / "house.tar", progress)

    assert seen
    assert not any(seen)


def test_a_list_of_contents_names_nothing_but_contents(tmp_path: Path) -> None:
    with gzip.open(tmp_path / manifest.CONTENTS, "wt") as out:
        out.write("../../../etc/passwd 7\n")

    with pytest.raises(Damaged):
        list(manifest.read_contents(tmp_path))


def test_keys_of_a_demo_stay_keys_of_a_demo(
    chosen: Environment, tmp_path: Path, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backup(replace(chosen, mode="demo"), tmp_path / "b", progress)
    new = replace(chosen, home=tmp_path / "new", mode="production")
    monkeypatch.setattr(restore, "_make_way", lambda *given, **more: None)
    monkeypatch.setattr(restore, "_restore_database", lambda *given: None)

    ring = _Ring(None, str(chosen.home / "keys" / "ring.json"), False)
    restore.restore(new, made.path, ring=ring, progress=progress)

    with pytest.raises(Refusal, match="served a demo"):
        guard.refuse_demo_in_production(new)


def test_two_backups_into_one_place_wait_for_nobody(chosen: Environment, tmp_path: Path, progress: Progress) -> None:
    from wasl.config.backup.make import _alone

    with _alone(tmp_path / "b"), pytest.raises(Refusal, match="Another backup"):
        backup(chosen, tmp_path / "b", progress)


def test_a_content_is_whole_or_not_there(tmp_path: Path) -> None:
    sha256 = manifest.hash_of(_file(tmp_path / "x", b"content"))
    source, target = tmp_path / "source", tmp_path / "target"
    _file(store.place_of(source, sha256), b"content")
    _file(store.place_of(target, sha256), b"cont")  # a crash in the middle
    content = Content(sha256, 7)

    copied = store.copy_all([content], source, target, gone=lambda one: pytest.fail("it is there"))

    assert copied == (1, 7)
    store.check([content], target)


def _file(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    yield
    StoredFile.objects.all().delete()
