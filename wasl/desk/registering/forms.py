"""The shape of what is typed while a case is taken down. What it means is worked out in `entry`."""

from collections.abc import Iterable
from functools import partial
from typing import Any, cast

from django import forms
from django.forms.utils import ErrorDict

from wasl.cases import workflow
from wasl.contacts.identity import BadIdentity, parse_identity
from wasl.contacts.models import BeneficiaryKind
from wasl.core.i18n import t
from wasl.core.localized import both
from wasl.desk.forms import LONGEST_TEXT, worded
from wasl.desk.registering.presets import CHANNELS
from wasl.directory.models import Unit
from wasl.intake.fields import DegreesField, EmailField, PhoneField, WilayatField, Words
from wasl.places.models import Wilayat
from wasl.routing.importance import HARDSHIPS

LANGUAGES = [("ar", "العربية"), ("en", "English")]
PREFERRED = [
    ("sms", t("رسالة نصية", "Text message")),
    ("call", t("مكالمة", "Call")),
    ("email", t("بريد", "E-mail")),
    ("none", t("لا يريد رداً", "No answer wanted")),
]
PREFERRED_ICONS = {"sms": "message-square-text", "call": "phone", "email": "mail", "none": "bell-off"}
# The levels of the matrix of importance.
DANGERS = [
    ("0", t("لا خطر", "None")),
    ("1", t("محتمل", "Possible")),
    ("2", t("واضح", "Clear")),
    ("3", t("على الأرواح الآن", "To life, now")),
]
SITES = [
    ("0", t("لا", "No")),
    ("1", t("كبار سن أو ذوو إعاقة", "Older or disabled people")),
    ("2", t("مدرسة أو مستشفى", "School or hospital")),
]
PEOPLE = [
    ("0", t("شخص أو أسرة", "One home")),
    ("10", t("عدة بيوت", "Several homes")),
    ("100", t("حي كامل", "A quarter")),
    ("1000", t("أكثر من حي", "More than that")),
]
LEGAL = [
    ("", t("لا موعد", "None")),
    ("10", t("خلال عشرة أيام", "Within ten days")),
    ("3", t("خلال ثلاثة أيام أو انقضى", "Within three days, or past")),
]
NEW, KNOWN, NOBODY, SEARCHING = "new", "known", "none", "search"


def _channels() -> list[tuple[str, str]]:
    return [(code, str(workflow.CHANNELS[code])) for code in CHANNELS]


def _hardships() -> list[tuple[str, str]]:
    return [("", str(t("لا", "No"))), *((code, str(both(*words))) for code, words in HARDSHIPS.items())]


def _choice(label: str, choices: Any, *, required: bool = False, radio: bool = True, **more: Any) -> forms.ChoiceField:
    widget = forms.RadioSelect if radio else forms.Select
    return forms.ChoiceField(label=label, choices=choices, required=required, widget=widget, **more)


def _line(label: str, letters: int, **attributes: Any) -> Words:
    widget = forms.TextInput(attrs={"autocomplete": "off", "dir": "auto", **attributes})
    return Words(letters=letters, lines=False, required=False, label=label, widget=widget)


def _hidden() -> forms.CharField:
    return forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


class RegisterForm(forms.Form):
    """Everything of the page but the questions of the service. Always bound: to what was typed, or to how it starts."""

    use_required_attribute = False

    channel = _choice(t("كيف وصل؟", "How did it come?"), _channels, required=True)
    who = _line(t("من؟", "Who?"), 120)
    who_state = _hidden()
    person = _hidden()
    name = _line(t("الاسم كما في البطاقة", "Name as on the card"), 120)
    phone = PhoneField(
        required=False,
        label=t("رقم الهاتف", "Phone"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr", "autocomplete": "off"}),
    )
    email = EmailField(
        required=False,
        label=t("البريد الإلكتروني", "E-mail"),
        widget=forms.TextInput(attrs={"inputmode": "email", "dir": "ltr", "autocomplete": "off"}),
    )
    identity = forms.CharField(
        required=False,
        max_length=40,
        label=t("رقم الهوية", "Identity number"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}),
    )
    person_kind = _choice(t("الصفة", "Who they are"), BeneficiaryKind.choices, radio=False)
    preferred_channel = _choice(t("وسيلة الرد", "Answer by"), PREFERRED)
    language = _choice(t("لغة الرد", "Language"), LANGUAGES, radio=False)
    description = Words(
        letters=LONGEST_TEXT,
        required=False,
        label=t("ماذا يقول؟", "What do they say?"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    service_q = _line(t("الخدمة", "Service"), 120)
    service = _hidden()
    kind = _choice(t("نوع الطلب", "Kind"), partial(worded, workflow.KINDS), radio=False)
    wilayat = WilayatField(required=False, label=t("الولاية", "Wilayat"))
    area_text = _line(t("القرية أو الحي", "Village or quarter"), 120, list="areas")
    address_text = _line(t("وصف المكان", "The place in words"), 300)
    lat = DegreesField(most=90, label=t("الدبوس", "Pin"))
    lon = DegreesField(most=180, label=t("الدبوس", "Pin"))
    danger = _choice(t("خطر على الناس؟", "Danger to people?"), DANGERS)
    people = _choice(t("من يتأثر؟", "Who is affected?"), PEOPLE)
    site = _choice(t("فئة أو مكان أولى بالرعاية؟", "Vulnerable people or place?"), SITES)
    legal_days = _choice(t("موعد قانوني؟", "A legal date?"), LEGAL)
    hardship = _choice(t("حالة إنسانية ملحّة؟", "Urgent hardship?"), _hardships, radio=False)
    importance = _choice(t("درجة الأهمية", "Class"), partial(worded, workflow.IMPORTANCE))
    importance_reason = _line(t("سبب تغيير الدرجة", "Why the class changes"), 300)
    finish = forms.BooleanField(required=False, label=t("أُنجز عند أول تواصل", "Finished at the first contact"))
    finished = Words(
        letters=LONGEST_TEXT,
        required=False,
        label=t("ماذا أُنجز؟ يقرؤه المستفيد", "What was done? The citizen reads it"),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    staff_words = Words(
        letters=LONGEST_TEXT,
        required=False,
        label=t("على من الشكوى، وأين؟", "Whom is it about, and where?"),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    staff_who = _line(t("اسم الموظف أو بريده، إن عُرف", "Name or e-mail of the person, if known"), 120)
    staff_unit = forms.CharField(
        required=False, max_length=24, label=t("أو الوحدة كلها", "Or a whole unit"), widget=forms.Select
    )
    notice_read = forms.BooleanField(required=False, label=t("قُرئ الإشعار على المتصل", "The notice was read out"))
    join = _hidden()
    held = _hidden()
    record = _hidden()

    def __init__(
        self, *args: Any, tree: list[tuple[str, list[Wilayat]]], units: Iterable[Unit] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = sorted(((unit.code, str(unit)) for unit in units), key=lambda pair: pair[1])
        cast(forms.Select, self.fields["staff_unit"].widget).choices = [("", t("لا أعرف", "Not known")), *offered]
        cast(WilayatField, self.fields["wilayat"]).offer(tree)

    def clean_identity(self) -> str:
        """The number in Latin digits, or nothing."""
        text: str = self.cleaned_data["identity"].strip()
        try:
            return parse_identity(text).digits if text else ""
        except BadIdentity as problem:
            raise forms.ValidationError(problem.args[0]) from None

    def read(self) -> dict[str, Any]:
        """What could be made out of the input; without what was wrong, which `errors` tells."""
        self.is_valid()
        return self.cleaned_data

    def forget_errors(self) -> None:
        """Show the page without reproach: somebody is still typing."""
        self._errors = ErrorDict()
