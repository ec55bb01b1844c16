"""The bell's number, the list behind it, the way from an alert or a link to its case, and everybody's own choices."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from wasl.accounts.models import User
from wasl.alerts import kinds, links, openers, operations, queries
from wasl.alerts.forms import ChoicesForm
from wasl.alerts.models import Alert
from wasl.core import limits
from wasl.core.clock import now
from wasl.core.i18n import say, t
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.web import errors, pages
from wasl.web.doors import private_page
from wasl.web.figures import capped

PAGE = 50
MOST_PAGES = 40
# Of one person; nobody follows so many links of letters.
LINKS, LINK_SECONDS = 120, 600
_REFUSALS: dict[type[links.BadLink], tuple[str, str, int]] = {
    links.LinkOfAnother: (
        t("هذا الرابط لموظف آخر", "This link is somebody else's"),
        t(
            "كُتب هذا الرابط لزميل غيرك ولا يفتح لأحد سواه. إن كان لك فاخرج ثم ادخل بحسابك.",
            "It was written to a colleague and opens for nobody else. If it is yours, sign out and in as yourself.",
        ),
        403,
    ),
    links.UsedLink: (
        t("استُخدم هذا الرابط من قبل", "This link was used before"),
        t(
            "يفتح كل رابط مرة واحدة. تجد الطلب في مكتب العمل أو في تنبيهاتك.",
            "Each link opens once. You find the case on the desk or among your alerts.",
        ),
        410,
    ),
    links.EndedLink: (
        t("انتهت مدة هذا الرابط", "This link has ended"),
        t(
            "تصلح روابط البريد سبعة أيام. تجد الطلب في مكتب العمل أو في تنبيهاتك.",
            "Links of our mails are good for seven days. You find the case on the desk or among your alerts.",
        ),
        410,
    ),
    links.UnknownLink: (
        t("هذا الرابط غير صالح", "This link is not good"),
        t(
            "قد يكون ناقصاً أو قديماً. انسخه كاملاً من الرسالة، أو ابحث عن الطلب في مكتب العمل.",
            "It may be incomplete or old. Copy the whole of it from the mail, or look for the case on the desk.",
        ),
        404,
    ),
}


@dataclass(frozen=True)
class Row:
    """One alert as its person sees it: with a way to the case or page, or without where that is closed to them."""

    alert: Alert
    is_open: bool


@requires(Right.SIGN_IN)
@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """What the person was told: unread first, then the newest."""
    person, at = _person(request), now()
    show = "all" if request.GET.get("show") == "all" else "unread"
    kind = request.GET.get("kind", "")
    page = _page(request)
    found = queries.listed(person, unread_only=show == "unread", kind=kind, at=at)
    shown = list(found[(page - 1) * PAGE : page * PAGE + 1])
    opened = openers.addresses_of(person, {one.case_id for one in shown if one.case_id is not None}, at=at)
    context = {
        "rows": [Row(one, bool(one.path) or one.case_id in opened) for one in shown[:PAGE]],
        "show": show,
        "kind": kind,
        "kinds": [one for one in kinds.kinds() if one is not kinds.DAY],
        "unread": queries.unread_count(person, at=at),
        "page_number": page,
        "previous_page": page - 1 if page > 2 else None,
        "next_page": page + 1,
        "has_more": len(shown) > PAGE and page < MOST_PAGES,
    }
    return render(request, "alerts/list.html", context)


@requires(Right.SIGN_IN)
@never_cache
@require_safe
def count(request: HttpRequest) -> JsonResponse:
    """The number on the bell, and how it is written."""
    unread = queries.unread_count(_person(request), at=now())
    return JsonResponse({"count": unread, "shown": capped(unread)})


@requires(Right.SIGN_IN)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as seen."""
    operations.read(_person(request), at=now())
    return redirect("alerts:list")


@requires(Right.SIGN_IN)
@require_POST
def read_one(request: HttpRequest, number: int) -> HttpResponse:
    """Mark one as seen."""
    alert = _own(request, number)
    operations.read(_person(request), [alert.pk], at=now())
    return redirect(f"{reverse('alerts:list')}?{request.GET.urlencode()}")


@requires(Right.READ_CASE)
@require_GET
def open_alert(request: HttpRequest, number: int) -> HttpResponse:
    """Go to the case or page of an alert, which counts as seen then; no way where the case is closed to the person (by
    now).
    """
    alert, person, at = _own(request, number), _person(request), now()
    if alert.path:
        operations.read(person, [alert.pk], at=at)
        return redirect(alert.path)
    found = openers.addresses_of(person, [alert.case_id], at=at) if alert.case_id is not None else {}
    if alert.case_id not in found:
        raise Http404
    operations.read(person, [alert.pk], at=at)
    return redirect(found[alert.case_id])


@requires(Right.READ_CASE)
@private_page
@never_cache
@require_GET
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Use a link of a letter: whoever is not signed in signs in first, then the exact case opens."""
    person = _person(request)
    if not limits.allow(f"alert-link:{person.pk}", LINKS, LINK_SECONDS):
        return errors.page(request, 429)
    try:
        path = links.open_link(token, by=person, at=now())
    except links.BadLink as refusal:
        return _refusal(request, refusal)
    if not path:
        raise Http404
    return redirect(path)


@requires(Right.SIGN_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """How the person wants to be told of what."""
    person, at = _person(request), now()
    form = ChoicesForm(request.POST or None, wished=queries.wishes_of(person))
    if request.method == "POST" and form.is_valid():
        operations.wish_all(person, form.wishes())
        messages.success(request, say("حُفظت اختياراتك.", "Your choices were saved."))
        return redirect("alerts:choices")
    agency = directory.own_agency(person, at)
    rule = queries.digest_rule(agency) if agency is not None else None
    context = {
        "form": form,
        "rule": rule,
        "hour": f"{rule.hour}:00" if rule is not None else "",
        "person": person,
        "has_bounced": queries.last_letter_failed(person),
    }
    return render(request, "alerts/choices.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return min(max(int(asked), 1), MOST_PAGES) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 1


def _own(request: HttpRequest, number: int) -> Alert:
    person, at = _person(request), now()
    found = queries.alerts_of(person, at=at).filter(pk=number).first()
    if found is None:
        closed = queries.given_to(person, at=at).filter(pk=number).first()
        if closed is not None and closed.case_id is not None:
            openers.refuse(person, closed.case_id, at=at)
        raise Http404
    return found


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _refusal(request: HttpRequest, refusal: links.BadLink) -> HttpResponse:
    title, words, status = _REFUSALS[type(refusal)]
    actions = [
        (say("إلى تنبيهاتي", "To my alerts"), reverse("alerts:list")),
        (say("إلى مكتب العمل", "To the desk"), reverse("web:start")),
    ]
    return pages.message(request, title=title, paragraphs=[words], tone="warn", actions=actions, status=status)
