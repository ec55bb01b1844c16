"""The files of a case with the short-lived links under which a page may show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wasl.cases.models import AppealFile, CaseFile
from wasl.core import files
from wasl.core.models import StoredFile


@dataclass(frozen=True)
class Links:
    """Where the whole file and, of a picture, its stripped copies are found for the next minutes."""

    original: str
    public: str = ""
    thumb: str = ""


def shown(case_files: Iterable[CaseFile], *, at: datetime) -> list[tuple[CaseFile, Links]]:
    """Each file with its links, in the order given."""
    return [(one, links(one, at=at)) for one in case_files]


def links(one: CaseFile | AppealFile, *, at: datetime) -> Links:
    """The links of one file; documents have no copies to show."""
    original = files.signed_url(one.file, at=at)
    if not files.is_picture(one.file):
        return Links(original)
    return Links(original, files.signed_url(one.file, "public", at=at), files.signed_url(one.file, "thumb", at=at))


def staged(held: Iterable[StoredFile], *, at: datetime) -> list[tuple[StoredFile, str]]:
    """Files that no case owns yet, each with the link of its small picture; empty for documents."""
    return [(file, files.signed_url(file, "thumb", at=at) if files.is_picture(file) else "") for file in held]
