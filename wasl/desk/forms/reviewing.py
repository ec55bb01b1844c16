"""What a citizen objects to, and what somebody higher decides."""

from typing import Any

from django import forms

from wasl.cases import queries
from wasl.core.i18n import t
from wasl.desk.forms.base import ActForm, Words


class AppealForm(ActForm):
    """What the caller wants to be looked at again, and how they said it."""

    words = Words(t("ما الذي يريد أن يُراجع، بكلماته؟", "What should be looked at again, in their words?"), rows=3)
    channel = forms.ChoiceField(
        label=t("كيف قاله", "Said by"),
        choices=(("phone", t("الهاتف", "Telephone")), ("counter", t("القاعة", "Counter"))),
        initial="phone",
        widget=forms.RadioSelect,
    )


class ReviewForm(ActForm):
    """Does the decision stand, and why; where it does not, with which unit the case goes on."""

    outcome = forms.ChoiceField(
        label=t("القرار", "The decision"),
        choices=(
            ("stands", t("يبقى القرار", "It stands")),
            ("partly", t("يتغيّر جزء منه", "It is changed in part")),
            ("changed", t("يتغيّر القرار", "It is changed")),
        ),
        widget=forms.RadioSelect,
        help_text=t(
            "إن تغيّر كله أو جزء منه فُتح الطلب المنتهي من جديد بموعد جديد.",
            "If it is changed, wholly or in part, an ended case opens again with a new date.",
        ),
    )
    reasons = Words(
        t("الأسباب؛ يقرؤها المستفيد", "The reasons; the citizen reads them"),
        rows=3,
    )
    unit = forms.TypedChoiceField(
        label=t("من يتولى الطلب بعد القرار", "Who takes the case after it"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs={"class": "in"}),
    )
    move_reason = Words(
        t("لماذا وحدة أخرى؛ تقرؤه الوحدة", "Why another unit; the unit reads it"),
        rows=2,
        required=False,
        help_text=t("إن اخترت وحدة أخرى.", "If you chose another unit."),
    )

    def shape(self) -> None:
        if self.case.compartment_id is not None:
            del self.fields["unit"], self.fields["move_reason"]
            return
        offered = [unit for unit in queries.referable_units(self.case, at=self.at) if not unit.is_triage]
        self.units = {unit.pk: unit for unit in offered}
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        stays = t("وحدته نفسها: {unit}", "Its own unit: {unit}", unit=self.case.unit)
        field.choices = [("", stays), *((unit.pk, str(unit)) for unit in offered)]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["unit"] = self.units[given["unit"]] if given.get("unit") else None
        if given["unit"] is not None and given.get("outcome") == "stands":
            self.add_error(
                "unit", t("ما بقي قراره يبقى لدى وحدته.", "Where the decision stands the case stays with its unit.")
            )
        if given["unit"] is not None and not given.get("move_reason"):
            self.add_error("move_reason", t("اكتب لماذا تتولاه وحدة أخرى.", "Say why another unit takes it."))
        return given
