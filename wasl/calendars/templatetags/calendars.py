"""`{% load calendars %}`: Hijri dates under Gregorian ones."""

from datetime import date, datetime

from django import template
from django.utils import timezone

from wasl.calendars.hijri import hijri_text
from wasl.calendars.umm_al_qura import month_in_words
from wasl.core.i18n import language
from wasl.directory.models import Agency

register = template.Library()


@register.filter
def hijri(value: date | datetime | None, agency: Agency | None = None) -> str:
    """A day in Hijri words; a moment is taken in the agency's zone, else in the present one; nothing for no day.

    `{{ due|hijri:agency }}` goes by the months that agency has seen begin, `{{ due|hijri }}` by Umm al-Qura.
    """
    if not isinstance(value, date):
        return ""
    return hijri_text(_day(value, agency), agency_id=agency.pk if agency is not None else None)


@register.simple_tag
def hijri_month(year: int, month: int) -> str:
    """«رمضان 1448 هـ» in the present language."""
    return month_in_words(year, month, language())


def _day(value: date, agency: Agency | None) -> date:
    if not isinstance(value, datetime):
        return value
    if timezone.is_naive(value):
        return value.date()
    return timezone.localtime(value, agency.zone if agency is not None else None).date()
