"""The files of a case with the short-lived links under which a page may show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wasl.cases.models import CaseFile
from wasl.core import files


@dataclass(frozen=True)
class Links:
    """Where the whole file and, of a picture, its stripped copies are found for the next minutes."""

    original: str
    public: str = ""
    thumb: str = ""


def shown(case_files: Iterable[CaseFile], *, at: datetime) -> list[tuple[CaseFile, Links]]:
    """Each file with its links, in the order given."""
    return [(one, links(one, at=at)) for one in case_files]


def links(one: CaseFile, *, at: datetime) -> Links:
    """The links of one file; documents have no copies to show."""
    original = files.signed_url(one.file, at=at)
    if not files.is_picture(one.file):
        return Links(original)
    return Links(original, files.signed_url(one.file, "public", at=at), files.signed_url(one.file, "thumb", at=at))
