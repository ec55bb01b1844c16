"""The decoder process. Runs as a script, imports Pillow alone, and touches nothing but the handles it was given.

Standard input is the picture, standard output takes the answer (one JSON object), and for a copy one more open handle
takes the new picture. The only argument is the wish: what to do, the format, the limits.
"""

import json
import os
import resource
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

# Tag 0x0112 of EXIF; from 5 to 8 the picture lies on its side.
ORIENTATION = 0x0112
QUALITY = 82


class Refused(Exception):
    """The picture is not decoded; the argument is the reason."""


def main() -> None:
    wish = json.loads(sys.argv[1])
    confine(wish)
    try:
        answer = copy(wish) if wish["act"] == "copy" else inspect(wish)
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {"refused": "too_heavy"}
    except Exception as error:  # whatever a decoder stumbles over, the picture cannot be read
        answer = {"refused": "unreadable", "error": type(error).__name__}
    sys.stdout.write(json.dumps(answer))


def confine(wish: dict[str, Any]) -> None:
    """Take the limits on: address space, CPU time, size of what is written, no core dump."""
    for kind, value in (
        (resource.RLIMIT_AS, wish["memory_bytes"]),
        (resource.RLIMIT_CPU, wish["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, wish["copy_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def inspect(wish: dict[str, Any]) -> dict[str, Any]:
    """Width and height as seen upright, after the whole picture was decoded once."""
    image = opened(wish)
    width, height = image.size
    if lies_on_its_side(image):
        width, height = height, width
    # A JPEG is decoded at an eighth of its size: every byte of it is still read, so a missing part is noticed.
    image.draft("RGB", (width // 8, height // 8))
    image.load()
    return {"width": width, "height": height}


def copy(wish: dict[str, Any]) -> dict[str, Any]:
    """Write a JPEG: upright, sRGB, on white, no larger than wished, with nothing of the original but its pixels."""
    from PIL import ImageOps
    from PIL.Image import Resampling

    longest = wish["longest"]
    image = opened(wish)
    image.draft("RGB", (longest, longest))
    image.load()
    image.thumbnail((longest, longest), Resampling.LANCZOS, reducing_gap=3.0)
    image = plain_colours(ImageOps.exif_transpose(image))
    bare = image.copy()
    bare.info = {}  # no EXIF, comment, profile or text chunk may ride along
    with os.fdopen(wish["output"], "wb") as output:
        bare.save(output, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return {"width": bare.width, "height": bare.height}


def opened(wish: dict[str, Any]) -> "Image":
    """The picture, its header read by the one decoder wished for and its size found bearable."""
    from PIL import Image

    load_decoder(wish["format"])
    Image.MAX_IMAGE_PIXELS = None  # our own limit follows, before anything is decoded
    image = Image.open(sys.stdin.buffer, formats=[wish["format"]])
    if image.width * image.height > wish["pixels"]:
        raise Refused("too_many_pixels")
    return image


def load_decoder(name: str) -> None:
    """Register the decoder of one format; Pillow loads the rest of its plug-ins only when no list is given."""
    if name == "HEIF":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener(thumbnails=False)
    elif name in ("TIFF", "WEBP"):
        from PIL import TiffImagePlugin, WebPImagePlugin  # noqa: F401


def lies_on_its_side(image: "Image") -> bool:
    return image.getexif().get(ORIENTATION, 1) in (5, 6, 7, 8)


def plain_colours(image: "Image") -> "Image":
    """The picture as RGB in the colours a browser expects, transparent parts on white."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        above = image.convert("RGBA")
        white = above.copy()
        white.paste((255, 255, 255, 255), (0, 0, *above.size))
        white.alpha_composite(above)
        return white.convert("RGB")
    return in_srgb(image) or image.convert("RGB")


def in_srgb(image: "Image") -> "Image | None":
    """The picture moved from its own colour profile to sRGB; None when it has none that fits."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK", "L"):
        return None
    from io import BytesIO

    from PIL import ImageCms

    try:
        return ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return None


if __name__ == "__main__":
    main()
