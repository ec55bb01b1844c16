"""The shape of what citizens type. Rules about cases stand in their operations."""

from typing import Any, cast

from django import forms

from wasl.core.i18n import language, t
from wasl.intake.fields import DegreesField, EmailField, PhoneField, WilayatField, Words
from wasl.places.models import Wilayat

# A page and a half of writing: more than any report on record needs; longer matters go into an attached document.
DESCRIPTION_LETTERS = 4_000
ANSWER_LETTERS = 2_000

CHANNELS = [
    ("sms", t("رسالة نصية", "Text message")),
    ("call", t("مكالمة", "Phone call")),
    ("email", t("بريد إلكتروني", "E-mail")),
    ("none", t("دون تواصل", "No contact")),
]
CHANNEL_ICONS = {"sms": "message-square-text", "call": "phone", "email": "mail", "none": "link-2"}
LANGUAGE_CHOICES = [("ar", "العربية"), ("en", "English")]
# What the answers mean to the matrix of importance: its levels of danger and of the site. The citizen's own word for a
# site counts as the slighter of its two levels; staff can raise it.
DANGERS = [("0", t("لا", "No")), ("1", t("محتمل", "Possibly")), ("3", t("نعم، الآن", "Yes, now"))]
SITES = [("0", t("لا", "No")), ("1", t("نعم", "Yes"))]
DANGER_NOW = "3"
RATINGS = [
    ("1", t("سيئة", "Bad")),
    ("2", t("ضعيفة", "Poor")),
    ("3", t("مقبولة", "Fair")),
    ("4", t("جيدة", "Good")),
    ("5", t("ممتازة", "Excellent")),
]
RATING_ICONS = {"1": "frown", "2": "annoyed", "3": "meh", "4": "smile", "5": "laugh"}


ABOUT_STAFF = [("no", t("لا", "No")), ("yes", t("نعم", "Yes"))]


class PlaceForm(forms.Form):
    """Where it is: on the map, from the list, in words, or all of them."""

    use_required_attribute = False

    wilayat = WilayatField(required=False, label=t("الولاية", "Wilayat"))
    area_text = Words(letters=120, lines=False, required=False, label=t("القرية أو الحي", "Village or quarter"))
    address_text = Words(
        letters=300,
        lines=False,
        required=False,
        label=t("وصف المكان", "The place in words"),
        help_text=t("شارع أو سكة أو معلم قريب.", "A street, a lane, or something close by."),
    )
    lat = DegreesField(most=90, label=t("الدبوس", "Pin"))
    lon = DegreesField(most=180, label=t("الدبوس", "Pin"))

    def __init__(self, *args: Any, tree: list[tuple[str, list[Wilayat]]], place_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place_needed = self.fields["wilayat"].required = place_needed
        cast(WilayatField, self.fields["wilayat"]).offer(tree)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if (given.get("lat") is None) != (given.get("lon") is None):
            given["lat"] = given["lon"] = None
        if self.place_needed and not self.errors and given.get("wilayat") is None and given.get("lat") is None:
            self.add_error(
                "wilayat",
                t("حدّد المكان على الخريطة، أو اختر الولاية.", "Set the pin on the map, or choose the wilayat."),
            )
        return given


class DetailsForm(forms.Form):
    """What it is about, and how to reach the person."""

    use_required_attribute = False

    description = Words(
        letters=DESCRIPTION_LETTERS,
        required=False,
        label=t("ماذا حدث؟", "What happened?"),
        help_text=t(
            "جملة أو جملتان تكفيان: ماذا ترى، ومنذ متى؟", "A sentence or two: what do you see, and since when?"
        ),
    )
    danger = forms.ChoiceField(
        choices=DANGERS,
        widget=forms.RadioSelect,
        required=False,
        label=t("هل هناك خطر على الناس الآن؟", "Are people in danger now?"),
    )
    site = forms.ChoiceField(
        choices=SITES,
        widget=forms.RadioSelect,
        required=False,
        label=t(
            "هل المكان قرب مدرسة أو مستشفى أو بيت شخص من ذوي الإعاقة أو كبار السن؟",
            "Is it near a school, a hospital, or the home of an older or disabled person?",
        ),
    )
    about_staff = forms.ChoiceField(
        choices=ABOUT_STAFF,
        widget=forms.RadioSelect,
        required=False,
        label=t("هل شكواك على موظف؟", "Is your complaint about an employee?"),
        help_text=t(
            "تذهب إلى وحدة مستقلة عنه، ولا يراها هو ولا رؤساؤه ولا زملاؤه.",
            "It goes to a unit independent of them; neither they nor their superiors and colleagues see it.",
        ),
    )
    staff_words = Words(
        letters=ANSWER_LETTERS,
        required=False,
        label=t("من هو، وأين؟", "Who, and where?"),
        help_text=t(
            "اسمه إن عرفته، أو وصفه: أي مكتب أو شباك، ومتى.", "The name if you know it, or: which office, when."
        ),
    )
    preferred_channel = forms.ChoiceField(
        choices=CHANNELS,
        widget=forms.RadioSelect,
        initial="sms",
        label=t("كيف تحب أن نرد عليك؟", "How should we answer you?"),
    )
    name = Words(
        letters=120,
        lines=False,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        label=t("الاسم", "Name"),
    )
    phone = PhoneField(
        label=t("رقم الهاتف", "Phone number"),
        help_text=t("للرسالة النصية أو المكالمة.", "For the text message or the call."),
    )
    email = EmailField(label=t("البريد الإلكتروني", "E-mail"), help_text=t("إن اخترت البريد.", "If you chose e-mail."))
    language = forms.ChoiceField(
        choices=LANGUAGE_CHOICES, widget=forms.RadioSelect, label=t("لغة الرسائل", "Language of our messages")
    )

    def __init__(
        self, *args: Any, words_needed: bool, asks_facts: bool, asks_staff: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.words_needed = words_needed
        if not asks_staff:
            del self.fields["about_staff"], self.fields["staff_words"]
        if not asks_facts:
            del self.fields["danger"], self.fields["site"]
        self.fields["language"].initial = language()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.words_needed and "description" in given and not given["description"]:
            self.add_error("description", t("اكتب جملة تصف المشكلة.", "Write a sentence that describes it."))
        if given.get("about_staff") == "yes" and not given.get("staff_words") and "staff_words" not in self.errors:
            self.add_error("staff_words", t("اكتب من هو، أو أين كان ومتى.", "Say who it was, or where and when."))
        self._need_address(given.get("preferred_channel", ""), given)
        if given.get("preferred_channel") == "none":
            given["name"] = given["phone"] = given["email"] = ""
        return given

    def _need_address(self, channel: str, given: dict[str, Any]) -> None:
        if channel in ("sms", "call") and "phone" in given and not given["phone"]:
            self.add_error("phone", t("اكتب رقم هاتفك لنرد عليك.", "Write your phone number so that we can answer."))
        if channel == "email" and "email" in given and not given["email"]:
            self.add_error("email", t("اكتب بريدك لنرد عليك.", "Write your e-mail so that we can answer."))


class TrackForm(forms.Form):
    """A number with the phone or e-mail that was given with it."""

    number = Words(
        letters=40,
        lines=False,
        label=t("رقم الطلب", "Request number"),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={"required": t("اكتب رقم الطلب.", "Write the request number.")},
    )
    contact = Words(
        letters=254,
        lines=False,
        label=t("الهاتف أو البريد الذي سجلته", "The phone or e-mail you gave"),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "tel"}),
        error_messages={"required": t("اكتب رقم هاتفك أو بريدك.", "Write your phone number or e-mail.")},
    )


class AddForm(forms.Form):
    """Something more about a case, in words or photos."""

    text = Words(letters=ANSWER_LETTERS, required=False, label=t("ما الذي تود إضافته؟", "What would you like to add?"))


class AnswerForm(forms.Form):
    """The answer to a question that was asked."""

    text = Words(
        letters=ANSWER_LETTERS,
        label=t("جوابك", "Your answer"),
        error_messages={"required": t("اكتب جوابك.", "Write your answer.")},
    )


class ReopenForm(forms.Form):
    """Why it is not solved."""

    reason = Words(
        letters=ANSWER_LETTERS,
        label=t("ما الذي لم يُحل؟", "What is not solved?"),
        error_messages={"required": t("اكتب في جملة ما الذي لم يُحل.", "Say in a sentence what is not solved.")},
    )


class ReviewForm(forms.Form):
    """What somebody higher should look at."""

    words = Words(
        letters=ANSWER_LETTERS,
        label=t("ما الذي تريد أن يُراجع، ولماذا؟", "What should be looked at again, and why?"),
        error_messages={
            "required": t("اكتب في جملة ما تريد أن يُراجع.", "Say in a sentence what should be looked at again.")
        },
    )


class RateForm(forms.Form):
    """One to five, with a reason if there is one."""

    rating = forms.ChoiceField(
        choices=RATINGS,
        widget=forms.RadioSelect,
        label=t("التقييم من 1 إلى 5", "Rating from 1 to 5"),
        error_messages={"required": t("اختر وجهاً من الخمسة.", "Choose one of the five faces.")},
    )
    comment = Words(letters=500, required=False, label=t("السبب", "Reason"))
