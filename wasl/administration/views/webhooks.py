"""Subscriptions of other systems: made with a secret shown once, changed, turned, paused, tried; and what was sent."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wasl.administration.views.here import Here, here
from wasl.administration.views.keys import OnceForm, may_manage, must_manage
from wasl.core.i18n import t
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.integrations import jobs, operations, queries, retries
from wasl.integrations.models import Delivery, Subscription
from wasl.integrations.offered import OFFERED, USUAL
from wasl.integrations.words import said
from wasl.web.doors import cleans_input, private_page

PAGE = 50


class SubscriptionForm(OnceForm):
    """Where to send, and what of."""

    name = forms.CharField(
        max_length=120,
        label=t("اسم النظام", "Name of the system"),
        error_messages={"required": t("اكتب اسم النظام.", "Name the system.")},
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )
    url = forms.CharField(
        max_length=500,
        label=t("العنوان الذي نرسل إليه", "The address we send to"),
        help_text=t(
            "عنوان https يستقبل POST. لا نتبع الإحالات إلى عنوان آخر.",
            "An https address that takes POST. Redirects are not followed.",
        ),
        error_messages={"required": t("اكتب العنوان.", "Write the address.")},
        widget=forms.TextInput({"dir": "ltr", "inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
    )
    kinds = forms.MultipleChoiceField(
        choices=[(one.code, t(one.title["ar"], one.title["en"])) for one in OFFERED.values()],
        label=t("ما يُخبَر عنه", "What it hears of"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": t("اختر واحداً على الأقل.", "Choose at least one.")},
    )
    confidential = forms.BooleanField(
        required=False,
        label=t("ومن الطلبات السرية أيضاً", "Of confidential cases too"),
        help_text=t(
            "لا يُرسل كلام أحد ولا اسمه في كل حال؛ لكن وجود طلب سري ورقمه خبر بذاته.",
            "Nobody's words or name are sent in any case; yet that such a case exists is news by itself.",
        ),
    )

    def clean_url(self) -> str:
        try:
            return operations.check_url(self.cleaned_data["url"])
        except operations.BadSubscription as refused:
            raise forms.ValidationError(str(refused)) from None


@requires(Right.READ_CONFIG)
@require_safe
def subscription_list(request: HttpRequest, agency: str) -> HttpResponse:
    """All subscriptions of an agency, and how they fare."""
    place = here(request, agency)
    found = list(queries.subscriptions_of(place.agency))
    counts = queries.counts(found)
    rows = [(one, counts[one.pk]) for one in found]
    return render(request, "administration/webhooks.html", place.context(rows=rows, may=may_manage(place)))


@requires(Right.MANAGE_KEYS)
@cleans_input
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_subscription(request: HttpRequest, agency: str) -> HttpResponse:
    """Make a subscription. Its secret stands in this one answer and nowhere else."""
    place = must_manage(request, agency)
    form = SubscriptionForm(request.POST or None, initial={"kinds": USUAL})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            made = operations.add_subscription(
                place.agency, **_typed(typed), form=typed["once"], by=place.user, at=place.at
            )
        except operations.AlreadyMade:
            return _already(place, typed["once"])
        except operations.BadSubscription as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            return _shown_once(place, made.subscription, made.secret, is_new=True)
    return _form_page(place, form)


@requires(Right.MANAGE_KEYS)
@cleans_input
@require_http_methods(["GET", "HEAD", "POST"])
def change_subscription(request: HttpRequest, agency: str, subscription: str) -> HttpResponse:
    """What it hears of and where."""
    place = must_manage(request, agency)
    current = _subscription_at(place, subscription)
    start = {name: getattr(current, name) for name in ("name", "url", "kinds", "confidential")}
    form = SubscriptionForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_subscription(current, **_typed(form.cleaned_data), by=place.user, at=place.at)
        except (operations.BadSubscription, operations.Ended) as refused:
            form.add_error(None, str(refused) or t("انتهى هذا الاشتراك.", "This subscription has ended."))
        else:
            messages.success(request, t("حُفظ.", "Saved."))
            return _to(place, current)
    return _form_page(place, form, current)


def _typed(cleaned: dict[str, Any]) -> dict[str, Any]:
    return {name: cleaned[name] for name in ("name", "url", "kinds", "confidential")}


def _form_page(place: Here, form: SubscriptionForm, current: Subscription | None = None) -> HttpResponse:
    context = place.context(form=form, current=current)
    return render(place.request, "administration/webhook_form.html", context, status=422 if form.errors else 200)


def _already(place: Here, public_id: str) -> HttpResponse:
    messages.info(
        place.request,
        t(
            "أُنشئ هذا الاشتراك من قبل، وسرّه عُرض مرة واحدة. إن ضاع فبدّله.",
            "This subscription was made before and its secret shown once. If it is lost, turn it.",
        ),
    )
    return _to(place, _subscription_at(place, public_id))


@requires(Right.READ_CONFIG)
@require_safe
def one_subscription(request: HttpRequest, agency: str, subscription: str) -> HttpResponse:
    """A subscription, and what it was sent, the newest first."""
    place = here(request, agency)
    current = _subscription_at(place, subscription)
    tab = request.GET.get("state", "")
    found = queries.deliveries_of(current, tab)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        found = found.filter(id__lt=int(before))
    rows = list(found[: PAGE + 1])
    counts = queries.counts([current])[current.pk]
    shown = rows[:PAGE]
    context = place.context(
        current=current,
        rows=[(one, said(one)) for one in shown],
        onward=shown[-1].pk if len(rows) > PAGE else None,
        is_first=not before,
        tab=tab if tab in queries.TABS else "",
        tabs=_tabs(counts),
        failed=counts["failed"] + counts["given_up"],
        two_secrets=current.has_two_secrets(at=place.at),
        may=may_manage(place) and current.ended_at is None,
        hours=int(retries.PATIENCE.total_seconds() // 3600),
    )
    return render(request, "administration/webhook.html", context)


def _tabs(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    return [
        ("", t("الكل", "All"), sum(counts.values())),
        ("open", t("تنتظر", "Waiting"), counts["waiting"] + counts["failed"]),
        ("sent", t("وصلت", "Delivered"), counts["sent"]),
        ("given_up", t("تُركت", "Given up"), counts["given_up"]),
    ]


@requires(Right.MANAGE_KEYS)
@private_page
@require_POST
def turn(request: HttpRequest, agency: str, subscription: str) -> HttpResponse:
    """A new secret, shown in this one answer; the one before signs beside it for a day."""
    place = must_manage(request, agency)
    current = _subscription_at(place, subscription)
    try:
        secret = operations.turn_secret(current, by=place.user, at=place.at)
    except operations.StillTurning:
        messages.error(
            request,
            t(
                "بُدّل السر قريباً وما زال السابق يوقّع. أنهِ السابق أولاً إن كان النظام الآخر يعرف الجديد.",
                "The secret was turned lately and the one before still signs. End that one first, if the other side "
                "knows the new one.",
            ),
        )
        return _to(place, current)
    except operations.Ended:
        return _to(place, current)
    return _shown_once(place, current, secret, is_new=False)


@requires(Right.MANAGE_KEYS)
@require_POST
def do(request: HttpRequest, agency: str, subscription: str, act: str) -> HttpResponse:
    """Pause it, go on, end it for good, end its older secret, or send again all that failed."""
    place = must_manage(request, agency)
    current = _subscription_at(place, subscription)
    if act not in _ACTS:
        raise Http404
    operation, word = _ACTS[act]
    try:
        operation(current, by=place.user, at=place.at)
    except operations.Ended:
        messages.error(request, t("انتهى هذا الاشتراك.", "This subscription has ended."))
    else:
        messages.success(request, word)
    return _to(place, current)


_ACTS: dict[str, tuple[Any, str]] = {
    "pause": (
        operations.pause,
        t("أُوقف الإرسال. ما يحدث ينتظر ثلاثة أيام.", "Paused. What happens waits for three days."),
    ),
    "resume": (operations.resume, t("استؤنف الإرسال.", "It goes on.")),
    "end": (operations.end, t("انتهى الاشتراك.", "The subscription has ended.")),
    "forget": (operations.forget_previous_secret, t("لم يعد السر السابق يوقّع.", "The older secret signs no more.")),
    "replay": (operations.replay_failed, t("يُعاد إرسال كل ما فشل.", "All that failed is sent again.")),
}


@requires(Right.MANAGE_KEYS)
@require_POST
def trial(request: HttpRequest, agency: str, subscription: str) -> HttpResponse:
    """Send a trial now and show what came of it."""
    place = must_manage(request, agency)
    current = _subscription_at(place, subscription)
    try:
        delivery = operations.begin_trial(current, by=place.user, at=place.at)
    except operations.TooManyTrials:
        messages.error(request, t("جُرّب مرات كثيرة. انتظر عشر دقائق.", "It was tried many times. Wait ten minutes."))
        return _to(place, current)
    except operations.Ended:
        return _to(place, current)
    jobs.send(delivery)
    return redirect("administration:telling", place.agency.code, current.public_id, delivery.public_id)


@requires(Right.READ_CONFIG)
@require_safe
def one_telling(request: HttpRequest, agency: str, subscription: str, telling: str) -> HttpResponse:
    """One telling: its body as it was sent, and the last answer."""
    place = here(request, agency)
    current = _subscription_at(place, subscription)
    delivery = _telling_at(current, telling)
    context = place.context(
        current=current,
        delivery=delivery,
        said=said(delivery),
        body=json.dumps(json.loads(delivery.body), ensure_ascii=False, indent=2),
        may=may_manage(place) and current.ended_at is None and delivery.event_id is not None,
    )
    return render(request, "administration/webhook_telling.html", context)


@requires(Right.MANAGE_KEYS)
@require_POST
def again(request: HttpRequest, agency: str, subscription: str, telling: str) -> HttpResponse:
    """Send one telling again, under its own name."""
    place = must_manage(request, agency)
    current = _subscription_at(place, subscription)
    delivery = _telling_at(current, telling)
    try:
        many = operations.replay(delivery, by=place.user, at=place.at)
    except operations.Ended:
        many = 0
    if many:
        messages.success(request, t("يُعاد إرسالها الآن.", "It is being sent again."))
    else:
        messages.info(request, t("لا تُعاد الآن.", "It cannot be sent again now."))
    return redirect("administration:telling", place.agency.code, current.public_id, delivery.public_id)


def _shown_once(place: Here, current: Subscription, secret: str, *, is_new: bool) -> HttpResponse:
    context = place.context(current=current, secret=secret, is_new=is_new)
    return render(place.request, "administration/webhook_secret.html", context)


def _subscription_at(place: Here, public_id: str) -> Subscription:
    found = queries.subscription_in(place.agency, public_id)
    if found is None:
        raise Http404
    return found


def _telling_at(subscription: Subscription, public_id: str) -> Delivery:
    found = queries.delivery_in(subscription, public_id)
    if found is None:
        raise Http404
    return found


def _to(place: Here, subscription: Subscription) -> HttpResponse:
    return redirect("administration:webhook", place.agency.code, subscription.public_id)
