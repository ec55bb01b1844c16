"""Files to try: honest ones and hostile ones, made in memory."""

import struct
import zipfile
import zlib
from datetime import UTC, datetime
from io import BytesIO

from PIL import Image

from wasl.core import files
from wasl.core.models import StoredFile

SUNDAY_9AM = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MUSCAT = {1: "N", 2: (23.0, 35.0, 20.0), 3: "E", 4: (58.0, 24.0, 30.0)}


def picture(
    form: str = "JPEG",
    size: tuple[int, int] = (400, 200),
    *,
    orientation: int = 1,
    located: bool = False,
    mode: str = "RGB",
    colour: str | int | tuple[int, ...] = "steelblue",
    comment: bytes = b"",
) -> bytes:
    """A picture, red in its upper left corner as stored."""
    image = Image.new(mode, size, colour)
    if mode == "RGB":
        image.paste("red", (0, 0, size[0] // 4, size[1] // 4))
    exif = Image.Exif()
    if orientation != 1:
        exif[0x0112] = orientation
    if located:
        exif[0x010F] = "Phone of Maryam"
        exif.get_ifd(0x8825).update(MUSCAT)
    options: dict[str, object] = {"comment": comment} if comment else {}
    out = BytesIO()
    if form == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    image.save(out, form, exif=exif.tobytes(), **options)
    return out.getvalue()


def huge_png(side: int = 20_000) -> bytes:
    """A PNG of side × side pixels in a few kilobytes: one bit a pixel, all of one colour."""
    packer = zlib.compressobj(9)
    row = b"\x00" * (1 + side // 8)
    pixels = b"".join(packer.compress(row * 500) for _ in range(side // 500)) + packer.flush()

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def archive(*names: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def make_file(content: bytes | None = None, *, name: str = "photo.jpg", at: datetime = SUNDAY_9AM) -> StoredFile:
    """A staged file of agency 1."""
    return files.store(picture() if content is None else content, agency_id=1, name=name, at=at)
