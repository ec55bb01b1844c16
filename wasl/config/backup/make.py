"""`wasl backup`: makes one backup, checks it, and lets the oldest go."""

import argparse
import fcntl
import json
import os
import secrets
import shutil
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import psycopg

import wasl
from wasl.config.backup import contents as store
from wasl.config.backup import manifest, sealing, seals, tables
from wasl.config.backup.manifest import Manifest
from wasl.config.environment import Environment
from wasl.config.runner.progress import Progress
from wasl.core.refusal import Refusal

STORE, UNFINISHED = "contents", "unfinished"
ARCHIVE = ".tar"


@dataclass(frozen=True)
class Made:
    """A finished backup and what it took."""

    path: Path
    manifest: Manifest
    copied: int
    copied_bytes: int
    removed: list[str]
    seconds: float


def main(arguments: list[str], *, chosen: Environment) -> int:
    """`wasl backup [PLACE] [--verify] [--keep N] [--passphrase-file FILE] [--json]`."""
    given = _options(arguments)
    place = Path(given.place).expanduser().absolute() if given.place else chosen.home / "backups"
    progress = Progress(sys.stderr if given.json else None)
    phrase = given.passphrase_file or chosen.backup_passphrase_file
    try:
        made = make(
            chosen,
            place,
            check_all=given.verify,
            keep=given.keep,
            passphrase=sealing.passphrase_in(Path(phrase)) if phrase else None,
            progress=progress,
        )
    except OSError as error:
        _record(None)
        raise _no_room(place, error) from error
    except (Refusal, psycopg.Error):
        _record(None)
        raise
    _record(made)
    if given.json:
        print(json.dumps(_figures(made)))
    else:
        _tell(chosen, made, progress)
    return 0


def make(
    chosen: Environment,
    place: Path,
    *,
    check_all: bool = False,
    keep: int | None = None,
    passphrase: str | None = None,
    progress: Progress,
) -> Made:
    """Make a backup in a folder, or in one file where the place ends in .tar.

    What an interrupted backup has copied of files stays and is not copied again. `check_all` reads also the contents
    that lay there before. Raises Refusal, Damaged, OSError when the place is full.
    """
    if place.suffix == ARCHIVE:
        return _make_archive(chosen, place, passphrase=passphrase, progress=progress)
    began = time.monotonic()
    with _alone(place):
        folder, found, copied = _make(chosen, place, passphrase=passphrase, check_all=check_all, progress=progress)
        removed = _let_go(place, keep) if keep else []
    return Made(folder, found, *copied, removed, time.monotonic() - began)


def backups_in(place: Path) -> list[Path]:
    """The finished backups of a folder, oldest first."""
    return sorted(path.parent for path in place.glob(f"*/{manifest.NAME}") if path.parent.name != UNFINISHED)


def _make(
    chosen: Environment, place: Path, *, passphrase: str | None, check_all: bool, progress: Progress
) -> tuple[Path, Manifest, tuple[int, int]]:
    made_at = datetime.now(UTC)
    unfinished = place / UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)  # the tables of an interrupted one are of another moment
    unfinished.mkdir(mode=0o700)
    with progress.step("نسخ قاعدة البيانات", "Copying the database"), _moment(chosen) as moment:
        # The rows first, the contents they name after: a content outlives its row by an hour.
        listed, named, sequences = moment.write(unfinished), moment.contents(), moment.sequences()
        migrations, server = moment.migrations(), moment.server
        seals.keep(chosen.home, unfinished, up_to=moment.newest_seal())
    missing: list[str] = []
    there_before = {content.sha256 for content in named if store.is_there(place / STORE, content)}
    with progress.step("نسخ الملفات", "Copying files"):
        copied = store.copy_all(
            named, chosen.home / "files", place / STORE, gone=lambda content: missing.append(content.sha256)
        )
    held = [content for content in named if content.sha256 not in missing]
    found = Manifest(
        # By its name the newest is known, and kept: also of two in one second.
        id=f"{made_at:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(3)}",
        made_at=made_at.isoformat(timespec="seconds"),
        version=wasl.__version__,
        mode=chosen.mode,
        base_url=chosen.base_url,
        server=server,
        migrations=migrations,
        tables=listed,
        sequences=sequences,
        contents=len(held),
        content_bytes=sum(content.size for content in held),
        contents_sha256=manifest.write_contents(unfinished, held),
        keys="sealed" if passphrase else "apart",
        key_ids=_keep_keys(chosen, unfinished, passphrase),
        missing=missing,
    )
    os.sync()  # what is checked below lies on the disk
    with progress.step("فحص النسخة", "Checking the backup"):
        tables.check(unfinished, listed)
        fresh = [content for content in held if check_all or content.sha256 not in there_before]
        store.check(fresh, place / STORE)
    found.write(unfinished)
    os.sync()
    folder = place / found.id
    unfinished.rename(folder)
    return folder, found, copied


def _moment(chosen: Environment) -> tables.Moment:
    try:
        return tables.Moment(chosen.database_url_for("app"))
    except psycopg.OperationalError as error:
        from wasl.config.cli import database_away

        raise database_away(error) from error


def _keep_keys(chosen: Environment, folder: Path, passphrase: str | None) -> list[str]:
    ring = chosen.home / "keys" / "ring.json"
    if not ring.is_file():
        return []
    if passphrase:
        sealing.seal(ring, folder, passphrase)
    return sealing.ids(ring.read_bytes())


def _let_go(place: Path, keep: int) -> list[str]:
    """Remove all but the newest backups, and the contents that only they named."""
    old = backups_in(place)[:-keep]
    for folder in old:
        shutil.rmtree(folder)
    if old:
        kept = {content.sha256 for folder in backups_in(place) for content in manifest.read_contents(folder)}
        store.remove_others(place / STORE, kept)
    return [folder.name for folder in old]


def _make_archive(chosen: Environment, place: Path, *, passphrase: str | None, progress: Progress) -> Made:
    parts = place.with_name(f"{place.name}.parts")
    made = make(chosen, parts, passphrase=passphrase, progress=progress)
    with progress.step("كتابة الملف", "Writing the file"):
        aside = place.with_name(f".{place.name}.new")
        with _private(aside) as file, tarfile.open(fileobj=file, mode="w") as archive:
            archive.add(made.path, made.path.name)
            archive.add(parts / STORE, STORE) if (parts / STORE).is_dir() else None
        os.sync()
        aside.rename(place)
    shutil.rmtree(parts)
    return Made(place, made.manifest, made.copied, made.copied_bytes, [], made.seconds)


def _private(path: Path) -> BinaryIO:
    """A new file that nobody else can read, not even while it is written."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Hold the backup folder for this backup alone."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(place / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Refusal(
            f"نسخة احتياطية أخرى تُكتب الآن في {place}.", f"Another backup is being written to {place} just now."
        ) from None
    finally:
        os.close(descriptor)


def _record(made: Made | None) -> None:
    """Let the house know, so that its health page can tell how old the last backup is."""
    import django
    from django.db import DatabaseError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
    django.setup()
    from wasl.operation import operations

    try:
        operations.record_backup(
            succeeded=made is not None,
            figures=_figures(made) if made else {},
            at=datetime.now(UTC),
        )
    except DatabaseError:  # the backup itself is whole; it is only not told of
        return


def _figures(made: Made) -> dict[str, Any]:
    found = made.manifest
    return {
        "id": found.id,
        "rows": found.rows,
        "contents": found.contents,
        "content_bytes": found.content_bytes,
        "copied": made.copied,
        "copied_bytes": made.copied_bytes,
        "missing": len(found.missing),
        "removed": len(made.removed),
        "seconds": round(made.seconds, 1),
    }


def _tell(chosen: Environment, made: Made, progress: Progress) -> None:
    found = made.manifest
    progress.plain(
        f"\n  {made.path}\n"
        f"  {found.rows:,} rows, {found.contents:,} files ({made.copied:,} new), {made.seconds:.1f} s  ·  "
        f"{found.rows:,} صفاً، {found.contents:,} ملفاً ({made.copied:,} جديداً)"
    )
    if found.missing:
        progress.say(
            f"{len(found.missing)} ملفاً حُذفت أثناء النسخ أو كانت ناقصة قبله",
            f"{len(found.missing)} files were erased meanwhile or were missing before",
        )
    if found.keys == "apart":
        progress.say(
            f"المفاتيح ليست فيها: احفظ {chosen.home / 'keys' / 'ring.json'} في مكان آخر، أو استعمل --passphrase-file",
            f"The keys are not in it: keep a copy of {chosen.home / 'keys' / 'ring.json'} elsewhere, or use "
            "--passphrase-file",
        )
    if os.stat(made.path).st_dev == os.stat(chosen.home).st_dev:  # noqa: PTH116
        progress.say(
            "النسخة على قرص البيانات نفسه: انقلها إلى جهاز آخر",
            "It lies on the same disk as the data: carry it to another machine",
        )


def _no_room(place: Path, error: OSError) -> Refusal:
    return Refusal(
        f"تعذّرت الكتابة في {place}: {error.strerror}. ما نُسخ من الملفات يبقى؛ أعد الأمر بعد إصلاح السبب.",
        f"{place} could not be written: {error.strerror}. Files that were copied stay there; mend it and repeat the "
        "command.",
    )


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="wasl backup", description="Make a backup of database, files and keys.")
    parser.add_argument("place", nargs="?", help="a folder for many backups, or one file that ends in .tar")
    parser.add_argument(
        "--verify", action="store_true", help="read also the contents of files that earlier ones copied"
    )
    parser.add_argument(
        "--keep", type=_number, metavar="N", help="afterwards keep the newest N backups of the folder only"
    )
    parser.add_argument("--passphrase-file", metavar="FILE", help="seal the keys of the house into the backup")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("write a number from 1")
    return int(text)
