"""Hijri dates in words, as they stand under Gregorian ones."""

from datetime import date

from wasl.calendars import queries
from wasl.calendars.umm_al_qura import NO_OFFSETS, OutOfRange, hijri_date
from wasl.core.i18n import language as present_language


def hijri_text(day: date, language: str | None = None, offset_days: int = 0, *, agency_id: int | None = None) -> str:
    """«19 جمادى الآخرة 1448 هـ»: a day in Hijri words, in the present language if none is named.

    With an agency, its months begin when it saw the moon; all other months `offset_days` later than Umm al-Qura says.
    Empty for days outside the table (1924 to 2077).
    """
    offsets = NO_OFFSETS if agency_id is None else queries.hijri_offsets(agency_id)
    try:
        return hijri_date(day, offsets, offset_days=offset_days).in_words(language or present_language())
    except OutOfRange:
        return ""
