"""Files that were handed in before the case, note or act they belong to: named by a signed word, for one key alone."""

from collections.abc import Sequence

from django.core import signing

from wasl.api.v1.calling import Caller
from wasl.api.v1.problems import wrong
from wasl.core import files
from wasl.core.i18n import t
from wasl.core.models import StoredFile

_SALT = "api-v1-upload"
NOT_HERE = t("لا يوجد ملف مرفوع بهذا الاسم. ارفعه من جديد.", "There is no upload of this name. Upload it again.")


def word_for(file: StoredFile, caller: Caller) -> str:
    """How the program names the file from now on."""
    return signing.dumps([caller.api_key.pk, file.public_id], salt=_SALT)


def named(words: Sequence[str], caller: Caller) -> list[StoredFile]:
    """The files of these words, each once. Refuses words that are no upload of this key, or one that is over."""
    found = {}
    for number, word in enumerate(words):
        file = _named(word, caller)
        if file is None:
            raise wrong(f"/files/{number}", NOT_HERE)
        found[file.pk] = file
    return list(found.values())


def _named(word: str, caller: Caller) -> StoredFile | None:
    try:
        key_id, public_id = signing.loads(word, salt=_SALT)
        file = files.file_by_public_id(public_id, agency_id=caller.agency.pk)
    except (signing.BadSignature, ValueError, files.FileGone):
        return None
    # A file that some act has kept belongs to that one.
    is_ours = key_id == caller.api_key.pk and file.state == StoredFile.State.STAGED
    return file if is_ours else None
