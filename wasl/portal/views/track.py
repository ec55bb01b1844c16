"""Following a case: by number and phone, or by its private link; and what its citizen can do there."""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wasl.cases import operations as cases
from wasl.cases import queries as case_queries
from wasl.cases.models import Case
from wasl.core import clock, edition, guesses, limits
from wasl.core.i18n import t
from wasl.core.models import StoredFile
from wasl.portal import photos
from wasl.portal.followed import case_of_claim, claimed_number, followed
from wasl.portal.forms import RATING_ICONS, AddForm, AnswerForm, RateForm, ReopenForm, ReviewForm, TrackForm
from wasl.portal.receipts import receipt_of
from wasl.portal.views.frame import PortalRequest, View, of_agency
from wasl.web import client, pages
from wasl.web.doors import cleans_input, private_page, public
from wasl.web.moments import duration_text

CHANNEL = "portal"
GUESS = "track"
# A private link holds 70 random bits, so nobody types it wrong thirty times: who does is guessing, and waits.
WRONG_LINKS, WRONG_LINKS_SECONDS = 30, 10 * 60
# One citizen writes now and then; a script with the link of one case would write without end.
WRITES, WRITES_SECONDS = 20, 60 * 60


@public
@cleans_input
@private_page
@of_agency
@require_http_methods(["GET", "POST"])
def track(request: PortalRequest) -> HttpResponse:
    """Ask for number and phone (or e-mail). What does not fit gets one answer, whatever the reason."""
    form = TrackForm(
        request.POST if request.method == "POST" else None, initial={"number": request.GET.get("number", "")[:40]}
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "portal/track.html", {"form": form}, status=422 if form.errors else 200)
    number, contact = form.cleaned_data["number"], form.cleaned_data["contact"]
    guess = {"address": client.address(request), "subject": claimed_number(number)}
    wait = guesses.must_wait(GUESS, **guess)
    if wait:
        return _slow_down(request, form, wait)
    case = case_of_claim(request.agency, number=number, contact=contact)
    if case is None:
        guesses.register_wrong(GUESS, **guess)
        form.add_error(None, NO_SUCH_PAIR)
        return render(request, "portal/track.html", {"form": form}, status=422)
    guesses.forgive(GUESS, subject=guess["subject"])
    return redirect("portal:case", code=cases.access_code(case))


NO_SUCH_PAIR = t(
    "لم نجد طلباً بهذا الرقم مع هذا الهاتف أو البريد. راجعهما من فضلك.",
    "We found no request with this number and this phone or e-mail. Please check both.",
)


def by_link(view: Callable[..., HttpResponse]) -> View:
    """A page of the private link: comes with its case, or is not found. Wrong links are counted per address."""

    @wraps(view)
    def guarded(request: PortalRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
        key = f"track:link:{client.address(request)}"
        if limits.used(key, WRONG_LINKS_SECONDS) >= WRONG_LINKS:
            return _no_link(request, 429)
        case = case_queries.by_access_code(code)
        if case is None or case.agency_id != request.agency.pk or case.state == "spam":
            limits.allow(key, WRONG_LINKS, WRONG_LINKS_SECONDS)
            return _no_link(request, 404)
        return view(request, case, *args, **kwargs)

    return public(cleans_input(private_page(of_agency(guarded))))


@by_link
@require_safe
@edition.once()
def case(request: PortalRequest, case: Case) -> HttpResponse:
    """The case as its citizen sees it."""
    return _show(request, case)


@by_link
@require_safe
def qr(request: PortalRequest, case: Case) -> HttpResponse:
    """The private link as a QR picture, to take it from the screen to the phone."""
    picture = segno.make(receipt_of(case, at=clock.now()).link, error="m", micro=False)
    drawing = io.BytesIO()
    picture.save(drawing, kind="svg", scale=4, border=2, dark="#0d2f2b", light="#fff", xmldecl=False)
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")


@by_link
@require_POST
def add(request: PortalRequest, case: Case) -> HttpResponse:
    """Add words or photos unasked."""
    form = AddForm(request.POST)
    taken, refused = photos.take(request, agency_id=case.agency_id, at=clock.now())
    if not form.is_valid() or refused:
        return _show(request, case, add=form, refused=refused, status=422)
    return _do(
        request,
        case,
        lambda: cases.add_information(
            case, text=form.cleaned_data["text"], channel=CHANNEL, at=clock.now(), files=taken
        ),
        t("وصلت معلومتك، شكراً لك.", "We have it, thank you."),
        add=form,
        files=taken,
    )


@by_link
@require_POST
def answer(request: PortalRequest, case: Case) -> HttpResponse:
    """Answer the question that was asked; the clock goes on."""
    form = AnswerForm(request.POST)
    taken, refused = photos.take(request, agency_id=case.agency_id, at=clock.now())
    if not form.is_valid() or refused:
        return _show(request, case, answer=form, refused=refused, status=422)
    return _do(
        request,
        case,
        lambda: cases.answer_from_beneficiary(
            case, text=form.cleaned_data["text"], channel=CHANNEL, at=clock.now(), files=taken
        ),
        t("وصل جوابك، وعاد حساب الوقت.", "Your answer arrived, and the clock runs again."),
        answer=form,
    )


@by_link
@require_POST
def reopen(request: PortalRequest, case: Case) -> HttpResponse:
    """Say "not solved": the case goes back to its unit with a new clock."""
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _show(request, case, reopen=form, status=422)
    return _do(
        request,
        case,
        lambda: cases.reopen(case, reason=form.cleaned_data["reason"], at=clock.now()),
        t("أعدنا فتح طلبك بالرقم نفسه.", "Your request is open again, under the same number."),
        reopen=form,
    )


@by_link
@require_POST
def review(request: PortalRequest, case: Case) -> HttpResponse:
    """Ask that somebody higher looks at it: once at each level, and pressing twice asks once."""
    form = ReviewForm(request.POST)
    taken, refused = photos.take(request, agency_id=case.agency_id, at=clock.now(), documents=True)
    if not form.is_valid() or refused:
        return _show(request, case, review=form, review_refused=refused, status=422)
    return _do(
        request,
        case,
        lambda: cases.ask_appeal(case, words=form.cleaned_data["words"], channel=CHANNEL, at=clock.now(), files=taken),
        t(
            "وصل طلب المراجعة، وموعد الجواب أدناه.",
            "We have your request for a review; the day of the answer stands below.",
        ),
        review=form,
    )


@by_link
@require_POST
def withdraw(request: PortalRequest, case: Case) -> HttpResponse:
    """Take the request back; pressing twice does it once and says so calmly."""
    if case.state == "withdrawn":
        messages.info(request, WITHDRAWN)
        return redirect("portal:case", code=cases.access_code(case))
    return _do(request, case, lambda: cases.withdraw(case, at=clock.now()), WITHDRAWN, too_late=ENDED)


WITHDRAWN = t("سُحب طلبك، ولن يُعمل عليه بعد الآن.", "Your request is withdrawn; nobody works on it any more.")
ENDED = t(
    "انتهت معالجة الطلب قبل ذلك، فلا حاجة إلى سحبه.",
    "The request was finished before that, so there is nothing to withdraw.",
)


@by_link
@require_POST
def rate(request: PortalRequest, case: Case) -> HttpResponse:
    """Rate the service, with a reason if there is one."""
    form = RateForm(request.POST)
    if not form.is_valid():
        return _show(request, case, rate=form, status=422)
    given = form.cleaned_data
    return _do(
        request,
        case,
        lambda: cases.rate(case, rating=int(given["rating"]), comment=given["comment"], at=clock.now()),
        t("وصل تقييمك، شكراً لك.", "Your rating arrived, thank you."),
        rate=form,
    )


def _do(
    request: PortalRequest,
    case: Case,
    act: Callable[[], object],
    thanks: str,
    *,
    too_late: str | None = None,
    files: list[StoredFile] | None = None,
    **forms: Any,
) -> HttpResponse:
    if not limits.allow(f"track:write:{case.pk}", WRITES, WRITES_SECONDS):
        return _show(request, case, note=TOO_OFTEN, status=429, **forms)
    try:
        act()
    except (cases.NotNow, cases.TooLate):
        return _show(request, case_queries.by_id(case.pk), note=too_late or NOT_ANY_MORE, status=409, **forms)
    except cases.Missing as missing:
        return _show(request, case, note=str(missing), status=422, **forms)
    messages.success(request, thanks)
    return redirect("portal:case", code=cases.access_code(case))


TOO_OFTEN = t(
    "وصلتنا منك رسائل كثيرة في هذا الطلب. انتظر قليلاً ثم أرسل.",
    "Much has come in for this request. Wait a while, then send again.",
)
NOT_ANY_MORE = t(
    "تغيّرت حالة الطلب، ولم يعد هذا الإجراء متاحاً. نصّك باقٍ أدناه؛ يمكنك إضافته معلومةً.",
    "The request has moved on, so this cannot be done any more. Your words stand below; you can still add them.",
)


def _show(request: PortalRequest, case: Case, *, status: int = 200, **given: Any) -> HttpResponse:
    at = clock.now()
    forms = {
        "add_form": given.get("add") or AddForm(),
        "answer_form": given.get("answer") or AnswerForm(),
        "reopen_form": given.get("reopen") or ReopenForm(),
        "review_form": given.get("review") or ReviewForm(),
        "rate_form": given.get("rate")
        or RateForm(initial={"rating": str(case.rating or ""), "comment": case.rating_comment}),
    }
    context = {
        "followed": followed(case, at=at),
        "case": case,
        "note": given.get("note", ""),
        "refused": given.get("refused", []),
        "review_refused": given.get("review_refused", []),
        "receipt": receipt_of(case, at=at),
        "now": at,
        "rating_icons": RATING_ICONS,
        **forms,
    }
    return render(request, "portal/case.html", context, status=status)


def _slow_down(request: PortalRequest, form: TrackForm, wait: int) -> HttpResponse:
    form.add_error(
        None,
        t(
            "كثرت المحاولات. انتظر {wait} ثم حاول، أو اتصل بالرقم 1111.",
            "Too many tries. Wait {wait} and try again, or call 1111.",
            wait=duration_text(max(wait, 60)),
        ),
    )
    response = render(request, "portal/track.html", {"form": form}, status=429)
    response["Retry-After"] = str(wait)
    return response


def _no_link(request: PortalRequest, status: int) -> HttpResponse:
    return pages.message(
        request,
        title=t("هذا الرابط لا يفتح طلباً", "This link opens no request"),
        paragraphs=[
            t(
                "انسخ الرابط كاملاً من رسالتك، أو تابع برقم الطلب.",
                "Copy the whole link from our message, or follow by number.",
            )
        ],
        tone="warn",
        actions=[(t("تابع برقم الطلب", "Follow by number"), reverse("portal:track"))],
        status=status,
    )
