"""Finding files."""

from wasl.core.files.refusals import FileGone
from wasl.core.models import StoredFile


def file_by_id(file_id: int) -> StoredFile:
    """The file of this number. Raises FileGone."""
    return _present(StoredFile.objects.filter(pk=file_id).first())


def file_by_public_id(public_id: str, *, agency_id: int | None = None) -> StoredFile:
    """The file of this public id, within one agency when given. Raises FileGone."""
    files = StoredFile.objects.filter(public_id=public_id)
    return _present((files if agency_id is None else files.filter(agency_id=agency_id)).first())


def _present(file: StoredFile | None) -> StoredFile:
    if file is None or file.state == StoredFile.State.GONE:
        raise FileGone
    return file
