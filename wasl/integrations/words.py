"""What came of a try, in words for whoever looks after the subscription."""

from wasl.core.i18n import t
from wasl.integrations.models import Delivery

_ERRORS = {
    "not_reached": t("تعذّر الاتصال بالعنوان", "Nobody answers at this address"),
    "no_answer": t("لم يأتِ جواب كامل في عشر ثوانٍ", "No whole answer came within ten seconds"),
    "refused:inside": t("العنوان داخل الشبكة وليس مفتوحاً", "The address lies inside the network and is not open"),
    "ended": t("انتهى الاشتراك قبل الإرسال", "The subscription ended before it was sent"),
}
_REFUSED = t("لا يصلح هذا العنوان", "This address cannot be called")
_OWN_FAULT = t("خطأ في وصل نفسه؛ راجع سجل worker", "A fault of Wasl itself; look into the log of the worker")
_REDIRECT = t("أحال إلى عنوان آخر، ولا نتبع الإحالات", "It redirects; redirects are not followed")


def said(delivery: Delivery) -> str:
    """The last answer or failure; empty before the first try."""
    if delivery.last_status is not None:
        if 300 <= delivery.last_status < 400:
            return str(_REDIRECT)
        return str(t("أجاب: {status}", "Answered {status}", status=delivery.last_status))
    if delivery.last_error.startswith("refused:"):
        return str(_ERRORS.get(delivery.last_error, _REFUSED))
    return str(_ERRORS.get(delivery.last_error, _OWN_FAULT)) if delivery.last_error else ""
