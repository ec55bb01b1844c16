"""The {places} of wordings: what each means, and a sample case to try a wording with."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from wasl.core import references
from wasl.core.i18n import t
from wasl.core.localized import both
from wasl.directory.models import Agency

MEANINGS: dict[str, str] = {
    "reference": t("رقم الطلب", "the number of the case"),
    "main_reference": t("رقم الطلب الذي ضُم إليه", "the number of the case it joined"),
    "service": t("الخدمة", "the service"),
    "unit": t("الجهة المسؤولة", "the responsible unit"),
    "due": t("الموعد المتوقع للمعالجة", "the day by which it should be done"),
    "scheduled_for": t("موعد التنفيذ", "when the work is done"),
    "review_on": t("موعد المراجعة", "the day of the review"),
    "reopen_until": t("آخر يوم لإعادة الفتح", "the last day to reopen it"),
    "explanation": t("سبب التعليق", "why it is on hold"),
    "question": t("سؤال الموظف", "what we ask"),
    "reply": t("رد الموظف", "what staff wrote"),
    "resolution": t("ما تم", "what was done"),
    "reason": t("سبب عدم القبول", "why it was not accepted"),
    "decision": t("قرار المراجعة وأسبابه", "what the review decided, and why"),
    "answer_by": t("موعد جواب المراجعة", "the day by which the review is answered"),
    "link": t("رابط صفحة الطلب", "the link to the page of the case"),
    "rate_link": t("رابط التقييم", "the link to rate it"),
    "not_solved_link": t("رابط «لم تُحل»", "the link to say “not solved”"),
}
# As long as an access code is.
_SAMPLE_CODE = "k3Vt9QbXw2LmZr7YpHc4"


def sample_values(agency: Agency, *, at: datetime) -> dict[str, Any]:
    """Values of a case that nobody has, for previews."""
    day = at.astimezone(agency.zone).date()
    link = f"{str(settings.WASL_BASE_URL).rstrip('/')}/t/{_SAMPLE_CODE}"

    def number(running: int) -> str:
        return str(references.compose(letters=agency.letters, on=day, number=running))

    return {
        "reference": number(4173),
        "main_reference": number(4089),
        "service": both("حفرة في الطريق", "Pothole"),
        "unit": both("دائرة صيانة الطرق", "Road maintenance"),
        "due": day + timedelta(days=5),
        "scheduled_for": at + timedelta(days=2),
        "review_on": day + timedelta(days=14),
        "reopen_until": day + timedelta(days=15),
        "explanation": both("بانتظار مواد من المورّد.", "Waiting for material."),
        "question": both("في أي جهة من الدوار تقع الحفرة؟", "On which side of the roundabout is the hole?"),
        "reply": both("وصل الفريق إلى الموقع اليوم.", "The crew came to the place today."),
        "resolution": both("رُدمت الحفرة وأعيد رصف الموقع.", "The hole was filled and paved."),
        "reason": both("الموقع خارج حدود الجهة.", "The place lies outside our area."),
        "decision": both("نظرنا في الصور، ويعود الفريق إلى الموقع.", "We have seen the photos; the crew will return."),
        "answer_by": day + timedelta(days=7),
        "link": link,
        "rate_link": f"{link}#rate",
        "not_solved_link": f"{link}#not-solved",
    }
