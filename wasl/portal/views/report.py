"""The four steps of a report, its check page and its receipt. Every POST ends in a redirect, or in the form again."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.cases.workflow import KINDS
from wasl.catalogue import queries as catalogue
from wasl.catalogue.asking import asking
from wasl.catalogue.forms import Answers, read
from wasl.core import clock, edition
from wasl.core.files import FileGone
from wasl.core.i18n import t
from wasl.core.text import clean_line, latin_digits
from wasl.intake import operations as intake
from wasl.intake import queries as intake_queries
from wasl.intake.limits import TooMany
from wasl.places import queries as places
from wasl.portal import operations, photos, queries
from wasl.portal.filled import OTHER_KINDS, Filled, filled
from wasl.portal.forms import CHANNEL_ICONS, DetailsForm, PlaceForm
from wasl.portal.models import Draft
from wasl.portal.outlook import outlook
from wasl.portal.receipts import receipt_of
from wasl.portal.views.frame import PortalRequest, View, asked, draft_of, of_agency, remember_draft
from wasl.web import client
from wasl.web.doors import cleans_input, private_page, public

DOOR = "portal"
KIND_ICONS = {
    "report": "megaphone",
    "complaint": "message-square-warning",
    "inquiry": "circle-question-mark",
    "suggestion": "lightbulb",
    "praise": "heart",
}
STEPS = (
    ("portal:report", t("نوع البلاغ", "What it is"), t("اختر الموضوع", "Choose the topic")),
    ("portal:place", t("الموقع والصور", "Place and photos"), t("حدّد المكان", "Show us where")),
    (
        "portal:details",
        t("التفاصيل والتواصل", "Details and contact"),
        t("وصف قصير ورقم هاتفك", "A few words, your number"),
    ),
    ("portal:check", t("المراجعة والإرسال", "Check and send"), t("رقم متابعة فوري", "Your number at once")),
)


def step(number: int) -> Callable[[Callable[..., HttpResponse]], View]:
    """A page of the wizard after the first: comes with its draft filled as far as it needs, or leads back."""

    def guard(view: Callable[..., HttpResponse]) -> View:
        @wraps(view)
        def guarded(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            draft = draft_of(request)
            if draft is None:
                return redirect("portal:report")
            if draft.is_sent:
                return redirect("portal:done")
            known = filled(draft, at=clock.now())
            missing = _first_missing(known, before=number)
            if missing:
                return redirect(missing)
            try:
                return view(request, known, *args, **kwargs)
            except operations.DraftClosed:
                return redirect("portal:done")

        return public(cleans_input(private_page(of_agency(guarded))))

    return guard


@public
@cleans_input
@private_page
@of_agency
@require_http_methods(["GET", "POST"])
def kind(request: PortalRequest) -> HttpResponse:
    """Step 1: the topic, by the person's own words or by category."""
    if request.method == "POST":
        return _choose(request)
    draft = draft_of(request)
    words, category = asked(request, "q"), asked(request, "category", letters=20)
    tree = catalogue.service_tree(request.agency)
    context = {
        "words": words,
        "hits": catalogue.find_services(request.agency, words, limit=8) if words else [],
        "tree": tree,
        "chosen": next(((one, services) for one, services in tree if one.code == category), None),
        "kinds": [(code, KINDS[code], KIND_ICONS[code]) for code in OTHER_KINDS],
        "draft": draft if draft and not draft.is_sent else None,
        "steps": steps(1),
    }
    return render(request, "portal/report_kind.html", context)


@public
@of_agency
@require_GET
def hits(request: PortalRequest) -> HttpResponse:
    """What the search of step 1 finds while somebody types."""
    words = asked(request, "q")
    found = catalogue.find_services(request.agency, words, limit=8) if words else []
    return render(request, "portal/parts/hits.html", {"words": words, "hits": found})


@step(2)
@require_http_methods(["GET", "POST"])
def place(request: PortalRequest, known: Filled) -> HttpResponse:
    """Step 2: where it is, and photos. Buttons of photos stay on the page; whatever was typed is kept each time."""
    gone = clean_line(request.POST.get("remove", ""))
    stays = bool(gone) or "add" in request.POST
    form = PlaceForm(
        request.POST if request.method == "POST" else None,
        initial={**known.data, "wilayat": known.data.get("wilayat", "")},
        tree=intake_queries.places_to_offer(request.agency),
        place_needed=known.place_needed and not stays,
    )
    if request.method == "GET":
        return _show_place(request, known, form)
    refused = photos.take_into_draft(request, known.draft, at=clock.now())
    if gone:
        operations.remove_photo(known.draft, gone)
    if refused or not form.is_valid():
        return _show_place(request, filled(known.draft, at=clock.now()), form, refused=refused)
    operations.fill(known.draft, _place_values(form.cleaned_data))
    if not stays:
        _note_the_same(request, filled(known.draft, at=clock.now()))
    return redirect(reverse("portal:place") + "#photos" if stays else "portal:details")


@public
@of_agency
@require_GET
def around(request: PortalRequest) -> HttpResponse:
    """What a place means while it is being chosen: its names, reports like it nearby, unit and dates."""
    draft = draft_of(request)
    if draft is None or draft.is_sent:
        return HttpResponse(status=204)
    form = PlaceForm(request.GET, tree=intake_queries.places_to_offer(request.agency), place_needed=False)
    form.is_valid()
    draft.data = {**draft.data, **_place_values(form.cleaned_data)}
    known = filled(draft, at=clock.now())
    return render(request, "portal/parts/around.html", _surroundings(known) | {"live": True})


@step(3)
@require_http_methods(["GET", "POST"])
def details(request: PortalRequest, known: Filled) -> HttpResponse:
    """Step 3: what happened, what the service asks, and how to answer."""
    form = DetailsForm(
        request.POST if request.method == "POST" else None,
        initial={key: value for key, value in known.data.items() if key in DetailsForm.base_fields},
        words_needed=known.words_needed,
        asks_facts=known.asks_facts,
        asks_staff=known.asks_staff,
    )
    # Before anything was sent nobody has forgotten an answer yet.
    answers = known.answers if "answers" in known.data else Answers()
    if request.method == "POST":
        answers = read(known.questions, request.POST, today=known.today)
        if form.is_valid() and answers.is_valid:
            shown = known.notice.code if known.notice else ""
            operations.fill(known.draft, {**form.cleaned_data, "answers": answers.values, "notice": shown})
            return redirect("portal:check")
    context = {
        "form": form,
        "asking": asking(known.questions, answers),
        "known": known,
        "steps": steps(3, known),
        "outlook": outlook(known, at=clock.now()),
        "icons": CHANNEL_ICONS,
        "privacy_url": reverse("portal:privacy"),
    }
    status = 422 if form.errors or (form.is_bound and answers.errors) else 200
    return render(request, "portal/report_details.html", context, status=status)


@public
@private_page
@of_agency
@require_http_methods(["GET", "POST"])
@edition.once()
def check(request: PortalRequest) -> HttpResponse:
    """Step 4: everything once more, then sent. The same key sent again leads to the same receipt."""
    draft = draft_of(request)
    if request.method == "POST":
        return _send(request, draft)
    if draft is None:
        return redirect("portal:report")
    if draft.is_sent:
        return redirect("portal:done")
    return _show_check(request, filled(draft, at=clock.now()))


@public
@private_page
@of_agency
@require_GET
def done(request: PortalRequest) -> HttpResponse:
    """The receipt: number, private link, unit and dates. Comes up again after a reload."""
    draft = draft_of(request, with_case=True)
    if draft is None or draft.case is None:
        return redirect("portal:report")
    return render(request, "portal/report_done.html", {"receipt": receipt_of(draft.case, at=clock.now())})


@public
@of_agency
@require_POST
def discard(request: PortalRequest) -> HttpResponse:
    """Begin anew: the draft and its photos are forgotten."""
    draft = draft_of(request)
    if draft is not None and not draft.is_sent:
        operations.discard(draft)
    return redirect("portal:report")


def steps(present: int, known: Filled | None = None) -> list[dict[str, Any]]:
    """The line of steps, with what was chosen under the first."""
    line = []
    for number, (url, title, hint) in enumerate(STEPS, start=1):
        chosen = _chosen(known, number) or hint
        line.append(
            {
                "number": number,
                "url": url,
                "title": title,
                "hint": chosen,
                "is_done": number < present,
                "is_here": number == present,
            }
        )
    return line


def _choose(request: PortalRequest) -> HttpResponse:
    code, kind_code = clean_line(request.POST.get("service", ""))[:20], clean_line(request.POST.get("kind", ""))
    service = queries.offered_service(request.agency, code, at=clock.now()) if code else None
    if service is None and (code or kind_code not in OTHER_KINDS):
        messages.error(
            request, t("هذه الخدمة غير متاحة الآن. اختر غيرها.", "This service is not offered now. Choose another.")
        )
        return redirect("portal:report")
    draft, secret = draft_of(request), ""
    if draft is None or draft.is_sent:
        draft, secret = operations.start_draft(request.agency, at=clock.now())
    chosen = {"service": service.code if service else "", "kind": service.kind if service else kind_code}
    try:
        operations.fill(draft, chosen)
    except operations.DraftClosed:  # sent in another tab just now
        return redirect("portal:done")
    response = redirect("portal:place")
    if secret:
        remember_draft(response, secret)
    return response


def _show_place(
    request: PortalRequest, known: Filled, form: PlaceForm, refused: list[photos.Refused] | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "known": known,
        "refused": refused or [],
        "photos": known.photos,
        "most_photos": operations.MOST_PHOTOS,
        "areas": places.areas_of(known.wilayat, agency=request.agency) if known.wilayat else [],
        "steps": steps(2, known),
        "now": clock.now(),
    }
    response = render(request, "portal/report_place.html", context | _surroundings(known))
    if any(one.is_not_now for one in refused or []):  # nothing is wrong with the form: the page is the same, later
        response.status_code, response["Retry-After"] = 503, photos.RETRY_SECONDS
    elif form.errors or refused:
        response.status_code = 422
    return response


def _surroundings(known: Filled) -> dict[str, Any]:
    at = clock.now()
    located = intake.place_of(known.where, known.draft.agency)
    return {"located": located, "similar": _similar(known), "outlook": outlook(known, at=at), "known": known}


def _similar(known: Filled) -> list[Case]:
    """Open reports of the same service nearby; none of services that are not shown to the public."""
    if known.service is None or not known.service.public_map:
        return []
    lat, lon = known.point or (None, None)
    return cases.similar_open(
        agency=known.draft.agency,
        service_id=known.service.pk,
        at=known.at,
        lat=lat,
        lon=lon,
        wilayat=known.wilayat,
    )


def _note_the_same(request: PortalRequest, known: Filled) -> None:
    """Keep of which report nearby the person said "the same problem"; going on without a word takes it back."""
    said = latin_digits(clean_line(request.POST.get("same", "")))
    near = {case.digits for case in _similar(known)} if said else set()
    same_as = said if said in near else ""
    if same_as != known.same_as:
        operations.fill(known.draft, {"same_as": same_as})


def _show_check(request: PortalRequest, known: Filled, *, note: str = "", status: int = 200) -> HttpResponse:
    missing = _first_missing(known, before=4)
    if missing:
        return redirect(missing)
    context = {
        "known": known,
        "located": intake.place_of(known.where, known.draft.agency),
        "steps": steps(4, known),
        "outlook": outlook(known, at=clock.now()),
        "joins": next((case for case in _similar(known) if case.digits == known.same_as), None)
        if known.same_as
        else None,
        "note": note,
        "now": clock.now(),
    }
    return render(request, "portal/report_check.html", context, status=status)


def _send(request: PortalRequest, draft: Draft | None) -> HttpResponse:
    key = clean_line(request.POST.get("key", ""))[:32]
    if draft is None or draft.key != key:
        return _send_late(request, draft, key)
    if draft.is_sent:
        return redirect("portal:done")
    known = filled(draft, at=clock.now())
    missing = _first_missing(known, before=4)
    if missing:
        return redirect(missing)
    try:
        receipt = intake.submit_report(
            known.report, agency=request.agency, door=DOOR, key=key, address=client.address(request), at=clock.now()
        )
        case = receipt.case
    except TooMany:
        return _show_check(request, known, note=TOO_MANY, status=429)
    except FileGone:
        return _show_check(request, filled(draft, at=clock.now()), note=PHOTO_GONE, status=409)
    except intake.IdempotencyConflict as conflict:
        case = conflict.case
    operations.finish(draft, case, at=clock.now())
    return redirect("portal:done")


TOO_MANY = t(
    "وصلتنا بلاغات كثيرة من هذا الاتصال. انتظر بضع دقائق ثم أرسل؛ بلاغك محفوظ كما كتبته.",
    "Many reports came from this connection. Wait a few minutes and send again; yours is kept as you wrote it.",
)
PHOTO_GONE = t("انتهت مدة حفظ صورة. راجع الصور ثم أرسل.", "A photo was kept too long. Look at the photos, then send.")
CHANGED = t(
    "تغيّر البلاغ منذ فتح هذه الصفحة. راجعه ثم أرسل.",
    "The report changed since this page was opened. Check it, then send.",
)


def _send_late(request: PortalRequest, draft: Draft | None, key: str) -> HttpResponse:
    # An old page sends again, its draft gone or replaced: whoever holds the key made the case, so show it.
    case = intake_queries.case_of_key(request.agency, door=DOOR, key=key) if key else None
    if case is not None:
        return redirect(receipt_of(case, at=clock.now()).path)
    if draft is None or draft.is_sent:
        messages.error(
            request, t("انتهت مدة المسودة. ابدأ من جديد من فضلك.", "The draft has expired. Please start again.")
        )
        return redirect("portal:report")
    return _show_check(request, filled(draft, at=clock.now()), note=CHANGED, status=409)


def _first_missing(known: Filled, *, before: int) -> str:
    ready = ("is_chosen", "is_placed", "is_detailed")
    for (url, _, _), is_ready in zip(STEPS, ready[: before - 1], strict=False):
        if not getattr(known, is_ready):
            return url
    return ""


def _place_values(given: dict[str, Any]) -> dict[str, Any]:
    wilayat, lat, lon = given.get("wilayat"), given.get("lat"), given.get("lon")
    return {
        "wilayat": wilayat.code if wilayat else "",
        "area_text": given.get("area_text", ""),
        "address_text": given.get("address_text", ""),
        "lat": str(lat) if lat is not None else "",
        "lon": str(lon) if lon is not None else "",
    }


def _chosen(known: Filled | None, number: int) -> str:
    if known is None or number > 2:
        return ""
    if number == 2:
        return str(known.wilayat.name) if known.wilayat else ""
    return str(known.service.name if known.service else KINDS[known.kind])
