"""Why a file is not taken, said so that the sender knows what to send instead."""

from wasl.core.i18n import t

_PLEASE_AR = "أرسل صورة بصيغة JPEG أو PNG أو HEIC، أو ملف PDF."
_PLEASE_EN = "Send a picture (JPEG, PNG, HEIC) or a PDF."

SENTENCES: dict[str, tuple[str, str]] = {
    "too_big": (
        "حجم الملف أكبر من الحد المسموح به، وهو {limit} ميغابايت. أرسل نسخة أصغر منه أو التقط الصورة بدقة أقل.",
        "The file is larger than the limit of {limit} MB. Send a smaller one, or take the photo at a lower resolution.",
    ),
    "empty": ("الملف فارغ. اختر ملفاً آخر.", "The file is empty. Choose another one."),
    "program": (f"لا نستقبل البرامج. {_PLEASE_AR}", f"We do not take programs. {_PLEASE_EN}"),
    "markup": (
        "لا نستقبل ملفات SVG وHTML وXML. احفظ المحتوى صورةً بصيغة PNG أو ملف PDF ثم أرسله.",
        "We do not take SVG, HTML or XML files. Save the content as a PNG picture or a PDF and send that.",
    ),
    "archive": (
        "لا نستقبل الملفات المضغوطة. أرسل كل ملف على حدة.",
        "We do not take archives. Send each file by itself.",
    ),
    "macros": (
        "يحتوي المستند على وحدات ماكرو. احفظه بصيغة PDF ثم أرسله.",
        "The document carries macros. Save it as a PDF and send that.",
    ),
    "old_office": (
        "هذا المستند بصيغة قديمة. احفظه بصيغة PDF أو DOCX أو XLSX ثم أرسله.",
        "The document is in an old format. Save it as PDF, DOCX or XLSX and send that.",
    ),
    "other_picture": (
        "لا نستطيع قراءة هذا النوع من الصور. أرسل الصورة بصيغة JPEG أو PNG أو HEIC.",
        "We cannot read this kind of picture. Send it as JPEG, PNG or HEIC.",
    ),
    "unreadable": (
        "تعذّرت قراءة الصورة، فقد تكون ناقصة أو تالفة. التقطها أو أرسلها من جديد.",
        "The picture could not be read; it may be incomplete or damaged. Take it or send it again.",
    ),
    "too_many_pixels": (
        "أبعاد الصورة أكبر من الحد المسموح به، وهو {limit} ميغابكسل. أرسل نسخة أصغر منها.",
        "The picture is larger than the limit of {limit} megapixels. Send a smaller version of it.",
    ),
    "too_heavy": (
        "تعذّرت معالجة الصورة لكبر حجمها. أرسل نسخة أصغر منها بصيغة JPEG.",
        "The picture is too heavy to process. Send a smaller version of it as JPEG.",
    ),
    "unknown": (f"لا نستقبل هذا النوع من الملفات. {_PLEASE_AR}", f"We do not take this kind of file. {_PLEASE_EN}"),
}


class FileRefused(Exception):
    """The file is not taken. `reason` is a key of SENTENCES, `message` the sentence for the sender."""

    def __init__(self, reason: str, *, limit: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = t(*SENTENCES[reason], limit=limit)


class FileGone(Exception):
    """The file was removed: nobody kept it in time, or it was erased."""
