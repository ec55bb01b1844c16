"""Taking files in, keeping them with the act they belong to, copying pictures, letting files go."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Protocol

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from wasl.core import pictures
from wasl.core.files import kinds, limits
from wasl.core.files.refusals import FileGone, FileRefused
from wasl.core.files.store import content_store
from wasl.core.marks import mark
from wasl.core.models import StoredFile
from wasl.core.text import clean_line

State = StoredFile.State
BLOCK = 256 * 1024


class Readable(Protocol):
    """Anything that is read block by block: an upload, an open file, a mail part."""

    def read(self, size: int = -1, /) -> bytes: ...


def store(
    content: bytes | Readable,
    *,
    agency_id: int,
    name: str,
    at: datetime,
    content_type: str = "",
    max_bytes: int = limits.FILE_BYTES,
) -> StoredFile:
    """Take in a stranger's file; it is staged until `keep`, and gone after a day without it.

    The type is told from the content; `content_type` is what the sender called it and is not believed. A picture is
    decoded once. Raises FileRefused, FileStoreFull, pictures.DecoderBusy.
    """
    with content_store().incoming() as incoming:
        sha256, size = _receive(content, incoming, max_bytes)
        kind = kinds.recognise(incoming)
        picture = _measured(incoming, kind) if kind.is_picture else None
        mark("files.measured")
        content_store().adopt(incoming, sha256)
    mark("files.adopted")
    return StoredFile.objects.create(
        agency_id=agency_id,
        sha256=sha256,
        size=size,
        content_type=kind.content_type,
        name=safe_name(name, kind.extension),
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        created_at=at,
    )


def store_raw(
    content: bytes | Readable, *, agency_id: int, name: str, at: datetime, content_type: str, max_bytes: int
) -> StoredFile:
    """Take in something of our own or something to be understood later (a raw mail, a made document), whatever it is.

    Staged like any other; only ever served as a download. Raises FileRefused when too large, FileStoreFull.
    """
    with content_store().incoming() as incoming:
        sha256, size = _receive(content, incoming, max_bytes)
        content_store().adopt(incoming, sha256)
    return StoredFile.objects.create(
        agency_id=agency_id,
        sha256=sha256,
        size=size,
        content_type=content_type,
        name=safe_name(name),
        created_at=at,
    )


@transaction.atomic
def keep(files: Iterable[StoredFile]) -> None:
    """Keep staged files for good, in the transaction of the act they belong to; queues the copies of pictures.

    Keeping twice is the same as once. Raises FileGone when one was removed meanwhile.
    """
    from wasl.core.files.jobs import derive_copies

    wanted = {file.pk for file in files}
    originals = StoredFile.objects.select_for_update().filter(pk__in=wanted).exclude(state=State.GONE).order_by("pk")
    if {file.pk for file in originals} != wanted:
        raise FileGone
    StoredFile.objects.filter(Q(pk__in=wanted) | Q(original__in=wanted), state=State.STAGED).update(state=State.KEPT)
    derive_copies.defer_many(
        [{"file_id": file.pk} for file in originals if file.state == State.STAGED and is_picture(file)]
    )


def forget(files: Iterable[StoredFile]) -> None:
    """Erase files: copies at once, names and contents too; an empty row stays for whoever points to it.

    A content that another row shares stays with that one.
    """
    _let_go(StoredFile.objects.filter(pk__in=[file.pk for file in files]))


def sweep_staged(*, at: datetime) -> int:
    """Let go of files that no act kept within a day; gives their number."""
    return _let_go(
        StoredFile.objects.filter(
            state=State.STAGED, original__isnull=True, created_at__lt=at - limits.STAGED_FOR
        ).order_by("pk")[:1000]
    )


def sweep_contents(shard: str) -> int:
    """Remove contents of one shard (two hex letters) that no row names; gives their number."""
    return remove_contents(content_store().hashes(shard))


def remove_contents(hashes: Iterable[str]) -> int:
    """Remove those of the contents that no row names and nobody handed in lately; gives their number."""
    removed = 0
    for some in _in_batches(hashes, 500):
        named = set(StoredFile.objects.filter(sha256__in=some).values_list("sha256", flat=True))
        removed += sum(
            content_store().remove_untouched(sha256, since=limits.CONTENT_GRACE)
            for sha256 in some
            if sha256 not in named
        )
    return removed


def derive(file: StoredFile, variant: str) -> StoredFile:
    """The upright JPEG copy of a picture without metadata: "public" or "thumb"; made when it is not there yet.

    Raises FileGone, pictures.PictureRefused, pictures.DecoderBusy, FileStoreFull.
    """
    found = file.copies.filter(variant=variant).first()
    return found or _make_copy(file, variant)


def derive_public(file: StoredFile) -> StoredFile:
    """The copy for pages: at most 1,600 pixels."""
    return derive(file, "public")


def open_file(file: StoredFile) -> BinaryIO:
    """The content as an open file. Raises FileGone."""
    try:
        return content_store().open(file.sha256)
    except FileNotFoundError:
        raise FileGone from None


def is_picture(file: StoredFile) -> bool:
    """Whether copies can be made of it: a picture we measured."""
    return file.width is not None


_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|;%\x00-\x1f]+')


def safe_name(name: str, extension: str = "") -> str:
    """A file name as it may be shown and downloaded: no path, no control or direction characters, our extension."""
    last = clean_line(name).replace("\\", "/").rsplit("/", 1)[-1]
    stem = _NOT_IN_NAMES.sub("_", last).strip(". ")
    if extension:
        stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", stem).rstrip(". ") or "file"
        return f"{stem[: limits.NAME_LENGTH]}.{extension}"
    return stem[: limits.NAME_LENGTH] or "file"


def _receive(content: bytes | Readable, into: BinaryIO, max_bytes: int) -> tuple[str, int]:
    source: Readable = BytesIO(content) if isinstance(content, bytes) else content
    digest, size = hashlib.sha256(), 0
    while block := source.read(BLOCK):
        size += len(block)
        if size > max_bytes:
            raise FileRefused("too_big", limit=max_bytes // limits.MEGABYTE)
        digest.update(block)
        into.write(block)
    into.flush()
    return digest.hexdigest(), size


def _measured(file: BinaryIO, kind: kinds.Kind) -> pictures.Picture:
    try:
        return pictures.inspect(file, kind.content_type, bounds=limits.PICTURE)
    except pictures.PictureRefused as refusal:
        raise FileRefused(refusal.reason, limit=limits.PICTURE.pixels // 1_000_000) from None


def _make_copy(file: StoredFile, variant: str) -> StoredFile:
    with content_store().incoming() as incoming:
        with open_file(file) as source:
            picture = pictures.copy_upright(
                source, file.content_type, to=incoming, longest=limits.VARIANTS[variant], bounds=limits.PICTURE
            )
        sha256, size = _fingerprint(incoming)
        content_store().adopt(incoming, sha256)
    copy = StoredFile(
        agency_id=file.agency_id,
        sha256=sha256,
        size=size,
        content_type="image/jpeg",
        name=safe_name(file.name, "jpg"),
        original=file,
        variant=variant,
        width=picture.width,
        height=picture.height,
        created_at=file.created_at,
    )
    return _save_copy(copy, file)


def _save_copy(copy: StoredFile, original: StoredFile) -> StoredFile:
    # The original is locked while its copy is written down, so that a copy is never kept or let go without it.
    with transaction.atomic():
        copy.state = StoredFile.objects.select_for_update().get(pk=original.pk).state
        if copy.state == State.GONE:
            raise FileGone
        try:
            with transaction.atomic():
                copy.save()
        except IntegrityError:  # another process was first
            return original.copies.get(variant=copy.variant)
    return copy


def _let_go(files: "QuerySet[StoredFile]") -> int:
    from wasl.core.files.jobs import remove_erased

    with transaction.atomic():
        originals = list(files.select_for_update())
        copies = StoredFile.objects.filter(original__in=originals)
        hashes = sorted({file.sha256 for file in [*originals, *copies] if file.sha256})
        copies.delete()
        StoredFile.objects.filter(pk__in=[file.pk for file in originals]).update(
            state=State.GONE, sha256="", name="", size=0, width=None, height=None
        )
        if hashes:
            remove_erased.defer(hashes=hashes)
    return len(originals)


def _fingerprint(file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for block in kinds.blocks_of(file):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def _in_batches(values: Iterable[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
