"""`wasl restore`: an empty machine becomes the house of a backup. A restore that was cut short can be begun again, and
until it is finished the home does not start.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wasl.config import environment, guard
from wasl.config.backup import contents as store
from wasl.config.backup import manifest, sealing, seals, tables
from wasl.config.backup.make import ARCHIVE, STORE, backups_in
from wasl.config.backup.manifest import Manifest, damaged
from wasl.config.backup.unfinished import MARKER
from wasl.config.environment import Environment
from wasl.config.runner.preparation import Preparation
from wasl.config.runner.processes import environment_for_children
from wasl.config.runner.progress import Progress
from wasl.config.runner.run import only_runner
from wasl.core.postgres import Cluster
from wasl.core.postgres.cluster import running
from wasl.core.postgres.place import make_home
from wasl.core.refusal import Refusal

UNPACKED = "restore.unpacked"
# What makes a folder somebody's house.
LIVING = ("keys", "files", seals.FOLDER, "postgres", "postgres.path", "prepared.json")


@dataclass(frozen=True)
class Restored:
    """What came back and how long it took."""

    manifest: Manifest
    missing: int
    set_aside: Path | None
    seconds: float


def main(arguments: list[str]) -> int:
    """`wasl restore FILE --home NEW [--yes] [--passphrase-file FILE | --keys RING | --new-keys]`."""
    given = _options(arguments)
    chosen = environment.read({**os.environ, "WASL_HOME": given.home})
    progress = Progress()
    began = time.monotonic()
    with only_runner(chosen.home):
        restored = restore(
            chosen,
            Path(given.backup).expanduser().absolute(),
            ring=_Ring(given.passphrase_file or chosen.backup_passphrase_file, given.keys, given.new_keys),
            over_living=given.yes,
            progress=progress,
        )
    found = restored.manifest
    progress.plain(
        f"\n  {found.rows:,} rows, {found.contents:,} files, {time.monotonic() - began:.1f} s  ·  "
        f"{found.rows:,} صفاً، {found.contents:,} ملفاً"
    )
    if restored.set_aside:
        progress.say(f"ما كان هنا محفوظ في {restored.set_aside}", f"What was here is kept in {restored.set_aside}")
    if found.base_url != chosen.base_url:
        progress.say(
            f"كان عنوان الموقع {found.base_url}: اضبط WASL_BASE_URL لتبقى روابط المستفيدين صالحة",
            f"The site was {found.base_url}: set WASL_BASE_URL so that citizens' links lead here",
        )
    progress.say(f"ابدأ الآن: WASL_HOME={chosen.home} wasl run", f"Start it now: WASL_HOME={chosen.home} wasl run")
    return 0


@dataclass(frozen=True)
class _Ring:
    """Where the keys of the house come from."""

    passphrase_file: str | None
    ring_file: str | None
    is_new: bool


def restore(
    chosen: Environment, backup: Path, *, ring: "_Ring", over_living: bool = False, progress: Progress
) -> Restored:
    """Make the home (and its database) what the backup holds. The caller holds the lock of the home.

    Everything that can be refused is refused before anything changes.
    """
    began = time.monotonic()
    with _opened(backup, chosen.home, progress) as (folder, contents):
        found = Manifest.read(folder)
        _check(folder, contents, found, progress)
        keys = _keys_of(folder, found, ring)
        aside = _make_way(chosen, found, over_living=over_living)
        _mark(chosen.home, found)
        _put_keys(chosen.home, keys)
        seals.put_back(folder, chosen.home)
        if keys is not None and found.mode == "demo":
            guard.mark_as_demo(chosen.home)  # keys do not become secret on the way through a backup
        with progress.step("استرجاع الملفات", "Restoring files"):
            missing = _copy_contents(folder, contents, chosen.home / "files")
        if missing:
            raise damaged(contents / missing[0])
        _restore_database(chosen, folder, found, progress)
    (chosen.home / "prepared.json").unlink(missing_ok=True)
    shutil.rmtree(chosen.home / UNPACKED, ignore_errors=True)
    os.sync()
    (chosen.home / MARKER).unlink()
    return Restored(found, len(missing), aside, time.monotonic() - began)


def _check(folder: Path, contents: Path, found: Manifest, progress: Progress) -> None:
    with progress.step("فحص النسخة", "Checking the backup"):
        tables.check(folder, found.tables)
        if manifest.hash_of(folder / manifest.CONTENTS) != found.contents_sha256:
            raise damaged(folder / manifest.CONTENTS)
        for content in manifest.read_contents(folder):
            if not store.is_there(contents, content):
                raise damaged(store.place_of(contents, content.sha256))


def _copy_contents(folder: Path, source: Path, target: Path) -> list[str]:
    missing: list[str] = []
    store.copy_all(manifest.read_contents(folder), source, target, gone=lambda content: missing.append(content.sha256))
    return missing


@contextmanager
def _opened(backup: Path, home: Path, progress: Progress) -> Iterator[tuple[Path, Path]]:
    """The folder of the backup and that of the contents, whatever form the backup has."""
    if backup.suffix == ARCHIVE and backup.is_file():
        unpacked = home / UNPACKED
        shutil.rmtree(unpacked, ignore_errors=True)
        with progress.step("فتح الملف", "Unpacking"), tarfile.open(backup) as archive:
            archive.extractall(unpacked, filter="data")
        try:
            yield _newest(unpacked), unpacked / STORE
        finally:
            shutil.rmtree(unpacked, ignore_errors=True)
    elif (backup / manifest.NAME).is_file():
        yield backup, backup.parent / STORE
    else:
        yield _newest(backup), backup / STORE


def _newest(place: Path) -> Path:
    found = backups_in(place)
    if not found:
        raise Refusal(f"لا نسخة احتياطية في {place}.", f"There is no backup in {place}.")
    return found[-1]


def _keys_of(folder: Path, found: Manifest, ring: "_Ring") -> bytes | None:
    """The ring to put into the home; None when a new one is wanted."""
    if ring.is_new or not found.key_ids:
        return None
    if ring.ring_file:
        content = Path(ring.ring_file).read_bytes()
    elif found.keys == "sealed" and ring.passphrase_file:
        content = sealing.unseal(folder, sealing.passphrase_in(Path(ring.passphrase_file)))
    else:
        raise _keys_wanted(found)
    if set(found.key_ids) - set(sealing.ids(content)):
        raise Refusal(
            "هذه الحلقة لا تفتح كل ما في النسخة: ينقصها مفتاح.",
            "This key ring does not open all that is in the backup: a key of that time is not in it.",
        )
    return content


def _keys_wanted(found: Manifest) -> Refusal:
    if found.keys == "sealed":
        return Refusal(
            "مفاتيح هذه النسخة مختومة: أضف --passphrase-file FILE.",
            "The keys of this backup are sealed: add --passphrase-file FILE.",
        )
    return Refusal(
        "مفاتيح المنشأة ليست في النسخة: أضف --keys وملف ring.json المحفوظ. من دونها لا تعمل روابط المستفيدين ولا كلمات "
        "سر القنوات ولا الرموز الثنائية؛ إن ضاعت فأضف --new-keys.",
        "The keys of the house are not in this backup: add --keys with the ring.json that was kept apart. Without it "
        "citizens' links, channel passwords and second factors do not work; should it be lost, add --new-keys.",
    )


def _put_keys(home: Path, ring: bytes | None) -> None:
    if ring is None:
        return
    folder = home / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    aside = folder / ".ring-restored"
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(ring)
        os.fsync(file.fileno())
    aside.rename(folder / "ring.json")


def _make_way(chosen: Environment, found: Manifest, *, over_living: bool) -> Path | None:
    """See that nothing living is in the way; with leave, set it aside."""
    home = chosen.home
    if _begun(home) == found.id:
        return None  # our own beginning, cut short
    if not chosen.has_embedded_database and not tables.is_empty(chosen.database_url_for("owner")):
        raise Refusal(
            "قاعدة البيانات في DATABASE_URL ليست فارغة. أنشئ قاعدة فارغة واكتبها هناك.",
            "The database of DATABASE_URL is not empty. Make an empty one and name it there.",
        )
    living = [name for name in LIVING if (home / name).exists()]
    if not living:
        return None
    if not over_living:
        raise Refusal(
            f"المجلد {home} فيه منشأة قائمة ({', '.join(living)}). اختر مجلداً جديداً، أو أضف --yes لتُنحّى جانباً.",
            f"{home} holds a house already ({', '.join(living)}). Choose a new folder, or add --yes to set it aside.",
        )
    return _set_aside(chosen)


def _set_aside(chosen: Environment) -> Path:
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    aside = chosen.home / f"before-restore-{stamp}"
    aside.mkdir(mode=0o700)
    if chosen.has_embedded_database:
        cluster = Cluster(chosen.home)
        cluster.stop()
        data = cluster.place.data
        if data.exists():
            data.rename(data.with_name(f"data.before-restore-{stamp}"))
            (aside / "database").write_text(f"{data.with_name(f'data.before-restore-{stamp}')}\n")
    for name in ("keys", seals.FOLDER):
        if (chosen.home / name).exists():
            (chosen.home / name).rename(aside / name)
    return aside  # contents of files stay: each is what its name says, and what no row names is swept away


def _begun(home: Path) -> str | None:
    try:
        return str(json.loads((home / MARKER).read_text(encoding="utf-8"))["backup"])
    except (FileNotFoundError, ValueError, KeyError):
        return None


def _mark(home: Path, found: Manifest) -> None:
    make_home(home)
    with (home / MARKER).open("w", encoding="utf-8") as file:
        json.dump({"backup": found.id}, file)
        file.flush()
        os.fsync(file.fileno())


def _restore_database(chosen: Environment, folder: Path, found: Manifest, progress: Progress) -> None:
    if not chosen.has_embedded_database:
        _fill(chosen, folder, found, progress)
        return
    with running(chosen.home):
        _fill(chosen, folder, found, progress)


def _fill(chosen: Environment, folder: Path, found: Manifest, progress: Progress) -> None:
    owner = chosen.database_url_for("owner")
    children = environment_for_children(chosen, letterbox_port=None)
    preparation = Preparation(chosen, children, progress)
    with progress.step("إنشاء الجداول", "Making the tables"):
        preparation.grant_before()
        _migrate(children, found)
    with progress.step("استرجاع قاعدة البيانات", "Restoring the database"):
        tables.load(owner, folder, found.tables, found.sequences)
        preparation.protect_after()
        there = tables.count(owner, found.tables)
    wrong = [table.name for table in found.tables if there[table.name] != table.rows]
    if wrong:
        raise Refusal(
            f"صفوف ناقصة بعد الاسترجاع في: {', '.join(wrong)}.",
            f"Rows are missing after restoring: {', '.join(wrong)}.",
        )


def _migrate(children: dict[str, str], found: Manifest) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wasl.config.backup.schema"],
        env={**children, "WASL_DB_ROLE": "owner"},
        input=json.dumps(found.migrations),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 3:
        raise Refusal(
            f"هذه النسخة من إصدار أحدث ({found.version}): {done.stdout.strip()}. ثبّته ثم استرجعها به.",
            f"This backup was made by a later release ({found.version}): it knows {done.stdout.strip()}. Install that "
            "release and restore with it.",
        )
    if done.returncode != 0:
        raise Refusal(
            f"تعذّر إنشاء الجداول:\n{done.stderr[-2000:]}", f"The tables could not be made:\n{done.stderr[-2000:]}"
        )


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="wasl restore", description="Make a home from a backup.")
    parser.add_argument("backup", metavar="FILE", help="a backup folder (its newest), one backup in it, or a .tar file")
    parser.add_argument("--home", required=True, help="the folder of the new home")
    parser.add_argument("--yes", action="store_true", help="set a house that is already in the folder aside")
    parser.add_argument("--passphrase-file", metavar="FILE", help="opens the keys that are sealed in the backup")
    parser.add_argument("--keys", metavar="RING", help="the ring.json that was kept apart")
    parser.add_argument("--new-keys", action="store_true", help="the old keys are lost: begin with new ones")
    return parser.parse_args(arguments)
