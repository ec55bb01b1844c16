"""`{% load wording_preview %}`: a wording as people get it, with the arithmetic of text messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template

from wasl.channels.sms import segments
from wasl.core import clock
from wasl.core.i18n import say
from wasl.core.localized import Localized
from wasl.directory.models import Agency
from wasl.notices import operations as notices
from wasl.notices import queries, wording
from wasl.notices.models import Template
from wasl.notices.places import MEANINGS, sample_values
from wasl.notices.starting import Wording, starting_wordings
from wasl.web.plain import without_marks

register = template.Library()


@dataclass(frozen=True)
class Shown:
    """A wording in one language: its words, and for a text message its parts and what they cost."""

    subject: str
    text: str
    parts: list[str]
    count: segments.Segments
    why: str
    unknown: str

    @property
    def encoding(self) -> str:
        """The name of the encoding."""
        return "GSM-7" if self.count.encoding == segments.GSM else "UCS-2"


@register.simple_tag
def places_of(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What may stand in this wording, each with its meaning."""
    known = starting_wordings().get(str(document.get("notice", "")))
    return [(f"{{{name}}}", MEANINGS.get(name, name)) for name in sorted(known.values if known else (), key=_order)]


@register.simple_tag
def wording_shown(document: Mapping[str, Any], agency: Agency, language: str) -> Shown:
    """The wording of a document with the values of a sample case."""
    known = starting_wordings()[str(document["notice"])]
    channel = str(document["channel"])
    body = Localized({language: str((document.get("body") or {}).get(language, ""))})
    subject = Localized({language: str((document.get("subject") or {}).get(language, ""))})
    told = Wording(known.code, known.title, subject, body, known.values)
    values = sample_values(agency, at=clock.now())
    written = notices.written(told, values, agency, language, "sms")
    unknown = wording.places(body.get(language, "")) | wording.places(subject.get(language, ""))
    text = segments.plainer(written.text) if channel == "sms" else written.text
    return Shown(
        subject=without_marks(written.subject),
        text=text,
        parts=segments.split(text),
        count=segments.count(text),
        why=_why(text),
        unknown=" ".join(f"{{{name}}}" for name in sorted(unknown - known.values)),
    )


@register.simple_tag
def versions_of(document: Mapping[str, Any], agency: Agency) -> list[Template]:
    """Every wording the agency has had here, newest first."""
    return queries.versions(agency, str(document["notice"]), str(document["channel"]))


def _why(text: str) -> str:
    if segments.encoding_of(text) == segments.GSM:
        return say(
            "كل حروفه من أبجدية الهواتف: 160 في الجزء الواحد.", "All its letters are of the phones' own: 160 a part."
        )
    strange = segments.foreign(text)
    if strange:
        return say(
            "هذه الرموز تجعل الجزء 70 حرفاً بدل 160: {letters}",
            "These signs make a part 70 letters instead of 160: {letters}",
            letters=" ".join(strange[:12]),
        )
    return say(
        "الحروف العربية: 70 في الجزء الواحد، و67 إن تعددت الأجزاء.", "Arabic letters: 70 a part, 67 with several."
    )


def _order(name: str) -> int:
    return list(MEANINGS).index(name) if name in MEANINGS else len(MEANINGS)
