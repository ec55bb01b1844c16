"""Files of all rooms: taken in by content (never by name), kept by SHA-256 behind a port, staged until the act that
owns them commits, copied for pages without their metadata, and shown by short-lived signed links. Rooms call what
stands here; which case or message a file belongs to is theirs to know.
"""

from wasl.core.files.links import signed_url
from wasl.core.files.operations import (
    derive,
    derive_public,
    forget,
    is_picture,
    keep,
    open_file,
    safe_name,
    store,
    store_raw,
)
from wasl.core.files.queries import file_by_id, file_by_public_id
from wasl.core.files.refusals import FileGone, FileRefused
from wasl.core.files.store import FileStoreFull
from wasl.core.pictures import DecoderBusy, PictureRefused

__all__ = [
    "DecoderBusy",
    "FileGone",
    "FileRefused",
    "FileStoreFull",
    "PictureRefused",
    "derive",
    "derive_public",
    "file_by_id",
    "file_by_public_id",
    "forget",
    "is_picture",
    "keep",
    "open_file",
    "safe_name",
    "signed_url",
    "store",
    "store_raw",
]
