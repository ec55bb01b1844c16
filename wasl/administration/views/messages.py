"""The live preview of a wording, and the trial of a channel account with a real message."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from wasl.administration import controls
from wasl.administration.kinds.messages import Wordings
from wasl.administration.registry import kind_of
from wasl.administration.values import sketch
from wasl.administration.views.here import Here, here, kind_at, row_at
from wasl.contacts.emails import BadEmail, parse_email
from wasl.contacts.phones import BadPhone, parse_phone
from wasl.core.i18n import LANGUAGES, language, t
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.messaging import queries, trying
from wasl.messaging.models import ChannelAccount
from wasl.notices.starting import starting_wordings
from wasl.web.doors import cleans_input

TRIED = ("sms", "mail")


class TrialForm(forms.Form):
    """Where the test message goes: to whoever sends it."""

    use_required_attribute = False

    to = forms.CharField(max_length=254)
    language = forms.ChoiceField(
        choices=[("ar", "العربية"), ("en", "English")], label=t("لغة الرسالة", "Language of the message")
    )

    def __init__(self, *args: Any, account: ChannelAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_text = account.channel == "sms"
        label = t("رقمك", "Your number") if self._is_text else t("بريدك", "Your address")
        self.fields["to"].label = label
        attributes = {"dir": "ltr", "autocomplete": "off", "inputmode": "tel" if self._is_text else "email"}
        self.fields["to"].widget.attrs.update(attributes)
        self.fields["to"].error_messages["required"] = t("اكتب «{label}».", "Fill in: {label}.", label=label)

    def clean_to(self) -> str:
        try:
            return (parse_phone if self._is_text else parse_email)(self.cleaned_data["to"])
        except (BadPhone, BadEmail) as bad:
            raise forms.ValidationError(str(bad)) from None


@requires(Right.READ_CONFIG)
@cleans_input
@require_POST
def wording_preview(request: HttpRequest, agency: str) -> HttpResponse:
    """A wording as it is being typed, with the values of a sample case. Stores nothing."""
    place, kind = here(request, agency), kind_of(Wordings.code)
    if request.POST.get("notice") not in starting_wordings() or request.POST.get("channel") not in ("sms", "email"):
        raise Http404
    document = sketch(kind, controls.read(kind, request.POST, is_new=False), place.agency)
    document |= {"notice": request.POST["notice"], "channel": request.POST["channel"]}
    return render(request, "administration/parts/wording_shown.html", place.context(document=document))


@requires(Right.READ_CONFIG)
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, agency: str, kind: str, code: str) -> HttpResponse:
    """Send a real message to oneself over an account, and read how each step went."""
    place, of = here(request, agency), kind_at(kind)
    if of.code not in TRIED:
        raise Http404
    current = row_at(place, of, code)
    account = queries.account_by_code(place.agency, code)
    if account is None or not account.is_active:
        raise Http404
    if (due := place.must_change(of)) is not None:
        return due
    form = TrialForm(request.POST or None, account=account, initial=_start(place, account))
    tried, status = None, 200
    if request.method == "POST" and form.is_valid():
        tried, status = _try(place, account, form)
    receipt = request.GET.get("receipt", "")[:200]
    context = place.context(
        kind=of,
        current=current,
        name=of.name_of(current),
        form=form,
        trial=tried,
        receipt=trying.receipt_words(account, receipt) if receipt else None,
        receipt_id=receipt or (tried.provider_id if tried and account.channel == "sms" else ""),
        too_many=status == 429,
        step=t("تجربة", "Trial"),
    )
    return render(request, "administration/trial.html", context, status=422 if form.errors else status)


def _try(place: Here, account: ChannelAccount, form: TrialForm) -> tuple[trying.Trial | None, int]:
    typed = form.cleaned_data
    try:
        done = trying.try_account(account, to=typed["to"], language=typed["language"], by=place.user, at=place.at)
    except trying.TooManyTrials:
        return None, 429
    return done, 200


def _start(place: Here, account: ChannelAccount) -> dict[str, str]:
    own = place.user.phone if account.channel == "sms" else place.user.email
    chosen = language()
    return {"to": own, "language": chosen if chosen in LANGUAGES else LANGUAGES[0]}
