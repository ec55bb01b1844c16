"""Working time beside its rows: the months to come, proposed holidays to be confirmed, and calendar files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wasl.administration import calendar_files, exporting, queries, registry
from wasl.administration.registry import Document
from wasl.administration.views.files import look_or_apply
from wasl.administration.views.here import Here, here
from wasl.calendars import queries as calendars
from wasl.calendars.countries import COUNTRIES, country_of
from wasl.calendars.ical import LARGEST, BadCalendar
from wasl.calendars.models import HijriHours, HijriOffset, Holiday
from wasl.calendars.proposals import source_in_words
from wasl.calendars.umm_al_qura import Offsets, hijri_date, month_begins, month_ends, next_month, previous_month
from wasl.core.i18n import t
from wasl.core.text import clean_line
from wasl.directory.doors import requires
from wasl.directory.rights import Right

MONTHS_SHOWN = 13
YEARS_AHEAD = 4


# --- the moon ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """One Hijri month on the page of the moon."""

    year: int
    month: int
    begins: date
    ends: date
    said: date
    sighting: HijriOffset | None
    hours: list[HijriHours]
    feasts: list[Holiday]
    is_present: bool
    url: str

    @property
    def days(self) -> int:
        """How many days it has, as far as known."""
        return (self.ends - self.begins).days + 1

    @property
    def hangs(self) -> bool:
        """Does anything move with its beginning?"""
        return bool(self.hours or self.feasts)


@requires(Right.READ_CONFIG)
@require_safe
def moon(request: HttpRequest, agency: str) -> HttpResponse:
    """The months from the one before this on: when they begin, by what, and what hangs on them."""
    place = here(request, agency)
    kind = registry.kind_of("hijri_months")
    context = place.context(kind=kind, months=list(_months(place)), may_change=place.may_change(kind))
    return render(request, "administration/moon.html", context)


def _months(place: Here) -> Iterator[Month]:
    offsets = calendars.hijri_offsets(place.agency.pk)
    sighted = {(row.year, row.month): row for row in calendars.sightings(place.agency.pk)}
    hours = [row for row in calendars.all_hijri_hours(place.agency.pk) if row.withdrawn_at is None]
    feasts = calendars.proposals_by_month(place.agency.pk)
    today = place.at.astimezone(place.agency.zone).date()
    present = hijri_date(today, offsets)
    at = previous_month(present.year, present.month)
    for _ in range(MONTHS_SHOWN):
        yield Month(
            *at,
            begins=month_begins(*at, offsets),
            ends=month_ends(*at, offsets),
            said=month_begins(*at),
            sighting=sighted.get(at),
            hours=[row for row in hours if row.month == at[1] and at[0] in calendars.month_hours(row).years],
            feasts=feasts.get(at, []),
            is_present=at == (present.year, present.month),
            url=_noting(place, at, offsets, is_there=at in sighted),
        )
        at = next_month(*at)


def _noting(place: Here, month: tuple[int, int], offsets: Offsets, *, is_there: bool) -> str:
    if is_there:
        code = f"{month[0]}-{month[1]:02d}"
        return reverse("administration:row", args=[place.agency.code, "hijri_months", code])
    first = month_begins(*month, offsets)
    known = {"year": month[0], "month": month[1], "begins_on": first.isoformat()}
    return f"{reverse('administration:new', args=[place.agency.code, 'hijri_months'])}?{urlencode(known)}"


# --- proposed holidays ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposed:
    """One proposal on the page, with what its form must carry."""

    row: Holiday
    document: Document
    seen: str
    days: int

    @property
    def source(self) -> str:
        """Where it comes from, in the reader's language."""
        return source_in_words(self.row.source)


@requires(Right.READ_CONFIG)
@require_safe
def proposals(request: HttpRequest, agency: str) -> HttpResponse:
    """Every proposed holiday to come, each with the form that confirms or moves it."""
    return _proposals_page(here(request, agency))


@requires(Right.CONFIGURE)
@require_POST
def propose(request: HttpRequest, agency: str) -> HttpResponse:
    """See what the public table would add for another year; nothing is added yet."""
    place = here(request, agency)
    if (due := place.must_change(registry.kind_of("holidays"))) is not None:
        return due
    country, year = request.POST.get("country", ""), request.POST.get("year", "")
    if country not in COUNTRIES or year not in {str(one) for one in _years(place)}:
        return _proposals_page(place, t("اختر بلداً وسنة من القائمة.", "Choose a country and a year of the list."))
    missing = calendars.missing_proposals(place.agency, country=country, years=[int(year)], at=place.at)
    if not missing:
        return _proposals_page(
            place,
            t("لا جديد لسنة {year}: كل إجازاتها هنا.", "Nothing new for {year}: its holidays are all here.", year=year),
        )
    text = calendar_files.as_proposals(place.agency, missing)
    back = reverse("administration:proposals", args=[place.agency.code])
    return look_or_apply(place, exporting.read_file(text), text, came_from=back)


def _proposals_page(place: Here, fault: str = "") -> HttpResponse:
    kind = registry.kind_of("holidays")
    documents = queries.documents(kind, place.agency, place.at)
    today = place.at.astimezone(place.agency.zone).date()
    found = [
        Proposed(row, documents[row.known_as], queries.digest(documents[row.known_as]), _days_of(row))
        for row in calendars.proposed_holidays(place.agency.pk)
        if row.on_to >= today and row.known_as in documents
    ]
    context = place.context(
        kind=kind,
        proposals=found,
        countries=[(one.code, one.name) for one in COUNTRIES.values()],
        country=place.request.POST.get("country", "") or country_of(place.agency).code,
        years=_years(place),
        year=_chosen_year(place, today.year + 1),
        today=today,
        fault=fault,
        may_change=place.may_change(kind),
    )
    return render(place.request, "administration/proposals.html", context, status=422 if fault else 200)


def _days_of(row: Holiday) -> int:
    return (row.on_to - row.on_from) // timedelta(days=1) + 1


def _chosen_year(place: Here, otherwise: int) -> int:
    year = place.request.POST.get("year", "")
    return int(year) if year.isdecimal() and len(year) == 4 else otherwise


def _years(place: Here) -> list[int]:
    this_year = place.at.astimezone(place.agency.zone).year
    return list(range(this_year, this_year + YEARS_AHEAD + 1))


# --- calendar files ---------------------------------------------------------------------------------------------------


@requires(Right.READ_CONFIG)
@require_safe
def calendar_file(request: HttpRequest, agency: str) -> HttpResponse:
    """The holidays and special hours as an iCalendar file; `?calendar=` names one calendar."""
    place = here(request, agency)
    code = request.GET.get("calendar", "")
    calendar = calendars.calendar_by_code(place.agency.pk, code) if code else None
    if code and calendar is None:
        raise Http404
    content = calendar_files.calendar_file(place.agency, calendar, at=place.at)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    name = f"wasl-{place.agency.code}-{code}" if code else f"wasl-{place.agency.code}"
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response["Cache-Control"] = "no-store"
    return response


@requires(Right.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_upload(request: HttpRequest, agency: str) -> HttpResponse:
    """Choose a calendar file; then see what it would add, change and leave out."""
    place = here(request, agency)
    due = place.must_change(registry.kind_of("holidays"), registry.kind_of("special_hours"))
    if due is not None:
        return due
    if request.method != "POST":
        return _upload_page(place)
    upload = request.FILES.get("file")
    if upload is None or upload.size is None or upload.size > LARGEST:
        return _upload_page(place, t("اختر ملف iCal لا يتجاوز 1 م.بايت.", "Choose an iCal file of 1 MB at most."))
    try:
        offered = calendar_files.offered(
            upload.read(),
            agency=place.agency,
            official=request.POST.get("standing") == "official",
            source=clean_line(request.POST.get("source", ""))[:200],
            at=place.at,
        )
    except BadCalendar as refused:
        return _upload_page(place, str(refused))
    back = reverse("administration:calendar_upload", args=[place.agency.code])
    read = exporting.read_file(offered.text)
    return look_or_apply(place, read, offered.text, left_out=offered.left_out, came_from=back)


def _upload_page(place: Here, fault: str = "") -> HttpResponse:
    context = place.context(kind=registry.kind_of("holidays"), fault=fault)
    return render(place.request, "administration/calendar_upload.html", context, status=422 if fault else 200)
