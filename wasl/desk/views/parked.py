"""Mail that no rule could place or understand: a person reads it and decides."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from wasl.core import clock
from wasl.core.i18n import t
from wasl.core.text import clean
from wasl.desk.people import staff
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.messaging import operations as messaging
from wasl.messaging import queries
from wasl.messaging.models import RawDelivery

SHOWN_BYTES = 20_000

REASONS = {
    "no_account": t("لا حساب بريد لهذا العنوان", "No mail account has this address"),
    "no_receiver": t("لا قسم يستلم هذه القناة", "No room takes this channel"),
    "gave_up": t("تعذّرت قراءتها مراراً", "It could not be read after many tries"),
    "empty": t("رسالة فارغة", "An empty message"),
    "too_big": t("أكبر من المسموح", "Larger than allowed"),
    "child_died": t("توقّف قارئ الرسائل عندها", "The mail reader stopped over it"),
}


@requires(Right.UNPARK)
@require_safe
def parked_list(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first."""
    deliveries = queries.parked_deliveries(_agencies(request))[:200]
    rows = [(delivery, REASONS.get(delivery.note, delivery.note)) for delivery in deliveries]
    return render(request, "desk/parked.html", {"rows": rows})


@requires(Right.UNPARK)
@require_safe
def parked_mail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One parked mail as text; nothing in it is followed or shown as a page."""
    delivery = _own(request, public_id)
    content = bytes(delivery.content)
    context = {
        "delivery": delivery,
        "reason": REASONS.get(delivery.note, delivery.note),
        "source": clean(content[:SHOWN_BYTES].decode("utf-8", "replace")),
        "size": len(content),
        "cut": len(content) > SHOWN_BYTES,
    }
    return render(request, "desk/parked_mail.html", context)


@requires(Right.UNPARK)
@require_POST
def ignore(request: HttpRequest, public_id: str) -> HttpResponse:
    """Set it aside: it stays readable and makes no case."""
    if messaging.ignore(_own(request, public_id), note="by_hand", by=staff(request), at=clock.now()):
        messages.success(request, t("وُضعت الرسالة جانباً.", "The message is set aside."))
    return redirect("desk:parked")


@requires(Right.UNPARK)
@require_POST
def again(request: HttpRequest, public_id: str) -> HttpResponse:
    """Read it once more, after what hindered it was mended."""
    if messaging.unpark(_own(request, public_id), by=staff(request), at=clock.now()):
        messages.success(request, t("ستُقرأ الرسالة من جديد خلال لحظات.", "The message will be read again in a moment."))
    return redirect("desk:parked")


def _agencies(request: HttpRequest) -> list[int]:
    return [scope.agency_id for scope in directory.scopes_of(staff(request), Right.UNPARK, clock.now())]


def _own(request: HttpRequest, public_id: str) -> RawDelivery:
    delivery = queries.delivery_within(_agencies(request), public_id)
    if delivery is None:
        raise Http404
    return delivery
