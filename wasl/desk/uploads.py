"""Files that came with a form which could not be carried out: kept staged, and named in the form as it is shown again.

So nobody has to choose their photos a second time. The list is signed for one person and one case.
"""

from django.core import signing

from wasl.accounts.models import User
from wasl.cases.models import Case
from wasl.core import files
from wasl.core.models import StoredFile

_SALT = "desk-held-files"


def sealed(held: list[StoredFile], *, case: Case, user: User) -> str:
    """The hidden value that names the held files; empty for none."""
    if not held:
        return ""
    return signing.dumps([case.pk, user.pk, [file.public_id for file in held]], salt=_SALT)


def unsealed(value: str, *, case: Case, user: User) -> list[StoredFile]:
    """The held files a form names; none for a foreign or broken value, without those that are gone by now."""
    try:
        case_id, user_id, public_ids = signing.loads(value, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return []
    if (case_id, user_id) != (case.pk, user.pk):
        return []
    return [file for public_id in public_ids if (file := _staged(public_id)) is not None]


def _staged(public_id: str) -> StoredFile | None:
    try:
        file = files.file_by_public_id(public_id)
    except files.FileGone:
        return None
    return file if file.state == StoredFile.State.STAGED else None
