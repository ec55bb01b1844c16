"""The list as a file: asked for on a page that says what will leave the house, streamed, and written down first."""

from typing import Any

from django import forms
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from wasl.cases import queries as cases
from wasl.core import clock
from wasl.core.i18n import t
from wasl.desk import narrowing, worklists
from wasl.desk.people import staff
from wasl.desk.views.worklist import list_of_form
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.transfer import export
from wasl.transfer.export import records, taking


class ExportForm(forms.Form):
    """Which file, which fields, and whether people go along."""

    form = forms.ChoiceField(label=t("نوع الملف", "File"), widget=forms.RadioSelect)
    columns = forms.ChoiceField(
        label=t("الحقول", "Fields"),
        widget=forms.RadioSelect,
        choices=[("all", t("كل الحقول", "All fields")), ("shown", t("أعمدة القائمة فقط", "Only the columns shown"))],
    )
    people = forms.BooleanField(
        label=t("مع أسماء المستفيدين وأرقامهم ونص الطلب", "With names, numbers and words of the people"), required=False
    )
    purpose = forms.ChoiceField(label=t("الغرض من بيانات الأشخاص", "Purpose of the data of people"), required=False)

    def __init__(self, *args: Any, may_take_people: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].choices = [(code, one.label) for code, one in export.FORMATS.items()]  # type: ignore[attr-defined]
        empty = ("", t("اختر الغرض", "Choose the purpose"))
        self.fields["purpose"].choices = [empty, *records.PURPOSES.items()]  # type: ignore[attr-defined]
        if not may_take_people:
            del self.fields["people"], self.fields["purpose"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("people") and not given.get("purpose"):
            self.add_error(
                "purpose",
                t(
                    "اختر لماذا تخرج بيانات الأشخاص؛ يُسجَّل الغرض.",
                    "Say why data of people leave the house; the purpose is kept.",
                ),
            )
        return given


@requires(Right.EXPORT_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def export_list(request: HttpRequest) -> Any:
    """Ask what to take, then stream it; who took it, how much and by which filters is written down first."""
    person = worklists.Person(staff(request), clock.now())
    present = list_of_form(request, person) if request.method == "POST" else worklists.asked(person, request.GET)
    reach = taking.Reach.of(person.user, at=person.at)
    form = ExportForm(
        request.POST or None, may_take_people=reach.with_people, initial={"form": "xlsx", "columns": "all"}
    )
    visible = present.visible & taking.exportable(person.user, at=person.at)
    number = cases.count_all(visible, present.filters)
    if request.method == "POST" and form.is_valid():
        return _file(
            person,
            present,
            form.cleaned_data,
            number,
            taking.taken(
                visible,
                present.filters,
                at=person.at,
                people=reach if form.cleaned_data.get("people") else taking.NOBODY,
            ),
        )
    context = {
        "present": present,
        "form": form,
        "number": number,
        "is_cut": number > taking.MOST,
        "most": taking.MOST,
        "words": narrowing.in_words(present.narrowing, person.names),
        "whose": narrowing.WHOSE[present.narrowing.whose],
        "query": present.query(),
        "language": translation.get_language(),
    }
    return render(request, "desk/export.html", context, status=422 if form.errors else 200)


def _file(person: worklists.Person, present: worklists.List, given: dict[str, Any], number: int, rows: Any) -> Any:
    agency = directory.own_agency(person.user, person.at)
    assert agency is not None  # a right comes with a role, a role with an agency
    shown = [column.code for column in present.columns] if given["columns"] == "shown" else None
    fields = export.chosen(shown, personal=bool(given.get("people")))
    codes = present.narrowing.codes()
    records.record(
        agency,
        by_words=bool(codes.pop("q", "")),
        filters=codes,
        fields=fields,
        count=min(number, taking.MOST),
        form=given["form"],
        by=person.user,
        at=person.at,
        purpose=given.get("purpose", "") if given.get("people") else "",
    )
    chosen = export.FORMATS[given["form"]]
    pieces = export.written(
        chosen.code,
        rows,
        fields,
        language=translation.get_language() or "ar",
        zone=timezone.get_current_timezone(),
    )
    response = StreamingHttpResponse(pieces, content_type=chosen.content_type)
    name = f"wasl-{present.code if present.saved is None else 'view'}-{timezone.localtime(person.at):%Y-%m-%d-%H%M}"
    response["Content-Disposition"] = f'attachment; filename="{name}.{chosen.code}"'
    response["Cache-Control"] = "no-store"
    return response
