"""What the kit pages show: invented people, places and figures, every component once in each language."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest

from wasl.core import clock
from wasl.core.i18n import say, t
from wasl.web.drawings import Stretch

_CHANNELS = [("sms", t("رسالة نصية", "Text message")), ("call", t("مكالمة", "Call")), ("email", t("بريد", "E-mail"))]
_RATINGS = [
    ("1", t("سيئة", "Bad")), ("2", t("ضعيفة", "Poor")), ("3", t("مقبولة", "Fair")),
    ("4", t("جيدة", "Good")), ("5", t("ممتازة", "Great")),
]  # fmt: skip
CHANNEL_ICONS = {"sms": "message-square-text", "call": "phone", "email": "mail"}
RATING_ICONS = {"1": "frown", "2": "annoyed", "3": "meh", "4": "smile", "5": "laugh"}
# Two squares that stand for boundaries; the real ones come from the room `places`.
SHAPES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name},
            "geometry": {"type": "Polygon", "coordinates": [[[w, 23.4], [e, 23.4], [e, 23.8], [w, 23.7], [w, 23.4]]]},
        }
        for code, name, w, e in (("A", "السيب", 57.9, 58.3), ("B", "بوشر", 58.3, 58.6))
    ],
}


class SpecimenForm(forms.Form):
    """One field of each sort."""

    full_name = forms.CharField(label=t("الاسم الكامل", "Full name"), help_text=t("كما في البطاقة.", "As on the card."))
    phone = forms.CharField(label=t("رقم الهاتف", "Phone number"), widget=forms.TextInput(attrs={"type": "tel"}))
    email = forms.EmailField(label=t("البريد الإلكتروني", "E-mail"), required=False)
    wilayat = forms.ChoiceField(
        label=t("الولاية", "Wilayat"),
        choices=[("", "—"), ("seeb", t("السيب", "As Seeb")), ("bawshar", t("بوشر", "Bawshar"))],
    )
    channel = forms.ChoiceField(
        label=t("كيف تحب أن نرد عليك؟", "How should we answer?"), choices=_CHANNELS, widget=forms.RadioSelect
    )
    rating = forms.ChoiceField(
        label=t("كيف كانت الخدمة؟", "How was the service?"), choices=_RATINGS, widget=forms.RadioSelect
    )
    details = forms.CharField(
        label=t("وصف المشكلة", "What is wrong?"), max_length=5000, required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": "", "maxlength": 5000}),
    )  # fmt: skip
    agree = forms.BooleanField(
        label=t("أوافق على نشر الصورة بعد إخفاء الوجوه", "You may publish the photo with faces hidden")
    )


@dataclass(frozen=True)
class SpecimenDay:
    day: datetime
    note: str
    look: str
    stretches: list[Stretch]


def public_context(request: HttpRequest) -> dict[str, Any]:
    """For the page of public components; its second form is sent and wrong on purpose."""
    wrong = SpecimenForm({"full_name": "مريم بنت سعيد", "phone": "", "email": "maryam@"}, prefix="wrong")
    return {
        "form": SpecimenForm(initial={"channel": "sms"}),
        "wrong": wrong,
        "channel_icons": CHANNEL_ICONS,
        "rating_icons": RATING_ICONS,
        "shapes": SHAPES,
        "now": clock.now(),
        "yesterday": clock.now() - timedelta(days=1, hours=2),
        "due": datetime(2026, 11, 30, 7, 0, tzinfo=UTC),
    }


def desk_context(request: HttpRequest) -> dict[str, Any]:
    """For the page of staff components."""
    now = clock.now()
    return {
        "form": SpecimenForm(),
        "shapes": SHAPES,
        "now": now,
        "earlier": now - timedelta(hours=3, minutes=12),
        "due": now + timedelta(hours=6, minutes=55),
        "left": timedelta(hours=6, minutes=55),
        "days": _days(now),
    }


def _days(now: datetime) -> list[SpecimenDay]:
    closed = say("عطلة الأسبوع", "Weekend")
    plan = [
        (say("ورود البلاغ", "Registered"), "off", []),
        (closed, "off", []),
        (say("7:00 ساعات", "7:00 hours"), "", [Stretch(0, 100, "counted")]),
        (say("0:40 ثم وقف", "0:40, then paused"), "", [Stretch(0, 9.5, "counted"), Stretch(9.5, 90.5, "paused")]),
        (say("وقف ثم 2:50", "Paused, then 2:50"), "", [Stretch(0, 59.5, "paused"), Stretch(59.5, 40.5, "counted")]),
        (say("إجازة رسمية", "Public holiday"), "off", []),
        (say("الآن", "Now"), "now", [Stretch(0, 51, "counted"), Stretch(51, 49, "open")]),
        (say("الموعد", "Due"), "due", [Stretch(0, 50, "open")]),
    ]
    return [SpecimenDay(now + timedelta(days=i - 6), note, look, parts) for i, (note, look, parts) in enumerate(plan)]
