"""How uploads are read: to the disk, never into memory, and no further than the limit of one file.

A file beyond the limit is skipped while the rest of the form is read, so that its page can say which one it was
and show everything else again.
"""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

from wasl.core.files import limits

# Five photos of 60 MB still get an answer that names them; what is larger is not read at all.
MOST_READ_BYTES = 5 * 64 * limits.MEGABYTE


class CappedUpload(TemporaryFileUploadHandler):
    """Writes each file to a temporary one; gives up on a file beyond the limit and notes its name."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's own name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Refuse a form that is too large as a whole before any of it is read."""
        if content_length > MOST_READ_BYTES:
            raise RequestDataTooBig

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._received += len(raw_data)
        if self._received > limits.FILE_BYTES:
            too_big(self.request).append(self.file_name or "")
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


def too_big(request: HttpRequest | None) -> list[str]:
    """The names of files that were skipped because of their size."""
    names: list[str] = request.META.setdefault("wasl.too_big", []) if request is not None else []
    return names


def files_of(request: HttpRequest, field: str) -> list[UploadedFile]:
    """The files that were read for a field; a file input left empty sends none."""
    return [file for file in request.FILES.getlist(field) if isinstance(file, UploadedFile)]
