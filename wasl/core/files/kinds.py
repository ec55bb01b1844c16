"""What a file is, told from its content alone; neither its name nor its sender's word counts."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from wasl.core.files import limits
from wasl.core.files.refusals import FileRefused


@dataclass(frozen=True)
class Kind:
    """A type we take, with the extension we give it."""

    content_type: str
    extension: str

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


WORD = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
EXCEL = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
TEXT = Kind("text/plain", "txt")
HEIC = Kind("image/heic", "heic")

# The first bytes of each type we take.
TAKEN: tuple[tuple[re.Pattern[bytes], Kind], ...] = (
    (re.compile(rb"\xff\xd8\xff"), Kind("image/jpeg", "jpg")),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), Kind("image/png", "png")),
    (re.compile(rb"RIFF....WEBP", re.S), Kind("image/webp", "webp")),
    (re.compile(rb"GIF8[79]a"), Kind("image/gif", "gif")),
    (re.compile(rb"II\*\x00|MM\x00\*"), Kind("image/tiff", "tiff")),
    (re.compile(rb"....ftyp(heic|heix|heim|heis|hevc|hevx|mif1|msf1)", re.S), HEIC),
    (re.compile(rb"\s{0,16}%PDF-"), Kind("application/pdf", "pdf")),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2\xfa]"), Kind("audio/mpeg", "mp3")),
    (re.compile(rb"OggS\x00"), Kind("audio/ogg", "ogg")),
    (re.compile(rb"....ftypM4A ", re.S), Kind("audio/mp4", "m4a")),
    (re.compile(rb"....ftyp(isom|iso[2-9]|mp4[12]|avc1|3gp|M4V |qt  )", re.S), Kind("video/mp4", "mp4")),
)

# What we know and do not take, so that the answer can say what to send instead.
REFUSED: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"MZ|\x7fELF|\xca\xfe\xba\xbe|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|#!"), "program"),
    (re.compile(rb"Rar!|7z\xbc\xaf\x27\x1c|\x1f\x8b|BZh|\xfd7zXZ"), "archive"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "old_office"),
    (re.compile(rb"BM....\x00\x00\x00\x00|8BPS|\x00\x00\x01\x00", re.S), "other_picture"),
    (re.compile(rb"....ftypavi[fs]|\x00\x00\x00\x0cJXL ", re.S), "other_picture"),
    (re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|!--|\?xml|[a-z][a-z0-9:]*[\s/>])", re.I), "markup"),
)  # fmt: skip

HEAD_BYTES = 1024
_ZIP = b"PK\x03\x04"
_NOT_IN_TEXT = bytes(code for code in range(32) if code not in b"\t\n\r\x0c\x1b") + b"\x7f"


def recognise(file: BinaryIO) -> Kind:
    """The type of an open file. Raises FileRefused with the reason why it is not taken."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head:
        raise FileRefused("empty")
    if head.startswith(_ZIP):
        return _office_document(file)
    for pattern, kind in TAKEN:
        if pattern.match(head):
            return kind
    for pattern, reason in REFUSED:
        if pattern.match(head):
            raise FileRefused(reason)
    if _is_text(file):
        return TEXT
    raise FileRefused("unknown")


def _office_document(file: BinaryIO) -> Kind:
    if not _directory_is_bearable(file):
        raise FileRefused("archive")
    try:
        with zipfile.ZipFile(file) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise FileRefused("archive") from None
    if any(name.endswith("vbaproject.bin") for name in names):
        raise FileRefused("macros")
    if "[content_types].xml" in names:
        for part, kind in (("word/document.xml", WORD), ("xl/workbook.xml", EXCEL)):
            if part in names:
                return kind
    raise FileRefused("archive")


def _directory_is_bearable(file: BinaryIO) -> bool:
    # Python reads the whole directory of a zip into memory; its size stands in the last record, 12 bytes in. A file
    # of the 64-bit form would have its own, larger figure, and no letter needs that.
    size = file.seek(0, 2)
    file.seek(max(size - 65_600, 0))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or b"PK\x06\x07" in tail:
        return False
    return int.from_bytes(tail[place + 12 : place + 16], "little") <= limits.ZIP_DIRECTORY_BYTES


def _is_text(file: BinaryIO) -> bool:
    return all(len(block.translate(None, _NOT_IN_TEXT)) == len(block) for block in blocks_of(file))


def blocks_of(file: BinaryIO, size: int = 256 * 1024) -> Iterator[bytes]:
    """The content of an open file from its beginning, block by block."""
    file.seek(0)
    while block := file.read(size):
        yield block
