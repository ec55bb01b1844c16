"""What staff are written about their account or their duties, in both languages; their own comes first. Pure."""

from dataclasses import dataclass

from wasl.core.i18n import say_in


@dataclass(frozen=True)
class Letter:
    """A letter of two languages; `link` tells whether one stands below the words."""

    arabic: tuple[str, str]
    english: tuple[str, str]
    link: bool = False


LETTERS: dict[str, Letter] = {
    "invitation": Letter(
        (
            "دعوة إلى وصل",
            "دُعيت إلى العمل في نظام وصل. افتح الرابط خلال سبعة أيام واختر كلمة مرورك. الرابط يصلح مرة واحدة.",
        ),
        (
            "You are invited to Wasl",
            "You are invited to work with Wasl. Open the link within seven days and choose your password. "
            "It works once.",
        ),
        link=True,
    ),
    "reset": Letter(
        (
            "كلمة مرور جديدة",
            "طُلبت كلمة مرور جديدة لحسابك. افتح الرابط خلال ساعة. إن لم تطلبها أنت فتجاهل هذه الرسالة، فلم يتغير شيء.",
        ),
        (
            "A new password",
            "A new password was asked for your account. Open the link within an hour. If it was not you, ignore this "
            "message; nothing has changed.",
        ),
        link=True,
    ),
    "password": Letter(
        (
            "تغيّرت كلمة مرورك",
            "تغيّرت كلمة مرور حسابك في وصل. إن لم تكن أنت فأبلغ مدير النظام في جهتك الآن.",
        ),
        (
            "Your password was changed",
            "The password of your Wasl account was changed. If it was not you, tell the administrator of your "
            "agency now.",
        ),
    ),
    "key_in_your_name": Letter(
        (
            "مفتاح برنامج باسمك",
            "أُصدر مفتاح يعمل به برنامج باسمك في وصل، في حدود أدوارك، وما يفعله يُسجل باسمك. "
            "إن لم تطلبه فأبلغ مدقق جهتك الآن.",
        ),
        (
            "A program acts in your name",
            "A key was issued with which a program acts in your name in Wasl, as far as your roles reach; what it does "
            "is recorded under your name. If you did not ask for it, tell the auditor of your agency now.",
        ),
    ),
    "key_that_reads": Letter(
        (
            "مفتاح برنامج يقرأ الطلبات",
            "أُصدر في جهتك مفتاح برنامج يقرأ الطلبات. من أصدره ولمن وإلى أي مدى: «الإدارة» ثم «مفاتيح البرامج».",
        ),
        (
            "A key that reads cases",
            "A key of a program that reads cases was issued in your agency. Who issued it, for whom and how far it "
            "reaches: “Set-up”, then “Keys of programs”.",
        ),
    ),
    "webhook_gone": Letter(
        (
            "توقف اشتراك نظام آخر",
            "قال نظام مشترك في إشعارات جهتك إن عنوانه أُلغي، فأوقفنا الإرسال إليه. افتح «الإدارة» ثم "
            "«اشتراكات الأنظمة»، وصحح العنوان أو أنهِ الاشتراك. ما يحدث حتى ذلك ينتظر ثلاثة أيام.",
        ),
        (
            "A subscription was paused",
            "A system that subscribes to your agency says that its address is gone, so we stopped sending. Open "
            "“Set-up”, then “Webhooks”; mend the address or end the subscription. What happens meanwhile waits for "
            "three days.",
        ),
    ),
    "second_factor": Letter(
        (
            "أُلغي التحقق بخطوتين",
            "أُلغي التحقق بخطوتين في حسابك. إن لم يكن ذلك بطلبك فأبلغ مدير النظام في جهتك الآن.",
        ),
        (
            "Your second step was removed",
            "The two-step sign-in of your account was removed. If you did not ask for it, tell the "
            "administrator of your agency now.",
        ),
    ),
}


def written(kind: str, *, language: str, link: str = "") -> tuple[str, str]:
    """Subject and text of a letter to a reader of `language`."""
    letter = LETTERS[kind]
    subject = say_in(language, letter.arabic[0], letter.english[0])
    words = [letter.arabic[1], letter.english[1]] if language == "ar" else [letter.english[1], letter.arabic[1]]
    return subject, "\n\n".join(filter(None, [words[0], link, words[1]])) + "\n"
