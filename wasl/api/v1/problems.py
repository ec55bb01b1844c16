"""Refusals of the JSON interface (RFC 9457): one table of kinds, each with its words in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from wasl.api.v1.bodies import Problem, ProblemPart
from wasl.core.i18n import DEFAULT_LANGUAGE, LANGUAGES, language, t

CONTENT_TYPE = "application/problem+json"
# Under which address a kind of problem is explained; a path, so that it is the same in every house.
ADDRESS = "/api/v1/problems/"


@dataclass(frozen=True)
class Kind:
    """One kind of refusal. `advice` says what to do about it."""

    code: str
    status: int
    title: str
    advice: str


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "malformed",
            400,
            t("تعذّرت قراءة الطلب", "The request cannot be read"),
            t("أرسل JSON سليماً بترميز UTF-8.", "Send well-formed JSON in UTF-8."),
        ),
        Kind(
            "invalid",
            400,
            t("في الطلب ما لا يوافق الوصف", "The request does not fit the description"),
            t("صحّح المواضع المذكورة في errors.", "Mend the places named in errors."),
        ),
        Kind(
            "key-needed",
            401,
            t("المفتاح ناقص أو غير صالح", "The key is missing or not good"),
            t(
                "أرسل Authorization: Bearer مع مفتاح سارٍ. المفتاح المنتهي أو الملغى كغير الموجود.",
                "Send Authorization: Bearer with a good key. A key that is over or revoked counts as none.",
            ),
        ),
        Kind(
            "scope-missing",
            403,
            t("لا يتضمن المفتاح هذه الصلاحية", "The key does not reach so far"),
            t("اطلب مفتاحاً يتضمن الصلاحية المذكورة.", "Ask for a key with the scope that is named."),
        ),
        Kind(
            "right-missing",
            403,
            t("لا تتضمن صلاحيات صاحب المفتاح هذا الإجراء", "The person behind the key may not do this"),
            t("يفعله من له الصلاحية المذكورة.", "Somebody with the right that is named does it."),
        ),
        Kind(
            "second-factor",
            403,
            t("يتطلب هذا رمز التحقق الثاني", "This asks for the second factor again"),
            t(
                "ما يُطلب له الرمز من جديد لا يُفتح للمفاتيح. افعله من صفحات النظام.",
                "What the code is asked for again is not open to keys. Do it on the pages of the system.",
            ),
        ),
        Kind(
            "personal-data",
            403,
            t("بيانات شخصية لا يراها هذا المفتاح", "Personal data that this key may not see"),
            t(
                "تظهر لمن له رؤية بيانات التواصل، ولمن جاء بالطلب نفسه.",
                "They are shown to those who may see contact data, and to the program that brought the case.",
            ),
        ),
        Kind(
            "not-yours",
            403,
            t("لا يُفعل هذا إلا ممن جاء بالطلب", "Only the program that brought the case may do this"),
            t("يفعله مفتاح الشريك الذي سجّل الطلب.", "The key of the partner that registered the case does it."),
        ),
        Kind(
            "for-staff",
            403,
            t("هذا الإجراء للموظفين", "This is for staff"),
            t("استعمل مفتاحاً يعمل باسم موظف.", "Use a key that acts for a member of staff."),
        ),
        Kind(
            "not-found",
            404,
            t("لا يوجد شيء بهذا العنوان", "There is nothing at this address"),
            t("ما ليس لك أن تراه يبدو كغير الموجود.", "What you may not see looks as if it did not exist."),
        ),
        Kind(
            "method-not-allowed",
            405,
            t("لا يُفعل هذا بهذا العنوان", "This address does not take this method"),
            t("انظر ترويسة Allow.", "See the header Allow."),
        ),
        Kind(
            "wrong-state",
            409,
            t("لا يوافق الإجراء حالة الطلب", "The act does not fit the state of the case"),
            t("اقرأ الطلب من جديد؛ في acts ما يمكن الآن.", "Read the case again; acts says what can be done now."),
        ),
        Kind(
            "still-at-work",
            409,
            t("الطلب الأول بالمفتاح نفسه لم يُجب بعد", "The first request under this key is not answered yet"),
            t("أعد الإرسال بعد لحظات بالمفتاح نفسه.", "Send it again in a moment under the same key."),
        ),
        Kind(
            "stale",
            412,
            t("تغيّر الطلب بعد أن قرأته", "The case changed since you read it"),
            t(
                "اقرأه من جديد، وأعد الإجراء بالنسخة المذكورة في version إن بقي صحيحاً.",
                "Read it again, and repeat the act with the version named if it is still right.",
            ),
        ),
        Kind(
            "too-large",
            413,
            t("ما أُرسل أكبر من المسموح", "What was sent is too large"),
            t("أرسل أقل، أو ملفاً أصغر.", "Send less, or a smaller file."),
        ),
        Kind(
            "unsupported-type",
            415,
            t("نوع المحتوى غير مقبول", "The kind of content is not taken"),
            t("أرسل Content-Type: application/json.", "Send Content-Type: application/json."),
        ),
        Kind(
            "unprocessable",
            422,
            t("مفهوم ولا يمكن تنفيذه", "Understood, and cannot be done"),
            t("صحّح المواضع المذكورة في errors.", "Mend the places named in errors."),
        ),
        Kind(
            "key-reused",
            422,
            t("استُعمل Idempotency-Key لطلب آخر", "The Idempotency-Key stands for another request"),
            t("استعمل مفتاحاً جديداً لكل طلب جديد.", "Use a new one for every new request."),
        ),
        Kind(
            "version-needed",
            428,
            t("أرسل نسخة الطلب التي قرأتها", "Send the version of the case that you read"),
            t('مثل If-Match: "v17"، من ترويسة ETag.', 'Like If-Match: "v17", from the header ETag.'),
        ),
        Kind(
            "too-fast",
            429,
            t("طلبات كثيرة في وقت قصير", "Many requests in a short time"),
            t("انتظر ما تذكره ترويسة Retry-After.", "Wait as long as the header Retry-After says."),
        ),
        Kind(
            "our-fault",
            500,
            t("حدث خلل عندنا", "Something went wrong on our side"),
            t("سُجّل الخلل. أعد المحاولة بعد قليل.", "It was recorded. Try again in a while."),
        ),
        Kind(
            "busy",
            503,
            t("لا يمكن أخذه الآن", "It cannot be taken just now"),
            t("أعد المحاولة بعد ما تذكره ترويسة Retry-After.", "Try again after what the header Retry-After says."),
        ),
    )
}
_OF_STATUS = {400: "malformed", 403: "scope-missing", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}
_OF_STATUS |= {429: "too-fast", 503: "busy"}


class Refused(Exception):
    """The request is refused; `kind` names a row of KINDS."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        errors: Sequence[ProblemPart] = (),
        headers: Mapping[str, str] | None = None,
        version: int | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind, self.detail, self.errors, self.version = KINDS[kind], detail, list(errors), version
        self.headers = dict(headers or {})


def not_found() -> Refused:
    """Nothing there, or nothing that this key may see."""
    return Refused("not-found")


def wrong(pointer: str, detail: str) -> Refused:
    """A value of the body that fits its shape and means nothing here."""
    return Refused("unprocessable", errors=[ProblemPart(str(detail), pointer=pointer)])


def wrong_parameter(name: str, detail: str) -> Refused:
    """A parameter of the address that fits its shape and means nothing here."""
    return Refused("unprocessable", errors=[ProblemPart(str(detail), parameter=name)])


def response(refused: Refused) -> HttpResponse:
    """The refusal as an answer, in the present language."""
    kind = refused.kind
    problem = Problem(
        type=ADDRESS + kind.code,
        title=str(kind.title),
        status=kind.status,
        detail=str(refused.detail or kind.advice),
        errors=refused.errors,
        version=refused.version,
    )
    answer = HttpResponse(msgspec.json.encode(problem), status=kind.status, content_type=CONTENT_TYPE)
    for name, value in refused.headers.items():
        answer[name] = value
    answer["Content-Language"] = language()
    answer["Cache-Control"] = "no-store"
    return answer


def for_house(request: HttpRequest, status: int) -> HttpResponse:
    """What the house answers here where no view comes to speak: broken addresses, faults of ours, a rest."""
    kind = _OF_STATUS.get(status, "our-fault" if status >= 500 else "malformed")
    headers = {"Retry-After": "60"} if status in (429, 503) else {}
    with translation.override(language_of(request)):
        return response(Refused(kind, headers=headers))


def language_of(request: HttpRequest) -> str:
    """The first language of Accept-Language that is ours, else Arabic."""
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if code.split("-")[0] in LANGUAGES:
            return str(code.split("-")[0])
    return DEFAULT_LANGUAGE
