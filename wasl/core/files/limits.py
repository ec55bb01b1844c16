"""What files may be, in one place, each figure with its reason."""

from datetime import timedelta

from wasl.core.pictures import Bounds

MEGABYTE = 1_000_000

# A 50-megapixel JPEG of a phone has 10 to 18 MB, a HEIC a third of that; a photo of 60 MB is a camera's raw file or a
# mistake.
FILE_BYTES = 20 * MEGABYTE

# Five photos show a place from all sides; more of them nobody looks at before going there.
PHOTOS_PER_REPORT = 5

# What one form may carry in all: five full photos and the words around them.
REQUEST_BYTES = PHOTOS_PER_REPORT * FILE_BYTES + MEGABYTE

# Decoding: 64 megapixels is above every phone's usual setting (12, 24, 48, 50). The hungriest decoder (WebP) needs
# under 768 MiB of address space for 48 megapixels (measured), the slowest picture took 2.6 s of CPU.
PICTURE = Bounds(
    pixels=64_000_000,
    memory_bytes=768 * 1024 * 1024,
    cpu_seconds=15,
    seconds=25,
    copy_bytes=8 * MEGABYTE,
)

# The longest side of each copy in pixels: "public" fills a desktop page, "thumb" a list at double density.
VARIANTS = {"public": 1600, "thumb": 320}

# A staged file waits for its form this long: a citizen may send the form the next morning.
STAGED_FOR = timedelta(hours=24)

# Content without a row stays this long after it was last handed in, as the row may not be committed yet.
CONTENT_GRACE = timedelta(hours=1)

# A link to a file works for ten minutes at most; it begins anew every five, so that a browser can keep what it fetched.
LINK_FOR = timedelta(minutes=10)
LINK_STEP = timedelta(minutes=5)

NAME_LENGTH = 120

# The directory of a Word or Excel file is far below this; a larger one is made to exhaust whoever opens it.
ZIP_DIRECTORY_BYTES = 256 * 1024
