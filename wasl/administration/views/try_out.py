"""«ماذا سيفعل هذا البلاغ؟»: a report that is only tried, and the live preview of a service's questions."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from wasl.administration import controls
from wasl.administration.kinds.forms import Forms
from wasl.administration.registry import kind_of
from wasl.administration.trying import Asked, rounded, try_out
from wasl.administration.values import sketch
from wasl.administration.views.here import here
from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import CaseKind
from wasl.core.i18n import t
from wasl.core.text import clean
from wasl.directory.doors import requires
from wasl.directory.models import Agency
from wasl.directory.rights import Right
from wasl.places import queries as places
from wasl.routing.importance import Facts
from wasl.web.doors import cleans_input

LETTERS = 2_000
DANGERS = [
    ("0", t("لا", "None")),
    ("1", t("محتمل", "Possible")),
    ("2", t("واضح", "Clear")),
    ("3", t("على الأرواح", "To life")),
]
SITES = [
    ("0", t("لا", "No")),
    ("1", t("فئة أولى بالرعاية", "Vulnerable people")),
    ("2", t("مرفق حيوي", "A vital site")),
]


class TryForm(forms.Form):
    """A report to be tried. Nothing is required: what is left out counts as not said."""

    use_required_attribute = False

    words = forms.CharField(
        required=False,
        max_length=LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=t("كلام المستفيد", "What somebody says"),
        help_text=t("كما يكتبه أو يقوله: «حفرة قدام المدرسة».", "As they write or say it: “a hole by the school”."),
    )
    service = forms.ChoiceField(required=False, label=t("الخدمة", "Service"))
    kind = forms.ChoiceField(required=False, label=t("نوع الطلب", "Kind of case"))
    wilayat = forms.ChoiceField(required=False, label=t("الولاية", "Wilayat"))
    when = forms.DateTimeField(
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        label=t("وقت الورود", "Comes in at"),
    )
    danger = forms.ChoiceField(required=False, choices=DANGERS, label=t("الخطر", "Danger"))
    people = forms.IntegerField(
        required=False, min_value=0, max_value=10_000_000, label=t("عدد المتأثرين", "People affected")
    )
    site = forms.ChoiceField(required=False, choices=SITES, label=t("الموقع", "Site"))
    repeats = forms.IntegerField(
        required=False, min_value=0, max_value=10_000, label=t("بلاغات سابقة", "Reports before")
    )

    def __init__(self, *args: Any, agency: Agency, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proposed = t("تُقترح من الكلام", "As the words say")
        self._choose("service", proposed, [(one.code, str(one.name)) for one in catalogue.services(agency, at=at)])
        self._choose("kind", t("كما في الخدمة", "As the service"), CaseKind.choices)
        tree = [(name, [(one.code, str(one.name)) for one in branch]) for name, branch in places.place_tree()]
        self._choose("wilayat", t("غير معروفة", "Not known"), tree)

    def _choose(self, name: str, nothing: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", nothing), *choices]

    def clean_words(self) -> str:
        return clean(self.cleaned_data["words"])


@requires(Right.READ_CONFIG)
@require_GET
def try_own(request: HttpRequest) -> HttpResponse:
    """The page for the person's own agency, with what the address says."""
    own = here(request).agency
    query = request.GET.urlencode()
    return redirect(reverse("administration:try_of", args=[own.code]) + (f"?{query}" if query else ""))


@requires(Right.READ_CONFIG)
@cleans_input
@require_GET
def try_page(request: HttpRequest, agency: str) -> HttpResponse:
    """Enter a report, see all that it would do."""
    place = here(request, agency)
    now = rounded(place.at)
    is_asked = bool(request.GET)
    local = now.astimezone(place.agency.zone).strftime("%Y-%m-%dT%H:%M")
    start = {"when": local, "danger": "0", "site": "0"}
    given = {**start, **{name: value for name, value in request.GET.items() if value}}
    form = TryForm(given if is_asked else None, initial=start, agency=place.agency, at=place.at)
    outcome = None
    if is_asked and form.is_valid():
        told = form.cleaned_data
        # The minute that runs is now: what was set up a moment ago counts.
        moment = place.at if told["when"] in (None, now) else told["when"]
        outcome = try_out(_asked(told, place.agency), agency=place.agency, at=moment)
    context = place.context(form=form, outcome=outcome, moment=outcome.at if outcome else now)
    return render(request, "administration/try.html", context, status=422 if form.errors else 200)


def _asked(told: dict[str, Any], agency: Agency) -> Asked:
    return Asked(
        words=told["words"],
        service=catalogue.service_by_code(agency, told["service"]) if told["service"] else None,
        kind=told["kind"],
        wilayat=places.wilayat_by_code(told["wilayat"]) if told["wilayat"] else None,
        facts=Facts.read({name: told[name] for name in ("danger", "people", "site", "repeats")}),
    )


@requires(Right.READ_CONFIG)
@require_POST
def form_preview(request: HttpRequest, agency: str) -> HttpResponse:
    """The questions of the editor as citizens would see them, in each language; nothing is kept."""
    place, kind = here(request, agency), kind_of(Forms.code)
    raw = controls.read(kind, request.POST, is_new=True)
    document = sketch(kind, raw, place.agency)
    return render(request, "administration/parts/form_shown.html", place.context(document=document))
