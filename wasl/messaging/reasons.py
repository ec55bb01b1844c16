"""Why a delivery was set aside, in words for staff. The codes stand in `RawDelivery.note`."""

from wasl.core.i18n import t

_WORDS = {
    # parked
    "empty": t("رسالة فارغة", "An empty message"),
    "no_headers": t("ليست رسالة بريد: لا ترويسة لها", "Not a mail: it has no headers"),
    "no_sender": t("لا عنوان للمرسل", "No sender's address"),
    "too_deep": t("مركبة أكثر من المسموح", "Nested deeper than allowed"),
    "too_large": t("أكبر من أن تُقرأ بأمان", "Too large to be read safely"),
    "too_slow": t("استغرقت قراءتها وقتاً أطول من المسموح", "Reading it took longer than allowed"),
    "parser_died": t("توقف قارئ الرسائل عندها", "The mail reader stopped over it"),
    "not_understood": t("تعذر فهمها", "It could not be understood"),
    "no_account": t("لا حساب بريد لهذا العنوان", "No mail account has this address"),
    "no_receiver": t("لا قسم يستلم هذه القناة", "No room takes this channel"),
    "gave_up": t("تعذرت قراءتها مراراً", "It could not be read after many tries"),
    "too_many": t("رسائل كثيرة جداً من المرسل نفسه خلال ساعة", "Far too many mails of one sender within an hour"),
    "to_staff": t("رد موظف على رسالة تنبيه أو موجز", "A colleague's answer to an alert or digest"),
    # ignored
    "too_many_items": t("نداء من المزود يحمل أكثر مما نقرأ", "A call of the provider that holds more than we read"),
    "bounce": t("تقرير عن تعذر تسليم", "A delivery report"),
    "vacation": t("رد غياب تلقائي", "An absence reply"),
    "generated": t("رسالة آلية", "Machine mail"),
    "list": t("قائمة بريدية", "A mailing list"),
    "bulk": t("بريد جماعي", "Bulk mail"),
    "no_reply": t("مرسل لا يستقبل الردود", "A sender that takes no replies"),
    "own": t("من بريدنا نحن", "Our own mail"),
    "by_hand": t("وضعها موظف جانباً", "Set aside by hand"),
}
_OTHER = t("عطل عند تسجيلها", "A fault while recording it")


def words(note: str) -> str:
    """The code in words; whatever is no code is the name of a fault of ours."""
    return _WORDS.get(note, _OTHER)
