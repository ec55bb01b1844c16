"""The error pages, each in the language of the page, saying what happened and how to go on.

`handler400` … `handler500` are named in the root URL configuration; `page(request, status)` serves all others.
"""

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from wasl.core.i18n import language, say, t
from wasl.web import languages, navigation, pages

# status: (title, what happened and how to go on)
_TEXTS = {
    400: (
        t("تعذّرت قراءة الطلب", "We could not read this request"),
        t(
            "وصلت البيانات ناقصة أو بحروف لا يمكن حفظها. ارجع واحذف ما نُسخ من برنامج آخر ثم أعد الإرسال.",
            "It came incomplete or with characters we cannot keep. Go back, remove what was pasted, send again.",
        ),
    ),
    403: (
        t("هذه الصفحة ليست متاحة لك", "This page is not open to you"),
        t(
            "لا يتضمن حسابك صلاحية هذه الصفحة، أو انتهت مدة النموذج. أعد فتح الصفحة، أو اسأل مشرفك.",
            "Your account has no right to it, or the form has expired. Open it again or ask your supervisor.",
        ),
    ),
    404: (
        t("لم نجد هذه الصفحة", "We could not find this page"),
        t(
            "قد يكون الرابط ناقصاً أو قديماً. ابدأ من الرئيسية، أو تابع طلبك برقمه.",
            "The link may be incomplete or old. Start from the home page, or follow your case by its number.",
        ),
    ),
    405: (
        t("لا يمكن فتح هذه الصفحة هكذا", "This page cannot be opened like this"),
        t("افتحها من زر الصفحة نفسها.", "Please use the button of the page itself."),
    ),
    409: (
        t("تغيّر الطلب أثناء عملك عليه", "This changed while you were working on it"),
        t(
            "سبقك زميل إلى تعديله. لم يضع ما كتبته: ارجع وقارن ثم أعد الحفظ.",
            "A colleague was quicker. What you wrote is not lost: go back, compare and save again.",
        ),
    ),
    413: (
        t("الملف أكبر من الحد المسموح", "The file is larger than we can take"),
        t(
            "ارجع واختر صورة أصغر، أو أرسل صوراً أقل.",
            "Go back and choose a smaller picture, or send fewer of them.",
        ),
    ),
    429: (
        t("طلبات كثيرة في وقت قصير", "Many requests in a short time"),
        t(
            "انتظر دقيقة ثم حاول مرة أخرى. للحالات العاجلة اتصل بالرقم 1111.",
            "Please wait a minute and try again. If it is urgent, call 1111.",
        ),
    ),
    500: (
        t("حدث خلل عندنا", "Something went wrong on our side"),
        t(
            "سُجّل الخلل وسنعالجه. حاول مرة أخرى بعد قليل، أو اتصل بالرقم 1111.",
            "It was recorded and we will look into it. Try again in a while, or call 1111.",
        ),
    ),
    503: (
        t("الخدمة متوقفة لوقت قصير", "The service is down for a short while"),
        t(
            "نعمل على إعادتها. حاول بعد دقائق، أو اتصل بالرقم 1111.",
            "We are bringing it back. Try again in a few minutes, or call 1111.",
        ),
    ),
}  # fmt: skip


Speaker = Callable[[HttpRequest, int], HttpResponse]
_speakers: dict[str, Speaker] = {}


def speaks(prefix: str, speaker: Speaker) -> None:
    """Let a door for programs say in its own format what went wrong under its addresses; it may ask no database."""
    _speakers[prefix] = speaker


def speaker_of(request: HttpRequest) -> Speaker | None:
    """Who speaks under this address instead of our pages."""
    return next((speaker for prefix, speaker in _speakers.items() if request.path.startswith(prefix)), None)


def page(request: HttpRequest, status: int) -> HttpResponse:
    """The error page of a status; a status without text of its own gets that of its family."""
    if (speaker := speaker_of(request)) is not None:
        return speaker(request, status)
    title, advice = _TEXTS.get(status) or _TEXTS[500 if status >= 500 else 400]
    home = navigation.address_or("portal:home", "/")
    response = pages.message(
        request,
        title=str(title),
        paragraphs=[str(advice)],
        tone="bad" if status >= 500 else "warn",
        actions=[(say("الصفحة الرئيسية", "Home page"), home)],
        status=status,
    )
    if status in (429, 503):
        response["Retry-After"] = "60"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For the setting CSRF_FAILURE_VIEW."""
    return page(request, 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The last page that must always come: when even the frame fails, a bare one without database or menus."""
    try:
        return page(request, 500)
    except Exception:  # whatever broke the page may break its frame too
        return bare_page(500)


def bare_page(status: int) -> HttpResponse:
    """An error page that needs nothing."""
    title, advice = _TEXTS[status]
    spoken = language()
    html = format_html(
        '<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>{}</title><h1>{}</h1><p>{}</p></html>',
        spoken, languages.direction(spoken), title, title, advice,
    )  # fmt: skip
    return HttpResponse(html, status=status)


def shown(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Replace a bare answer of Django (405 and the like) by its page, when a person is looking."""
    wants_page = "text/html" in request.headers.get("Accept", "") and not request.headers.get("HX-Request")
    if response.status_code == 405 and wants_page:
        calm = page(request, 405)
        calm["Allow"] = response["Allow"]
        return calm
    return response
