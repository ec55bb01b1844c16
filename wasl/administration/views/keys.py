"""Keys of programs: listed, issued with their secret shown once, revoked with a reason."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wasl.accounts.models import User
from wasl.administration.views.here import Here, here
from wasl.core.fields import PUBLIC_ID_LENGTH, new_public_id
from wasl.core.i18n import t
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.models import Agency
from wasl.directory.rights import Right
from wasl.partners import operations, queries
from wasl.partners.models import ApiKey, Scope, Standing
from wasl.web.doors import cleans_input, private_page


class OnceForm(forms.Form):
    """A form that makes one thing, however often it is sent: it carries the name of what it will make."""

    use_required_attribute = False

    once = forms.RegexField(rf"^[\w-]{{{PUBLIC_ID_LENGTH}}}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"once": new_public_id(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class KeyForm(OnceForm):
    """What a key opens, for whom, how fast and until when."""

    name = forms.CharField(
        max_length=120,
        label=t("اسم البرنامج أو الشريك", "Name of the program or partner"),
        error_messages={"required": t("اكتب اسم البرنامج.", "Name the program.")},
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        label=t("ما يفتحه المفتاح", "What the key opens"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": t("اختر صلاحية واحدة على الأقل.", "Choose at least one.")},
    )
    user = forms.ChoiceField(
        required=False,
        label=t("يعمل باسم موظف", "Acts for a person"),
        help_text=t(
            "لا يتجاوز حينها أدوار الموظف، وينتهي بإيقاف حسابه. بلا موظف يعمل البرنامج على ما سجّله هو فقط.",
            "It never does more than the person's roles allow, and ends with their account. Without a person a program "
            "acts only on cases it brought.",
        ),
    )
    expires_on = forms.DateField(
        required=False,
        label=t("آخر يوم يعمل فيه", "Last day on which it works"),
        help_text=t("بلا تاريخ يبقى حتى يُلغى.", "Without a day it works until it is revoked."),
        widget=forms.DateInput({"type": "date"}),
        error_messages={"invalid": t("اكتب التاريخ كاملاً.", "Write the whole date.")},
    )
    per_minute = forms.IntegerField(
        min_value=1,
        max_value=operations.MOST_PER_MINUTE,
        initial=operations.PER_MINUTE,
        label=t("أكثر الطلبات في الدقيقة", "Most requests a minute"),
        widget=forms.NumberInput({"class": "in xs"}),
    )

    def __init__(self, *args: Any, agency: Agency, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._agency, self._at = agency, at
        self._people = {str(one.user_id): one.user for one in directory.members_of_agency(agency.pk, at)}
        names = sorted((one.full_name, one.email, number) for number, one in self._people.items())
        self.fields["user"].choices = [  # type: ignore[attr-defined]
            ("", str(t("لا أحد: البرنامج شريك", "Nobody: the program is a partner"))),
            *((number, f"{name} · {email}") for name, email, number in names),
        ]

    def clean_expires_on(self) -> datetime | None:
        """The midnight that ends the last day."""
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        ends_at = datetime.combine(day + timedelta(days=1), time.min, tzinfo=self._agency.zone)
        if ends_at <= self._at:
            raise forms.ValidationError(t("هذا اليوم مضى.", "This day is over."))
        return ends_at

    def clean_user(self) -> User | None:
        return self._people.get(self.cleaned_data["user"])


class RevokeForm(forms.Form):
    """Why a key is revoked."""

    use_required_attribute = False

    reason = forms.CharField(
        max_length=200,
        label=t("سبب الإلغاء", "Why it is revoked"),
        error_messages={"required": t("اكتب السبب.", "Say why.")},
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )


@requires(Right.READ_CONFIG)
@require_safe
def key_list(request: HttpRequest, agency: str) -> HttpResponse:
    """All keys of an agency: those in force, or every one."""
    place = here(request, agency)
    everything = list(queries.keys_of(place.agency))
    good = [one for one in everything if one.standing(at=place.at) == Standing.GOOD]
    is_all = request.GET.get("state") == "all"
    rows = [(one, one.standing(at=place.at)) for one in (everything if is_all else good)]
    context = place.context(rows=rows, is_all=is_all, good=len(good), total=len(everything), may=may_manage(place))
    return render(request, "administration/keys.html", context)


@requires(Right.MANAGE_KEYS)
@cleans_input
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_key(request: HttpRequest, agency: str) -> HttpResponse:
    """Issue a key. Its secret stands in this one answer and nowhere else."""
    place = must_manage(request, agency)
    form = KeyForm(request.POST or None, agency=place.agency, at=place.at, initial=_like(place))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            issued = operations.issue_key(
                place.agency,
                name=typed["name"],
                scopes=typed["scopes"],
                user=typed["user"],
                expires_at=typed["expires_on"],
                per_minute=typed["per_minute"],
                form=typed["once"],
                by=place.user,
                at=place.at,
            )
        except operations.AlreadyIssued:
            return _already(place, queries.key_in(place.agency, typed["once"]))
        except operations.BadGrant as refused:
            form.add_error(None, str(refused))
        else:
            return render(request, "administration/key_issued.html", place.context(issued=issued))
    return render(request, "administration/key_new.html", place.context(form=form), status=422 if form.errors else 200)


def _already(place: Here, api_key: ApiKey | None) -> HttpResponse:
    if api_key is None:  # a name that another agency's form has used: nobody's key here
        raise Http404
    messages.info(
        place.request,
        t(
            "صدر هذا المفتاح من قبل، وسرّه عُرض مرة واحدة. إن ضاع فألغه وأصدر غيره.",
            "This key was issued before and its secret shown once. If it is lost, revoke it and issue another.",
        ),
    )
    return redirect("administration:key", place.agency.code, api_key.public_id)


def _like(place: Here) -> dict[str, Any]:
    """The values of a key that another one will replace."""
    old = queries.key_in(place.agency, place.request.GET.get("like", "")[:PUBLIC_ID_LENGTH])
    if old is None:
        return {"scopes": [Scope.OPEN311_READ, Scope.OPEN311_WRITE]}
    return {"name": old.name, "scopes": old.scopes, "per_minute": old.per_minute, "user": old.user_id}


@requires(Right.READ_CONFIG)
@require_safe
def one_key(request: HttpRequest, agency: str, key: str) -> HttpResponse:
    """A key with all that is known of it but its secret."""
    place = here(request, agency)
    return _page(place, _key_at(place, key), RevokeForm())


@requires(Right.MANAGE_KEYS)
@cleans_input
@require_POST
def revoke_key(request: HttpRequest, agency: str, key: str) -> HttpResponse:
    """From now on it opens nothing."""
    place = must_manage(request, agency)
    api_key, form = _key_at(place, key), RevokeForm(request.POST)
    if not form.is_valid():
        return _page(place, api_key, form)
    operations.revoke_key(api_key, reason=form.cleaned_data["reason"], by=place.user, at=place.at)
    messages.success(
        request, t("أُلغي المفتاح، ولا يفتح شيئاً بعد الآن.", "The key was revoked and opens nothing any more.")
    )
    return redirect("administration:keys", place.agency.code)


def _page(place: Here, api_key: ApiKey, form: RevokeForm) -> HttpResponse:
    standing = api_key.standing(at=place.at)
    context = place.context(key=api_key, standing=standing, is_good=standing == Standing.GOOD, form=form)
    context["may"] = may_manage(place)
    return render(place.request, "administration/key.html", context, status=422 if form.errors else 200)


def _key_at(place: Here, public_id: str) -> ApiKey:
    api_key = queries.key_in(place.agency, public_id)
    if api_key is None:
        raise Http404
    return api_key


def may_manage(place: Here) -> bool:
    """May this person issue keys and look after subscriptions of the agency?"""
    return directory.may(place.user, Right.MANAGE_KEYS, agency_id=place.agency.pk, at=place.at)


def must_manage(request: HttpRequest, agency: str) -> Here:
    """The agency of the address, for whoever may. Raises Http404."""
    place = here(request, agency)
    if not may_manage(place):
        raise Http404
    return place
